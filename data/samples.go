package data

import (
	"fmt"
	"os"

	"github.com/gander-ml/gander/hint"
)

// ReadSamples returns all examples of a file that [Open] would read, or of a
// folder of pictures, see [ReadImageFolder], as numbers: images [n, channels,
// height, width] from 0 to 1, points [n, dims] as they are. Unlike Open it does not
// round an array of floats to bytes, and deals nothing out to parts.
//
// like is what the samples should look like; the zero Info if that is not known.
// If it is images, the rows of an array [n, size] are images of its shape, one a
// row, channels first, of bytes or of floats from 0 to 1; the name says that they
// were read so. Rows of another size than like's are an error that wraps
// [ErrFormat].
func ReadSamples(path string, like Info) (Info, []float32, error) {
	stat, err := os.Stat(path)
	if err != nil {
		return Info{}, nil, err
	}
	if stat.IsDir() {
		m, err := ReadImageFolder(path, path)
		if err != nil {
			return Info{}, nil, err
		}
		return m.info, units(m.pixels), nil
	}
	array, images, err := decodeFile(path)
	switch {
	case err != nil:
		return Info{}, nil, err
	case array == nil:
		return images.info, units(images.pixels), nil
	case len(array.Shape) == 2 && like.Channels == 0:
		points, err := NewPointsFromArray(path, array)
		if err != nil {
			return Info{}, nil, err
		}
		return points.info, points.values, nil
	}
	info, values, err := imageNumbers(path, array, like)
	if err != nil {
		return Info{}, nil, fmt.Errorf("dataset %s: %w", path, err)
	}
	return info, values, nil
}

// units returns bytes as numbers from 0 to 1.
func units(pixels []byte) []float32 {
	values := make([]float32, len(pixels))
	for i, b := range pixels {
		values[i] = float32(b) / 255
	}
	return values
}

// imageNumbers returns the images in an array as [NewImagesFromArray] reads them,
// but not rounded, or those in its rows.
func imageNumbers(name string, a *Array, like Info) (info Info, values []float32, err error) {
	channelsLast := false
	if len(a.Shape) == 2 {
		info, err = rowsInfo(name, a.Shape, like)
	} else {
		info, channelsLast, err = arrayInfo(a.Shape)
		info.Name = name
	}
	if err != nil {
		return Info{}, nil, err
	}
	if values, err = unitNumbers(a); err != nil {
		return Info{}, nil, err
	}
	if len(values) == 0 {
		return Info{}, nil, fmt.Errorf("%w: shape %v", ErrEmpty, a.Shape)
	}
	if channelsLast {
		values = planes(values, info)
	}
	return info, values, nil
}

// rowsInfo describes the rows of an array, [n, size], as images like others.
func rowsInfo(name string, shape []int, like Info) (Info, error) {
	if shape[1] != like.Size() {
		return Info{}, hint.Add(fmt.Errorf("%w: shape %v, want (N, %d) of images of %s (channels, height, width), or (N, C, H, W)", ErrFormat, shape, like.Size(), like.Shape()),
			"compare samples with data of their own shape")
	}
	return Info{
		Name:     fmt.Sprintf("%s (rows as %s)", name, like.Shape()),
		Channels: like.Channels, Height: like.Height, Width: like.Width,
	}, nil
}

// unitNumbers returns the elements of an array of pixels as numbers from 0 to 1.
func unitNumbers(a *Array) ([]float32, error) {
	switch given := a.Data.(type) {
	case []float32:
		_, err := unitBytes(given)
		return given, err
	case []float64:
		values := make([]float32, len(given))
		for i, v := range given {
			values[i] = float32(v)
		}
		_, err := unitBytes(values)
		return values, err
	}
	pixels, err := pixelBytes(a)
	return units(pixels), err
}
