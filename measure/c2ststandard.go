package measure

import "math"

// A standard scales each feature to mean 0 and standard deviation 1. A constant feature
// becomes 0.
type standard struct{ mean, scale []float32 }

// newStandard computes the mean and the standard deviation over the union of two sets.
func newStandard(a, b *Set) *standard {
	size := a.Size()
	n := float64(a.Len() + b.Len())
	mean, square := make([]float64, size), make([]float64, size)
	for _, s := range []*Set{a, b} {
		for i, v := range s.Values {
			mean[i%size] += float64(v) / n
		}
	}
	for _, s := range []*Set{a, b} {
		for i, v := range s.Values {
			d := float64(v) - mean[i%size]
			square[i%size] += d * d / n
		}
	}
	st := &standard{make([]float32, size), make([]float32, size)}
	for k, m := range mean {
		st.mean[k] = float32(m)
		if sd := math.Sqrt(square[k]); sd > 1e-6*math.Abs(m) {
			st.scale[k] = float32(1 / sd)
		}
	}
	return st
}

// put sets dst to the scaled example x.
func (s *standard) put(dst, x []float32) {
	for k, v := range x {
		dst[k] = (v - s.mean[k]) * s.scale[k]
	}
}

// all returns all examples of x, scaled, [x.Len(), x.Size()].
func (s *standard) all(x *Set) []float32 {
	list := make([]float32, len(x.Values))
	for i := range x.Len() {
		s.put(list[i*x.Size():], x.At(i))
	}
	return list
}
