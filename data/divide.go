package data

import (
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
)

// Divide divides a dataset that has no parts, and returns one part. Eight tenths of the
// examples are for training, one tenth for validation and one tenth for test. They are
// drawn from seed. If the set has labels, in the field [ClassField], each class is
// divided in these proportions, exact to within one example. Every class is in the
// training part. A class with three examples or more is in all parts. A part keeps the
// order of the set. Divide reads the labels of all examples.
//
// With many small classes a part could get far too many or too few examples: nearly all are
// for training if most classes have a single one. So a set of ten examples or more is divided
// as if it had no labels if a part would otherwise get less than half of its proportion.
//
// A part without examples is an error that wraps [ErrEmpty]. This occurs for a set with
// fewer than three examples, and for a set with fewer than ten if no class has three.
func Divide(all Set, split Split, seed uint64) (Set, error) {
	return divide(all, split, seed, tenths)
}

// tenths are the parts of ten examples in a row.
var tenths = []Split{Train, Train, Train, Train, Validation, Train, Train, Train, Train, Test}

// DivideTraining divides the training examples of a dataset into two parts, Train and
// heldOut, and returns the part split. It is for datasets with files for training and
// for one other part. A sixth of the examples is held out, drawn as by [Divide].
func DivideTraining(training Set, split, heldOut Split, seed uint64) (Set, error) {
	if split != Train && split != heldOut {
		return nil, fmt.Errorf("dataset %s: the %v part is not a part of its training examples", training.Info().Name, split)
	}
	return divide(training, split, seed, []Split{Train, Train, Train, heldOut, Train, Train})
}

// divide sorts the examples by class, in random order within a class. It assigns them to
// the parts of pattern in turn, and returns the part split. If parts are then out of
// proportion, it does not sort them.
func divide(all Set, split Split, seed uint64, pattern []Split) (Set, error) {
	n := all.Len()
	switch {
	case split < Train || split > Test:
		return nil, unknownSplit(all, split)
	case n > math.MaxInt32:
		return nil, hint.Add(fmt.Errorf("dataset %s: cannot divide %d examples, want at most %d", all.Info().Name, n, math.MaxInt32),
			"use a Subset")
	}
	labels, err := ReadLabels(all)
	if err != nil {
		return nil, err
	}
	order := random.New(seed, "divide").Perm(make([]int32, n))
	var parts []Split
	if labels != nil {
		byClass := slices.Clone(order)
		slices.SortStableFunc(byClass, func(i, j int32) int { return int(labels[i]) - int(labels[j]) })
		if parts = assign(byClass, labels, pattern); inProportion(parts, pattern) {
			order = byClass
		} else {
			parts = nil
		}
	}
	if parts == nil {
		parts = assign(order, nil, pattern)
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
	return &indexedSet{all, members}, nil
}

// assign returns the part of each example of order: those of pattern in turn, changed by
// ensure for each class. If labels is nil, all examples are one class.
func assign(order, labels []int32, pattern []Split) []Split {
	parts := make([]Split, len(order))
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
	return parts
}

// inProportion reports whether every part has at least half of the examples that pattern
// gives it. It is true for a set with fewer examples than pattern has.
func inProportion(parts, pattern []Split) bool {
	if len(parts) < len(pattern) {
		return true
	}
	var have, want [Test + 1]int
	for _, part := range parts {
		have[part]++
	}
	for _, part := range pattern {
		want[part]++
	}
	for split := range have {
		if 2*have[split]*len(pattern) < want[split]*len(parts) {
			return false
		}
	}
	return true
}

// ensure changes the parts of the examples of one class, so that the training part has
// at least one of them. If there are enough examples, every part of pattern has at least
// one.
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
