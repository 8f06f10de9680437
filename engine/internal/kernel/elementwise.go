package kernel

import "math"

// Neg sets dst[i] = -x[i].
func Neg[T Number](dst, x []T) {
	for i, v := range x[:len(dst)] {
		dst[i] = -v
	}
}

// Abs sets dst[i] = |x[i]|.
func Abs[T float32 | float64 | int32](dst, x []T) {
	for i, v := range x[:len(dst)] {
		if v <= 0 { // also changes -0 to 0
			v = 0 - v
		}
		dst[i] = v
	}
}

// Sign sets dst[i] to -1, 0 or 1. A zero keeps its sign and NaN remains NaN.
func Sign[T float32 | float64 | int32](dst, x []T) {
	for i, v := range x[:len(dst)] {
		switch {
		case v > 0:
			v = 1
		case v < 0:
			v = -1
		}
		dst[i] = v
	}
}

// Map sets dst[i] = f(x[i]), computed in float64 and rounded to T.
func Map[T Float](f func(float64) float64) func(dst, x []T) {
	return func(dst, x []T) {
		for i, v := range x[:len(dst)] {
			dst[i] = T(f(float64(v)))
		}
	}
}

// Logistic returns 1 / (1 + e^-x).
func Logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Rsqrt returns 1 / sqrt(x).
func Rsqrt(x float64) float64 { return 1 / math.Sqrt(x) }

// Add sets dst[i] = a[i] + b[i].
func Add[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

// Sub sets dst[i] = a[i] - b[i].
func Sub[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] - b[i]
	}
}

// Mul sets dst[i] = a[i] * b[i].
func Mul[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

// Div sets dst[i] = a[i] / b[i].
func Div[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] / b[i]
	}
}

// DivInt sets dst[i] = a[i] / b[i], truncated towards 0. Division by 0 gives a
// result with all bits set, as in StableHLO.
func DivInt[T int32 | uint32](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		if b[i] == 0 {
			dst[i] = ^T(0)
		} else {
			dst[i] = a[i] / b[i]
		}
	}
}

// Max sets dst[i] = max(a[i], b[i]), NaN if either is NaN.
func Max[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = max(a[i], b[i])
	}
}

// Min sets dst[i] = min(a[i], b[i]), NaN if either is NaN.
func Min[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = min(a[i], b[i])
	}
}

// Pow sets dst[i] = a[i] to the power of b[i].
func Pow[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = T(math.Pow(float64(a[i]), float64(b[i])))
	}
}

// Or sets dst[i] = a[i] or b[i].
func Or(dst, a, b []bool) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] || b[i]
	}
}

// And sets dst[i] = a[i] and b[i].
func And(dst, a, b []bool) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] && b[i]
	}
}

// Equal sets dst[i] = a[i] == b[i].
func Equal[T comparable](dst []bool, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] == b[i]
	}
}

// NotEqual sets dst[i] = a[i] != b[i].
func NotEqual[T comparable](dst []bool, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] != b[i]
	}
}

// Less sets dst[i] = a[i] < b[i].
func Less[T Number](dst []bool, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] < b[i]
	}
}

// LessEqual sets dst[i] = a[i] <= b[i].
func LessEqual[T Number](dst []bool, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] <= b[i]
	}
}

// Select sets dst[i] = a[i] where p[i] is true, and b[i] elsewhere.
func Select[T any](dst []T, p []bool, a, b []T) {
	p, a, b = p[:len(dst)], a[:len(dst)], b[:len(dst)]
	for i := range dst {
		if p[i] {
			dst[i] = a[i]
		} else {
			dst[i] = b[i]
		}
	}
}

// Convert sets dst[i] = x[i], converted to another type. Conversions between
// floats round. Conversions from integers are exact where the value fits.
// Conversions between integers wrap around.
func Convert[D, S Number](dst []D, x []S) {
	for i, v := range x[:len(dst)] {
		dst[i] = D(v)
	}
}

// ConvertToInt sets dst[i] = x[i], truncated to an integer in [lo, hi], the
// range of D. NaN becomes 0.
func ConvertToInt[D int32 | uint32, S Float](lo, hi float64) func(dst []D, x []S) {
	return func(dst []D, x []S) {
		for i, v := range x[:len(dst)] {
			if f := float64(v); f == f {
				dst[i] = D(int64(min(max(f, lo), hi)))
			} else {
				dst[i] = 0
			}
		}
	}
}

// ConvertFromBool sets dst[i] to 1 where x[i] is true, and to 0 elsewhere.
func ConvertFromBool[D Number](dst []D, x []bool) {
	for i, v := range x[:len(dst)] {
		dst[i] = 0
		if v {
			dst[i] = 1
		}
	}
}

// ConvertToBool sets dst[i] to true where x[i] is not 0.
func ConvertToBool[S Number](dst []bool, x []S) {
	for i, v := range x[:len(dst)] {
		dst[i] = v != 0
	}
}

// Copy sets dst[i] = x[i].
func Copy[T any](dst, x []T) { copy(dst, x[:len(dst)]) }

// Fill sets dst[i] = v.
func Fill[T any](dst []T, v T) {
	for i := range dst {
		dst[i] = v
	}
}

// ShiftRight sets dst[i] = x[i] >> by, a division by 2^by.
func ShiftRight(dst, x []uint32, by int) {
	for i, v := range x[:len(dst)] {
		dst[i] = v >> by
	}
}
