package kernel

import "math"

// Sum returns the sum of x in a fixed order: eight running sums, added in
// pairs.
func Sum[T Number](x []T) T {
	var s [8]T
	for len(x) >= 8 {
		b := x[:8]
		s[0] += b[0]
		s[1] += b[1]
		s[2] += b[2]
		s[3] += b[3]
		s[4] += b[4]
		s[5] += b[5]
		s[6] += b[6]
		s[7] += b[7]
		x = x[8:]
	}
	for i, v := range x {
		s[i] += v
	}
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

// MaxOf returns the maximum of start and x, NaN if any is NaN.
func MaxOf[T Number](start T, x []T) T {
	for _, v := range x {
		start = max(start, v)
	}
	return start
}

// Lowest returns the least value of T, the start of a maximum: -Inf for floats.
func Lowest[T Number]() T {
	var v T
	switch p := any(&v).(type) {
	case *float32:
		*p = float32(math.Inf(-1))
	case *float64:
		*p = math.Inf(-1)
	case *int32:
		*p = math.MinInt32
	}
	return v
}
