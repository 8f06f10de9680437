package board

// A spark is a curve of few points that is made from any number of values in little
// memory: each point is the mean of the same number of values.
type spark struct {
	points []float32
	stride int     // values of a point
	sum    float64 // of the values that make no whole point yet
	count  int
	last   float64
}

// maxSpark is the number of points at which neighbours are joined.
const maxSpark = 96

func (s *spark) add(v float64) {
	s.stride = max(s.stride, 1)
	s.last = v
	s.sum += v
	if s.count++; s.count < s.stride {
		return
	}
	s.points = append(s.points, float32(s.sum/float64(s.count)))
	s.sum, s.count = 0, 0
	if len(s.points) < maxSpark {
		return
	}
	for i := range maxSpark / 2 {
		s.points[i] = (s.points[2*i] + s.points[2*i+1]) / 2
	}
	s.points, s.stride = s.points[:maxSpark/2], s.stride*2
}

// values returns the points, and the last value at the end.
func (s *spark) values() []number {
	var all []number
	for _, p := range s.points {
		all = append(all, number(p))
	}
	if s.stride > 1 && s.count > 0 {
		all = append(all, number(s.last))
	}
	return all
}
