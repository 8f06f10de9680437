package data

import (
	"fmt"

	"github.com/gander-ml/gander/hint"
)

// A Split says which part of a dataset is wanted. The parts share no
// example.
type Split int

// The splits. Train is learnt from, Validation chooses settings, Test is looked
// at once.
const (
	Train Split = iota
	Validation
	Test
)

var splitNames = []string{Train: "train", Validation: "validation", Test: "test"}

// String returns "train", "validation" or "test".
func (s Split) String() string {
	if s < Train || s > Test {
		return fmt.Sprintf("Split(%d)", int(s))
	}
	return splitNames[s]
}

// splitWithTest divides the training part of a dataset whose test images are
// apart: the last sixth is for validation. It gives MNIST its customary 50000
// and 10000.
func splitWithTest(training Set, split Split) (Set, error) {
	n := training.Len()
	lo, hi := int64(0), n-n/6
	if split == Validation {
		lo, hi = hi, n
	}
	part, err := Subset(training, lo, hi)
	if err != nil {
		return nil, emptySplit(training, split)
	}
	return part, nil
}

// splitAlone divides a dataset without test images: of every ten examples the
// first eight are for training, the ninth for validation, the tenth for test.
// Dealing them out so keeps the classes of a sorted file in every part.
func splitAlone(all Set, split Split) (Set, error) {
	part := &deal{set: all, first: 0, take: 8}
	switch split {
	case Validation:
		part.first, part.take = 8, 1
	case Test:
		part.first, part.take = 9, 1
	}
	if part.Len() == 0 {
		return nil, emptySplit(all, split)
	}
	return part, nil
}

func emptySplit(all Set, split Split) error {
	return hint.Add(fmt.Errorf("dataset %s: %w in its %v part: there are only %d in all", all.Info().Name, ErrEmpty, split, all.Len()),
		"bring more, or use the train part")
}

// dealt is how many examples a deal goes round.
const dealt = 10

// A deal is, of every ten examples of set, those numbered first to first+take-1.
type deal struct {
	set         Set
	first, take int64
}

func (d *deal) Info() Info { return d.set.Info() }

func (d *deal) Len() int64 {
	rounds, rest := d.set.Len()/dealt, d.set.Len()%dealt
	return rounds*d.take + min(max(rest-d.first, 0), d.take)
}

func (d *deal) Read(dst []byte, i int64) (int, error) {
	if err := checkRead(d, dst, i); err != nil {
		return 0, err
	}
	return d.set.Read(dst, d.place(i))
}

// ReadPoint is as of [ReadPoint].
func (d *deal) ReadPoint(dst []float32, i int64) (int, error) {
	if err := checkReadPoint(d, dst, i); err != nil {
		return 0, err
	}
	return ReadPoint(d.set, dst, d.place(i))
}

// place returns which example of the whole set is number i.
func (d *deal) place(i int64) int64 { return i/d.take*dealt + d.first + i%d.take }
