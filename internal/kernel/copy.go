package kernel

// A Layout says where elements lie: element (i0, i1, ...) of Shape is at
// Offset + i0*Strides[0] + i1*Strides[1] + ... A stride may be 0 (the element
// repeats) or negative (it runs backwards).
type Layout struct {
	Offset         int
	Shape, Strides []int
}

// Load fills dst with elements start, start+1, ... of the layout's row-major
// order, read from src. dst and src must not overlap.
func Load[T any](dst, src []T, l *Layout, start int) {
	var index [maxRank]int
	last := len(l.Shape) - 1
	at := l.Offset
	for axis := last; axis >= 0; axis-- {
		index[axis] = start % l.Shape[axis]
		at += index[axis] * l.Strides[axis]
		start /= l.Shape[axis]
	}
	for {
		n := min(l.Shape[last]-index[last], len(dst))
		loadRun(dst[:n], src, at, l.Strides[last])
		if dst = dst[n:]; len(dst) == 0 {
			return
		}
		at -= index[last] * l.Strides[last]
		index[last] = 0
		for axis := last - 1; axis >= 0; axis-- {
			index[axis]++
			at += l.Strides[axis]
			if index[axis] < l.Shape[axis] {
				break
			}
			at -= index[axis] * l.Strides[axis]
			index[axis] = 0
		}
	}
}

// maxRank bounds the rank of a layout: the deepest a graph needs is the
// kernel gradient of a grouped convolution in three dimensions.
const maxRank = 12

// loadRun copies elements stride apart, beginning at src[at].
func loadRun[T any](dst, src []T, at, stride int) {
	switch stride {
	case 1:
		copy(dst, src[at:at+len(dst)])
	case 0:
		Fill(dst, src[at])
	default:
		for i := range dst {
			dst[i] = src[at]
			at += stride
		}
	}
}

// Store writes the elements of src, which are those of the layout's row-major
// order from start, to where the layout says in dst.
func Store[T any](dst, src []T, l *Layout, start int) {
	var index [maxRank]int
	last := len(l.Shape) - 1
	at := l.Offset
	for axis := last; axis >= 0; axis-- {
		index[axis] = start % l.Shape[axis]
		at += index[axis] * l.Strides[axis]
		start /= l.Shape[axis]
	}
	for _, v := range src {
		dst[at] = v
		for axis := last; axis >= 0; axis-- {
			index[axis]++
			at += l.Strides[axis]
			if index[axis] < l.Shape[axis] {
				break
			}
			at -= index[axis] * l.Strides[axis]
			index[axis] = 0
		}
	}
}
