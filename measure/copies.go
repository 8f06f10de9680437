package measure

import (
	"math"
	"slices"
)

// An index finds examples of a set by their content. Pixels are compared as bytes, other
// numbers exactly. It is used to find samples that are copies of real examples: figures
// of a set compared with itself do not measure a generator.
type index struct {
	set *Set
	at  map[uint64][]int // the examples of each hash
}

// indexOf returns the index of a set.
func indexOf(s *Set) index {
	x := index{s, make(map[uint64][]int, s.Len())}
	for i, h := range s.hashes() {
		x.at[h] = append(x.at[h], i)
	}
	return x
}

// copiesOf returns the number of examples of the index that are equal to an example of
// real. Hashes are those of real.
func (x index) copiesOf(real *Set, hashes []uint64) int {
	copied := map[int]bool{}
	for k, h := range hashes {
		for _, i := range x.at[h] {
			if x.set.same(i, real, k) {
				copied[i] = true
			}
		}
	}
	return len(copied)
}

// hashes returns the hash of every example.
func (s *Set) hashes() []uint64 {
	list := make([]uint64, s.Len())
	for i := range list {
		list[i] = s.hash(i)
	}
	return list
}

// cachedHashes checks a real set and returns the hashes of its examples, once for each
// set.
func (t *Task) cachedHashes(s *Set) ([]uint64, error) {
	type key struct{ of *Set }
	return memo(t.Cache, key{s}, func() ([]uint64, error) {
		if err := s.check(); err != nil {
			return nil, err
		}
		return s.hashes(), nil
	})
}

// hash returns the FNV-1a hash of example i.
func (s *Set) hash(i int) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	if s.isPixels() {
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

// same reports whether example i of s is equal to example k of other.
func (s *Set) same(i int, other *Set, k int) bool {
	if !s.isPixels() {
		return slices.Equal(s.At(i), other.At(k))
	}
	return slices.EqualFunc(s.At(i), other.At(k), func(a, b float32) bool { return shade(a) == shade(b) })
}

// shade returns a pixel as a byte, as a file keeps it.
func shade(v float32) byte { return byte(v*255 + 0.5) }
