package measure

import (
	"fmt"
	"math"
	"slices"
)

// copyWarnings says how many samples are, number for number, examples of a real
// set: figures of a set against itself say nothing of a generator.
func copyWarnings(samples *Set, real ...*Set) (warnings []string) {
	index := samples.index()
	for i, s := range real {
		if s == nil || slices.Contains(real[:i], s) {
			continue
		}
		if n := countCopies(samples, index, s); n > 0 {
			warnings = append(warnings, fmt.Sprintf("%d of the %d samples are exact copies of examples of %s", n, samples.Len(), s.Name))
		}
	}
	return warnings
}

// hash returns a number that is the same for equal examples: FNV-1a over their
// numbers.
func (s *Set) hash(i int) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for _, v := range s.At(i) {
		h = (h ^ uint64(math.Float32bits(v+0))) * prime // -0 equals 0
	}
	return h
}

// index returns the examples by their hash.
func (s *Set) index() map[uint64][]int {
	index := make(map[uint64][]int, s.Len())
	for i := range s.Len() {
		h := s.hash(i)
		index[h] = append(index[h], i)
	}
	return index
}

// countCopies returns the number of samples that equal an example of real.
func countCopies(samples *Set, index map[uint64][]int, real *Set) int {
	copied := map[int]bool{}
	for k := range real.Len() {
		for _, i := range index[real.hash(k)] {
			if slices.Equal(samples.At(i), real.At(k)) {
				copied[i] = true
			}
		}
	}
	return len(copied)
}
