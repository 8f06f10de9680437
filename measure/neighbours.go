package measure

import (
	"context"
	"math"
)

// A neighbourhood keeps, for each example of a set, the k least of the squared distances
// that its visit method was called with, in ascending order.
type neighbourhood struct {
	k     int
	least []float32 // [n, k]; +Inf where fewer than k were visited
}

// newNeighbourhood returns a neighbourhood of n examples, without distances.
func newNeighbourhood(n, k int) *neighbourhood {
	h := &neighbourhood{k, make([]float32, n*k)}
	for i := range h.least {
		h.least[i] = float32(math.Inf(1))
	}
	return h
}

// of returns the k least squared distances of example i.
func (h *neighbourhood) of(i int) []float32 { return h.least[i*h.k:][:h.k] }

// last returns the squared distance of the k-th neighbour of each example.
func (h *neighbourhood) last() []float32 {
	radii := make([]float32, len(h.least)/h.k)
	for i := range radii {
		radii[i] = h.of(i)[h.k-1]
	}
	return radii
}

// visit takes the squared distances of example i.
func (h *neighbourhood) visit(i, _ int, squared []float32) {
	least := h.of(i)
	last := least[h.k-1]
	for _, v := range squared {
		if v >= last {
			continue
		}
		at := h.k - 1
		for ; at > 0 && least[at-1] > v; at-- {
			least[at] = least[at-1]
		}
		least[at] = v
		last = least[h.k-1]
	}
}

// radii returns the squared distance from each example of s to the k-th nearest of the
// other examples of s.
func (t *Task) radii(ctx context.Context, what string, s *Set, k int) ([]float32, error) {
	h := newNeighbourhood(s.Len(), k)
	if err := t.distances(ctx, what, s, s, h.visit, nil); err != nil {
		return nil, err
	}
	return h.last(), nil
}

// cachedRadii is radii, computed once for a real set.
func (t *Task) cachedRadii(ctx context.Context, s *Set, k int) ([]float32, error) {
	type key struct {
		of *Set
		k  int
	}
	return memo(t.Cache, key{s, k}, func() ([]float32, error) {
		return t.radii(ctx, "radii of real examples", s, k)
	})
}
