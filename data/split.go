package data

import (
	"fmt"

	"github.com/gander-ml/gander/hint"
)

// A Split is a part of a dataset. No example is in two parts.
type Split int

// The splits. Train is for training, Validation for the choice of settings, and Test for
// the final measurement.
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

// HoldOut divides the training examples of a dataset that has separate test examples,
// and returns the part Train or Validation. The last sixth is for validation. For MNIST
// these are the usual 50000 and 10000. A part without examples is an error that wraps
// [ErrEmpty].
func HoldOut(training Set, split Split) (Set, error) {
	n := training.Len()
	lo, hi := int64(0), n-n/6
	switch split {
	case Train:
	case Validation:
		lo, hi = hi, n
	default:
		return nil, fmt.Errorf("dataset %s: the %v part is not a part of its training examples", training.Info().Name, split)
	}
	part, err := Subset(training, lo, hi)
	if err != nil {
		return nil, emptySplit(training, split)
	}
	return part, nil
}

// Deal divides a dataset that has no parts, and returns one part. Of every ten examples
// the first eight are for training, the ninth for validation, the tenth for test. Runs
// of older versions divided their data like this. [Divide] is better: if the labels of a
// set repeat every ten examples, a part of Deal does not have all classes. A part without
// examples is an error that wraps [ErrEmpty].
func Deal(all Set, split Split) (Set, error) {
	part := &deal{set: all}
	switch split {
	case Train:
		part.first, part.take = 0, 8
	case Validation:
		part.first, part.take = 8, 1
	case Test:
		part.first, part.take = 9, 1
	default:
		return nil, unknownSplit(all, split)
	}
	if part.Len() == 0 {
		return nil, emptySplit(all, split)
	}
	return part, nil
}

func unknownSplit(all Set, split Split) error {
	return hint.Add(fmt.Errorf("dataset %s: unknown split %v", all.Info().Name, split), "use train, validation or test")
}

func emptySplit(all Set, split Split) error {
	return hint.Add(fmt.Errorf("dataset %s: %w in its %v part: there are only %d in all", all.Info().Name, ErrEmpty, split, all.Len()),
		"use a larger set, or the train part")
}

// dealSize is the number of consecutive examples that Deal divides among the parts.
const dealSize = 10

// A deal has, of every ten examples of set, those numbered first to first+take-1.
type deal struct {
	set         Set
	first, take int64
}

func (d *deal) Info() Info { return d.set.Info() }

func (d *deal) Len() int64 {
	rounds, rest := d.set.Len()/dealSize, d.set.Len()%dealSize
	return rounds*d.take + min(max(rest-d.first, 0), d.take)
}

func (d *deal) Read(row Row, i int64) error {
	if err := CheckRead(d, row, i); err != nil {
		return err
	}
	return d.set.Read(row, d.place(i))
}

// place returns the index in the whole set of example i.
func (d *deal) place(i int64) int64 { return i/d.take*dealSize + d.first + i%d.take }
