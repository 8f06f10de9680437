package data

import "fmt"

// Subset returns the set of examples lo to hi-1 of set. They share the memory of set. A
// range outside 0 <= lo <= hi <= set.Len() is an error that wraps [ErrRange]. An empty
// range is an error that wraps [ErrEmpty].
func Subset(set Set, lo, hi int64) (Set, error) {
	if lo < 0 || lo > hi || hi > set.Len() {
		return nil, fmt.Errorf("dataset %s: examples %d to %d: %w: it has %d",
			set.Info().Name, lo, hi, ErrRange, set.Len())
	}
	if lo == hi {
		return nil, fmt.Errorf("dataset %s: examples %d to %d: %w", set.Info().Name, lo, hi, ErrEmpty)
	}
	return &rangeSet{set, lo, hi - lo}, nil
}

// A rangeSet has the n examples of set from number first on.
type rangeSet struct {
	set      Set
	first, n int64
}

func (s *rangeSet) Info() Info { return s.set.Info() }
func (s *rangeSet) Len() int64 { return s.n }

func (s *rangeSet) Read(row Row, i int64) error {
	if err := CheckRead(s, row, i); err != nil {
		return err
	}
	return s.set.Read(row, s.first+i)
}
