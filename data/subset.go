package data

import "fmt"

// Subset returns examples lo to hi-1 of set as a set of their own, sharing its
// memory. A range outside 0 <= lo <= hi <= set.Len() is an error that wraps
// [ErrRange]; an empty one wraps [ErrEmpty].
func Subset(set Set, lo, hi int64) (Set, error) {
	if lo < 0 || lo > hi || hi > set.Len() {
		return nil, fmt.Errorf("dataset %s: examples %d to %d: %w: it has %d",
			set.Info().Name, lo, hi, ErrRange, set.Len())
	}
	if lo == hi {
		return nil, fmt.Errorf("dataset %s: examples %d to %d: %w", set.Info().Name, lo, hi, ErrEmpty)
	}
	return &span{set, lo, hi - lo}, nil
}

// A span is the n examples of set from number first on.
type span struct {
	set      Set
	first, n int64
}

func (s *span) Info() Info { return s.set.Info() }
func (s *span) Len() int64 { return s.n }

func (s *span) Read(row Row, i int64) error {
	if err := CheckRead(s, row, i); err != nil {
		return err
	}
	return s.set.Read(row, s.first+i)
}
