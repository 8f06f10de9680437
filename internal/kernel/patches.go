package kernel

import "math"

// Outside is the entry of a table that Gather reads as zero.
const Outside = math.MinInt32

// Gather sets dst[i] to src[base+table[i]], or to 0 where that is Outside.
func Gather[T Float](dst, src []T, base int, table []int32) {
	dst = dst[:len(table)]
	for i, at := range table {
		var v T
		if at != Outside {
			v = src[base+int(at)]
		}
		dst[i] = v
	}
}

// Spread sets dst[i*step] to src[i], as far as dst reaches.
func Spread[T Float](dst []T, step int, src []T) {
	if step == 1 {
		copy(dst, src)
		return
	}
	n := min(len(src), (len(dst)+step-1)/step)
	for i, v := range src[:n] {
		dst[i*step] = v
	}
}
