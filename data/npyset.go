package data

import (
	"fmt"

	"github.com/gander-ml/gander/hint"
)

// NewImagesFromArray returns the set, called name and without labels, of the
// images in a: [n, height, width], [n, channels, height, width] or [n, height,
// width, channels], with 1, 3 or 4 channels. Its elements are bytes, 0 to 255, or
// floats, 0 to 1. Anything else, an array whose channels could be either axis
// among it, is an error that wraps [ErrFormat]. The set keeps a.Data if it can.
func NewImagesFromArray(name string, a *Array) (*Images, error) {
	fail := func(err error) (*Images, error) { return nil, fmt.Errorf("dataset %s: %w", name, err) }
	info, channelsLast, err := arrayInfo(a.Shape)
	if err != nil {
		return fail(err)
	}
	info.Name = name
	if a.Shape[0] == 0 {
		return fail(fmt.Errorf("%w: shape %v", ErrEmpty, a.Shape))
	}
	pixels, err := pixelBytes(a)
	if err != nil {
		return fail(err)
	}
	if channelsLast {
		pixels = planes(pixels, info)
	}
	return NewImages(info, pixels, nil)
}

// arrayInfo reads the shape of an array of images.
func arrayInfo(shape []int) (info Info, channelsLast bool, err error) {
	isChannels := func(d int) bool { return d == 1 || d == 3 || d == 4 }
	switch len(shape) {
	case 3:
		return Info{Channels: 1, Height: shape[1], Width: shape[2]}, false, nil
	case 4:
		first, last := isChannels(shape[1]), isChannels(shape[3])
		switch {
		case first && last:
			return Info{}, false, hint.Add(fmt.Errorf("%w: in shape %v the channels may be the second axis or the last", ErrFormat, shape),
				"reshape it to leave no doubt")
		case first:
			return Info{Channels: shape[1], Height: shape[2], Width: shape[3]}, false, nil
		case last:
			return Info{Channels: shape[3], Height: shape[1], Width: shape[2]}, true, nil
		}
	}
	return Info{}, false, fmt.Errorf("%w: shape %v, want (N, H, W), (N, C, H, W) or (N, H, W, C) with C 1, 3 or 4, or (N, D) of points",
		ErrFormat, shape)
}

// pixelBytes returns the elements of an array of pixels as bytes, a.Data itself if
// they are.
func pixelBytes(a *Array) ([]byte, error) {
	switch values := a.Data.(type) {
	case []uint8:
		return values, nil
	case []float32:
		return unitBytes(values)
	case []float64:
		return unitBytes(values)
	}
	return nil, hint.Add(fmt.Errorf("%w: elements of type %T, want uint8, or float32 or float64 from 0 to 1", ErrFormat, a.Data),
		"astype('uint8')")
}

// unitBytes maps numbers from 0 to 1 to bytes, rounding to the nearest, and
// refuses others.
func unitBytes[T float32 | float64](values []T) ([]byte, error) {
	out := make([]byte, len(values))
	for i, v := range values {
		if !(v >= 0 && v <= 1) { // NaN too
			advice := "save bytes as uint8, or map -1 to 1 by (x+1)/2"
			if v != v {
				advice = "what made the images has diverged"
			}
			return nil, hint.Add(fmt.Errorf("%w: element %d is %v, want 0 to 1", ErrFormat, i, v), "%s", advice)
		}
		out[i] = byte(v*255 + 0.5)
	}
	return out, nil
}

// planes returns images whose channels are the last axis with the channels first.
func planes[T byte | float32](pixels []T, info Info) []T {
	out := make([]T, 0, len(pixels))
	size := info.Size()
	for start := 0; start < len(pixels); start += size {
		image := pixels[start : start+size]
		for c := range info.Channels {
			for p := c; p < size; p += info.Channels {
				out = append(out, image[p])
			}
		}
	}
	return out
}
