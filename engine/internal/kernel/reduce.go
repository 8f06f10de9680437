package kernel

import "math"

// sums is the number of partial sums of a sum. It is part of the definition, so
// that every instruction set gives the same bits.
const sums = 32

// Sum returns the sum of x in a fixed order. Element i is added to partial sum
// i%32. The partial sums are added in halves: 16 to 16, 8 to 8, down to one.
func Sum[T Number](x []T) T {
	var s [sums]T
	for len(x) >= sums {
		for i, v := range x[:sums] {
			s[i] += v
		}
		x = x[sums:]
	}
	for i, v := range x {
		s[i] += v
	}
	for half := sums / 2; half > 0; half /= 2 {
		for i := range half {
			s[i] += s[i+half]
		}
	}
	return s[0]
}

// MaxOf returns the maximum of start and x, NaN if any is NaN.
func MaxOf[T Number](start T, x []T) T {
	for _, v := range x {
		start = max(start, v)
	}
	return start
}

// Lowest returns the lowest value of T, the start of a maximum: -Inf for
// floats.
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
