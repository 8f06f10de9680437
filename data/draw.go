package data

import (
	"slices"

	"github.com/gander-ml/gander/random"
)

// Draw returns n examples of set, drawn without replacement, in increasing order
// of their index. [DrawIndices] returns the same indices. A set of n examples or
// fewer is returned unchanged. An endless set is in random order already, so its
// first n examples are returned.
func Draw(set Set, n int64, seed uint64, name string) Set {
	total := set.Len()
	if n >= total {
		return set
	}
	if total == Endless {
		return &rangeSet{set, 0, n}
	}
	return &indexedSet{set, DrawIndices(total, n, seed, name)}
}

// DrawIndices returns n different numbers below total in increasing order, drawn
// from the stream called name under seed: all of them if n >= total. The draw of n
// numbers is a subset of every larger draw with the same total, seed and name. It
// uses memory for n numbers, not for total.
func DrawIndices(total, n int64, seed uint64, name string) []int64 {
	drawn := make([]int64, min(n, total))
	if n >= total {
		for i := range drawn {
			drawn[i] = int64(i)
		}
		return drawn
	}
	// The first n steps of a Fisher-Yates shuffle of 0..total-1. The map holds the
	// numbers that are not in their initial place.
	source, moved := random.New(seed, name), map[int64]int64{}
	at := func(i int64) int64 {
		if v, ok := moved[i]; ok {
			return v
		}
		return i
	}
	for i := range drawn {
		first := int64(i)
		chosen := first + int64(source.Intn(int(total-first)))
		drawn[i] = at(chosen)
		moved[chosen] = at(first)
		delete(moved, first)
	}
	slices.Sort(drawn)
	return drawn
}

// An indexedSet is the examples of set with the given indices.
type indexedSet struct {
	set     Set
	indices []int64
}

func (d *indexedSet) Info() Info { return d.set.Info() }
func (d *indexedSet) Len() int64 { return int64(len(d.indices)) }

func (d *indexedSet) Read(row Row, i int64) error {
	if err := CheckRead(d, row, i); err != nil {
		return err
	}
	return d.set.Read(row, d.indices[i])
}
