package reproduce

import (
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/random"
)

// rescale sets dst to pixels, which are from 0 to 1, in the scale of networks, and returns dst. dst
// has the length of pixels, and may alias them.
func rescale(dst, pixels []float32, scale data.Scale) []float32 {
	for i, v := range pixels {
		dst[i] = float32(scale.Lo + float64(v)*(scale.Hi-scale.Lo))
	}
	return dst
}

// shuffled returns at most n examples of a set in random order, for statistics of batch
// normalisation. The set may be sorted by class.
func shuffled(s *measure.Set, n int, seed uint64) (values []float32) {
	for _, i := range permutation(seed, "batch statistics", s.Len())[:min(n, s.Len())] {
		values = append(values, s.At(i)...)
	}
	return values
}

// permutation returns the numbers from 0 to n-1 in random order, drawn from seed and name.
func permutation(seed uint64, name string, n int) []int {
	order := make([]int, n)
	for i, k := range random.New(seed, name).Perm(make([]int32, n)) {
		order[i] = int(k)
	}
	return order
}
