package data

import (
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
)

// Divide returns a part of a dataset that comes undivided: eight tenths of its
// examples are for training, one tenth for validation, one for test. Which ones is
// drawn from seed. If the set has labels, those of the field [ClassField], every
// class is divided so: its shares are right to within one example, every class is
// in the training part, and a class with three examples or more is in all parts. A
// part keeps the order of the set. All examples are read for their labels.
//
// A part without examples, of a set with fewer than three, is an error that wraps
// [ErrEmpty].
func Divide(all Set, split Split, seed uint64) (Set, error) {
	return divide(all, split, seed, []Split{
		Train, Train, Train, Train, Validation, Train, Train, Train, Train, Test,
	})
}

// DivideTraining returns the part Train or another, the held-out one, of the
// training examples of a dataset whose other part is given. A sixth of them, drawn
// as by [Divide], is held out.
func DivideTraining(training Set, split, heldOut Split, seed uint64) (Set, error) {
	if split != Train && split != heldOut {
		return nil, fmt.Errorf("dataset %s: the %v part is none of its training examples", training.Info().Name, split)
	}
	return divide(training, split, seed, []Split{Train, Train, Train, heldOut, Train, Train})
}

// divide deals the examples, in a drawn order within their class and one class
// after the other, to the parts of pattern in turn.
func divide(all Set, split Split, seed uint64, pattern []Split) (Set, error) {
	n := all.Len()
	switch {
	case split < Train || split > Test:
		return nil, unknownSplit(all, split)
	case n > math.MaxInt32:
		return nil, hint.Add(fmt.Errorf("dataset %s: %d examples cannot be divided, the most is %d", all.Info().Name, n, math.MaxInt32),
			"take a Subset")
	}
	labels, err := ReadLabels(all)
	if err != nil {
		return nil, err
	}
	order := random.New(seed, "divide").Perm(make([]int32, n))
	if labels != nil {
		slices.SortStableFunc(order, func(i, j int32) int { return int(labels[i]) - int(labels[j]) })
	}
	parts := make([]Split, n) // of the examples in order
	for i := range parts {
		parts[i] = pattern[i%len(pattern)]
	}
	for lo := 0; lo < len(order); {
		hi := lo + 1
		for hi < len(order) && (labels == nil || labels[order[hi]] == labels[order[lo]]) {
			hi++
		}
		ensure(parts[lo:hi], pattern)
		lo = hi
	}
	var members []int64
	for i, part := range parts {
		if part == split {
			members = append(members, int64(order[i]))
		}
	}
	if len(members) == 0 {
		return nil, emptySplit(all, split)
	}
	slices.Sort(members)
	return &drawing{all, members}, nil
}

// ensure gives every part that is in pattern an example of a class, whose examples
// are in the given parts: the training part first, others if the class has one for
// each part.
func ensure(parts, pattern []Split) {
	wanted := []Split{Train}
	for split := Validation; split <= Test; split++ {
		if slices.Contains(pattern, split) {
			wanted = append(wanted, split)
		}
	}
	if len(parts) < len(wanted) {
		wanted = wanted[:1]
	}
	for _, split := range wanted {
		if slices.Contains(parts, split) {
			continue
		}
		var counts [Test + 1]int
		for _, part := range parts {
			counts[part]++
		}
		most := slices.Index(counts[:], slices.Max(counts[:]))
		parts[slices.Index(parts, Split(most))] = split
	}
}
