package kernel

import "unsafe"

// A Layout describes the position of elements in memory: element (i0, i1, ...)
// of Shape is at Offset + i0*Strides[0] + i1*Strides[1] + ... A stride may be 0
// (the element repeats) or negative (the order is reversed).
type Layout struct {
	Offset         int
	Shape, Strides []int
}

// A cursor is a position in a layout.
type cursor struct {
	*Layout
	last  int // the innermost axis
	index [MaxRank]int
	at    int // position in memory
}

func (l *Layout) cursorAt(start int) (w cursor) {
	w.Layout, w.last, w.at = l, len(l.Shape)-1, l.Offset
	for axis := w.last; axis >= 0; axis-- {
		if start == 0 {
			break
		}
		w.index[axis] = start % l.Shape[axis]
		w.at += w.index[axis] * l.Strides[axis]
		start /= l.Shape[axis]
	}
	return w
}

// forward advances by n along an axis. It must not pass the end of the axis. At
// the end it continues with the next index of the outer axes.
func (w *cursor) forward(axis, n int) {
	for {
		w.index[axis] += n
		w.at += n * w.Strides[axis]
		if axis == 0 || w.index[axis] < w.Shape[axis] {
			return
		}
		w.at -= w.index[axis] * w.Strides[axis]
		w.index[axis] = 0
		axis, n = axis-1, 1
	}
}

// Run reports whether the n elements from start on are contiguous in memory,
// and returns the position of the first. n must be at least 1 for ok to be
// true.
func (l *Layout) Run(start, n int) (at int, ok bool) {
	last := len(l.Shape) - 1
	if n == 0 || l.Strides[last] != 1 || start%l.Shape[last]+n > l.Shape[last] {
		return 0, false
	}
	w := l.cursorAt(start)
	return w.at, true
}

// Load fills dst with the elements start, start+1, ... of the layout in
// row-major order, read from src. dst and src must not overlap.
func Load[T any](dst, src []T, l *Layout, start int) {
	w := l.cursorAt(start)
	length, stride := l.Shape[w.last], l.Strides[w.last]
	for len(dst) > 0 {
		if w.last == 0 || w.index[w.last] != 0 || len(dst) < length {
			n := min(length-w.index[w.last], len(dst))
			LoadStrided(dst[:n], src, w.at, stride)
			w.forward(w.last, n)
			dst = dst[n:]
			continue
		}
		rows := min(l.Shape[w.last-1]-w.index[w.last-1], len(dst)/length)
		loadRows(dst[:rows*length], src, w.at, l.Strides[w.last-1], length, stride)
		w.forward(w.last-1, rows)
		dst = dst[rows*length:]
	}
}

// loadRows copies rows of the given length. The rows begin rowStride apart,
// their elements are stride apart.
func loadRows[T any](dst, src []T, at, rowStride, length, stride int) {
	inWords := unsafe.Sizeof(src[0]) == 4
	last := at + (len(dst)/length-1)*rowStride // start of the last row
	switch {
	case stride == 1 && length%16 == 0 && inWords && rowStride >= 0:
		ForFloat32().CopyRows(words(dst), words(src[at:last+length]), length, rowStride)
	case stride == 0 && length%16 == 0 && inWords && rowStride >= 0:
		ForFloat32().RepeatRows(words(dst), words(src[at:last+1]), length, rowStride)
	case stride == 0 && length <= shortRow:
		if inWords && rowStride == 1 {
			n := ForFloat32().Repeat(words(dst), words(src[at:at+len(dst)/length]), length)
			dst, at = dst[n:], at+n/length
		}
		for ; len(dst) > 0; dst = dst[length:] {
			v := src[at]
			for i := range dst[:length] {
				dst[i] = v
			}
			at += rowStride
		}
	default:
		for ; len(dst) > 0; dst = dst[length:] {
			LoadStrided(dst[:length], src, at, stride)
			at += rowStride
		}
	}
}

// words returns elements of four bytes as float32, in the same memory.
func words[T any](x []T) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// shortRow is the largest row length for which one kernel call for each row is
// slower.
const shortRow = 16

// MaxRank is the largest rank of a layout. The kernel gradient of a grouped
// convolution in three dimensions needs the highest rank of all graphs.
const MaxRank = 12

// LoadStrided fills dst with elements of src that are stride apart, from
// src[at] on.
func LoadStrided[T any](dst, src []T, at, stride int) {
	switch stride {
	case 1:
		copy(dst, src[at:at+len(dst)])
	case 0:
		if unsafe.Sizeof(src[0]) == 4 {
			ForFloat32().Fill(words(dst), words(src)[at])
		} else {
			Fill(dst, src[at])
		}
	default:
		if len(dst) == 0 {
			return
		}
		if unsafe.Sizeof(src[0]) == 4 && stride > 0 {
			n := ForFloat32().Columns(words(dst), words(src[at:]), stride)
			if dst, at = dst[n:], at+n*stride; len(dst) == 0 {
				return
			}
		}
		first, _ := &src[at], &src[at+(len(dst)-1)*stride] // all elements between them are inside src too
		from, step := unsafe.Pointer(first), stride*int(unsafe.Sizeof(*first))
		for i := range dst {
			dst[i] = *(*T)(unsafe.Add(from, i*step))
		}
	}
}

// Store writes the elements of src to dst at the positions that the layout
// gives. src holds the elements from start on, in row-major order.
func Store[T any](dst, src []T, l *Layout, start int) {
	w := l.cursorAt(start)
	length, stride := l.Shape[w.last], l.Strides[w.last]
	for len(src) > 0 {
		n := min(length-w.index[w.last], len(src))
		if stride == 1 {
			copy(dst[w.at:w.at+n], src[:n])
		} else {
			at := w.at
			for _, v := range src[:n] {
				dst[at] = v
				at += stride
			}
		}
		w.forward(w.last, n)
		src = src[n:]
	}
}
