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

func (s *span) Read(dst []byte, i int64) (int, error) {
	if err := checkRead(s, dst, i); err != nil {
		return 0, err
	}
	return s.set.Read(dst, s.first+i)
}

// ReadPoint is as of [ReadPoint].
func (s *span) ReadPoint(dst []float32, i int64) (int, error) {
	if err := checkReadPoint(s, dst, i); err != nil {
		return 0, err
	}
	return ReadPoint(s.set, dst, s.first+i)
}
