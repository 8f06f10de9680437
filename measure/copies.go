package measure

import (
	"fmt"
	"math"
	"slices"
)

// copyWarnings says how many samples are examples of a real set, images as bytes
// and points number for number: figures of a set against itself say nothing of a
// generator.
func copyWarnings(samples *Set, real ...*Set) (warnings []string) {
	index := make(map[uint64][]int, samples.Len())
	for i := range samples.Len() {
		h := samples.hash(i)
		index[h] = append(index[h], i)
	}
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

// countCopies returns the number of samples, given by their hash, that are an
// example of real.
func countCopies(samples *Set, index map[uint64][]int, real *Set) int {
	copied := map[int]bool{}
	for k := range real.Len() {
		for _, i := range index[real.hash(k)] {
			if samples.same(i, real, k) {
				copied[i] = true
			}
		}
	}
	return len(copied)
}

// hash returns a number that is the same for equal examples: FNV-1a.
func (s *Set) hash(i int) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	if s.IsImages() {
		for _, v := range s.At(i) {
			h = (h ^ uint64(shade(v))) * prime
		}
		return h
	}
	for _, v := range s.At(i) {
		h = (h ^ uint64(math.Float32bits(v+0))) * prime // -0 equals 0
	}
	return h
}

// same says whether example i of s is example k of other.
func (s *Set) same(i int, other *Set, k int) bool {
	if !s.IsImages() {
		return slices.Equal(s.At(i), other.At(k))
	}
	return slices.EqualFunc(s.At(i), other.At(k), func(a, b float32) bool { return shade(a) == shade(b) })
}

// shade returns a pixel as the byte that a file would keep.
func shade(v float32) byte { return byte(v*255 + 0.5) }
