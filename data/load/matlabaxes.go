package load

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// examplesFirst moves the examples to the first axis in arrays of MATLAB. Programs in MATLAB
// keep images as [height, width, n] or [height, width, channels, n], and volumes as
// [x, y, z, n] or [x, y, z, 1, n]; other programs have n first. In an array with three axes,
// two equal axes next to each other are the height and the width, and the third counts the
// examples. In the same way, three equal axes of four are those of a volume. If this does not
// decide it, Err of the array is set.
func examplesFirst(arrays []format.Named, err error) ([]format.Named, error) {
	for i := range arrays {
		a := &arrays[i]
		if a.Err != nil {
			continue
		}
		last, known := examplesAreLast(a.Shape)
		switch {
		case !known:
			a.Err = hint.Add(fmt.Errorf("%w: in shape %v the examples may be the first axis or the last", data.ErrFormat, a.Shape),
				"save it as an npy file, with the examples first")
			a.Array = nil
		case last:
			if pixels, err := pixelBytes(a.Array); err == nil { // otherwise a later error states the reason
				a.Array = lastAxisFirst(a.Shape, pixels)
			}
		}
	}
	return arrays, err
}

// examplesAreLast reports whether the last axis of an array counts the examples, and
// whether this is known.
func examplesAreLast(shape []int) (last, known bool) {
	switch len(shape) {
	case 3:
		square, squareLast := shape[0] == shape[1], shape[1] == shape[2]
		return square, square != squareLast
	case 4:
		if !slices.ContainsFunc(shape[1:], isChannels) {
			cube, cubeLast := allEqual(shape[:3]), allEqual(shape[1:])
			return cube, cube != cubeLast
		}
		return isChannels(shape[2]) && !isChannels(shape[1]) && !isChannels(shape[3]), true
	case 5:
		last = shape[3] == 1
		return last, !last || shape[1] != 1
	}
	return false, true
}

func allEqual(sides []int) bool { return len(slices.Compact(slices.Clone(sides))) == 1 }

// lastAxisFirst returns the array of pixels with its last axis as the first.
func lastAxisFirst(shape []int, pixels []byte) *format.Array {
	n := shape[len(shape)-1]
	moved := make([]byte, len(pixels))
	size := len(pixels) / max(n, 1)
	for p := range size {
		for i, v := range pixels[p*n : (p+1)*n] {
			moved[i*size+p] = v
		}
	}
	return &format.Array{Shape: append([]int{n}, shape[:len(shape)-1]...), Data: moved}
}
