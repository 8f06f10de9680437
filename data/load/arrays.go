package load

import (
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// ImagesFromArray returns the set, called name and without labels, of the images
// in a: [n, height, width], [n, channels, height, width] or [n, height, width,
// channels], with 1, 3 or 4 channels. Its elements are whole numbers from 0 to 255,
// floats from 0 to 1, or booleans: false is black and true is white.
//
// Other arrays are an error that wraps [data.ErrFormat]. This includes arrays in which
// either the second axis or the last could be the channels. For an array without images
// the error wraps [data.ErrEmpty]. The set may use the memory of a.Data
// without copying it, so do not change a.Data afterwards.
func ImagesFromArray(name string, a *format.Array) (*data.Table, error) {
	fail := func(err error) (*data.Table, error) { return nil, fmt.Errorf("dataset %s: %w", name, err) }
	field, channelsLast, err := imageField(a.Shape)
	if err != nil {
		return fail(err)
	}
	if a.Shape[0] == 0 {
		return fail(fmt.Errorf("%w: shape %v", data.ErrEmpty, a.Shape))
	}
	pixels, err := pixelBytes(a)
	if err != nil {
		return fail(err)
	}
	if channelsLast {
		pixels = channelsFirst(pixels, field)
	}
	return data.NewTable(data.NewInfo(name, field), data.Values{Bytes: pixels})
}

// PointsFromArray returns the set, called name and without labels, of the points
// in a, [n, numbers]. The elements must be numbers, but not bytes. They are rounded to
// float32. If a rounded number is not finite, or a has other elements or another shape,
// the error wraps [data.ErrFormat]. For an array without points it wraps [data.ErrEmpty].
// The set may use the memory of a.Data without copying it, so do not change a.Data
// afterwards.
func PointsFromArray(name string, a *format.Array) (*data.Table, error) {
	fail := func(err error) (*data.Table, error) { return nil, fmt.Errorf("dataset %s: %w", name, err) }
	if len(a.Shape) != 2 {
		return fail(fmt.Errorf("%w: shape %v, want (N, D) of points", data.ErrFormat, a.Shape))
	}
	if a.Shape[0] == 0 || a.Shape[1] == 0 {
		return fail(fmt.Errorf("%w: shape %v", data.ErrEmpty, a.Shape))
	}
	values := singles(a)
	if values == nil {
		return fail(hint.Add(fmt.Errorf("%w: rows of %d elements of type %T", data.ErrFormat, a.Shape[1], a.Data),
			"for images --set data.size=N, with N their size, such as 28 or 32x16 (height x width); for points save astype('float32')"))
	}
	return data.NewTable(data.NewInfo(name, data.Point(a.Shape[1])), data.Values{Floats: values})
}

// setOfArray returns the set of the images, volumes or points in an array. Its rows are
// images if their size is given.
func setOfArray(name string, a *format.Array, o Options) (*data.Table, error) {
	if _, ok := volumeField(a.Shape); ok {
		return VolumesFromArray(name, a)
	}
	if len(a.Shape) != 2 {
		return ImagesFromArray(name, a)
	}
	if o.Height == 0 {
		return PointsFromArray(name, a)
	}
	for _, channels := range []int{1, 3, 4} {
		if a.Shape[1] == channels*o.Height*o.Width {
			return ImagesFromArray(name, &format.Array{Shape: []int{a.Shape[0], channels, o.Height, o.Width}, Data: a.Data})
		}
	}
	return nil, hint.Add(fmt.Errorf("dataset %s: %w: rows of %d values are not images of %dx%d (height x width)", name, data.ErrFormat, a.Shape[1], o.Height, o.Width),
		"for images --set data.size=N, with N their size; for points leave it out")
}

// singles returns the numbers of an array as float32. It returns a.Data itself if
// they already are float32, and nil if they are bytes or booleans.
func singles(a *format.Array) []float32 {
	switch given := a.Data.(type) {
	case []float32:
		return given
	case []float64:
		return roundAll(given)
	case []int8:
		return roundAll(given)
	case []int16:
		return roundAll(given)
	case []int32:
		return roundAll(given)
	case []int64:
		return roundAll(given)
	case []uint16:
		return roundAll(given)
	case []uint32:
		return roundAll(given)
	case []uint64:
		return roundAll(given)
	}
	return nil
}

// roundAll rounds numbers to float32.
func roundAll[T float64 | int8 | int16 | int32 | int64 | uint16 | uint32 | uint64](given []T) []float32 {
	values := make([]float32, len(given))
	for i, v := range given {
		values[i] = float32(v)
	}
	return values
}

// isChannels reports whether images can have d channels.
func isChannels(d int) bool { return d == 1 || d == 3 || d == 4 }

// imageField reads the shape of an array of images.
func imageField(shape []int) (field data.Field, channelsLast bool, err error) {
	switch len(shape) {
	case 3:
		return data.Image(1, shape[1], shape[2]), false, nil
	case 4:
		first, last := isChannels(shape[1]), isChannels(shape[3])
		switch {
		case first && last:
			return data.Field{}, false, hint.Add(fmt.Errorf("%w: in shape %v the channels may be the second axis or the last", data.ErrFormat, shape),
				"reshape it to leave no doubt")
		case first:
			return data.Image(shape[1], shape[2], shape[3]), false, nil
		case last:
			return data.Image(shape[3], shape[1], shape[2]), true, nil
		}
	}
	return data.Field{}, false, fmt.Errorf("%w: shape %v, want (N, H, W), (N, C, H, W) or (N, H, W, C) with C 1, 3 or 4, (N, X, Y, Z), (N, 1, X, Y, Z) or (N, X, Y, Z, 1) of volumes, or (N, D) of points",
		data.ErrFormat, shape)
}

// pixelBytes returns the elements of an array of pixels as bytes. It returns a.Data
// itself if they already are bytes. Floats must be from 0 to 1 and whole numbers from
// 0 to 255. Booleans become black and white.
func pixelBytes(a *format.Array) ([]byte, error) {
	switch values := a.Data.(type) {
	case []uint8:
		return values, nil
	case []bool:
		out := make([]byte, len(values))
		for i, white := range values {
			if white {
				out[i] = 255
			}
		}
		return out, nil
	case []float32:
		return unitBytes(values)
	case []float64:
		return unitBytes(values)
	case []int8:
		return wholeBytes(values)
	case []int16:
		return wholeBytes(values)
	case []int32:
		return wholeBytes(values)
	case []int64:
		return wholeBytes(values)
	case []uint16:
		return wholeBytes(values)
	case []uint32:
		return wholeBytes(values)
	case []uint64:
		return wholeBytes(values)
	}
	return nil, fmt.Errorf("%w: elements of type %T", data.ErrFormat, a.Data)
}

// isFloats reports whether the elements of an array are floats.
func isFloats(a *format.Array) bool {
	switch a.Data.(type) {
	case []float32, []float64:
		return true
	}
	return false
}

// wholeBytes returns whole numbers from 0 to 255 as bytes, and refuses others.
func wholeBytes[T int8 | int16 | int32 | int64 | uint16 | uint32 | uint64](values []T) ([]byte, error) {
	out := make([]byte, len(values))
	for i, v := range values {
		if v < 0 || uint64(v) > 255 {
			advice := "save bytes as uint8, of 16 bits the upper 8"
			if v < 0 {
				advice = "map them to 0 to 255"
			}
			return nil, hint.Add(fmt.Errorf("%w: element %d is %d, want 0 to 255", data.ErrFormat, i, v), "%s", advice)
		}
		out[i] = byte(v)
	}
	return out, nil
}

// unitBytes maps numbers from 0 to 1 to bytes, rounding to the nearest, and
// refuses others.
func unitBytes[T float32 | float64](values []T) ([]byte, error) {
	out := make([]byte, len(values))
	for i, v := range values {
		if !(v >= 0 && v <= 1) { // NaN too
			advice := "save bytes as uint8, or map -1 to 1 by (x+1)/2"
			if v != v {
				advice = "leave out or correct such examples; if they are samples, the generator has diverged"
			}
			return nil, hint.Add(fmt.Errorf("%w: element %d is %v, want 0 to 1", data.ErrFormat, i, v), "%s", advice)
		}
		out[i] = byte(v*255 + 0.5)
	}
	return out, nil
}

// channelsFirst returns images with the channels moved from the last axis to the
// first.
func channelsFirst[T byte | float32](pixels []T, field data.Field) []T {
	out := make([]T, 0, len(pixels))
	channels, size := field.Shape[0], field.Size()
	for start := 0; start < len(pixels); start += size {
		image := pixels[start : start+size]
		for c := range channels {
			for p := c; p < size; p += channels {
				out = append(out, image[p])
			}
		}
	}
	return out
}
