package data

import (
	"fmt"
	"os"
)

// ReadSamples returns all examples of a file that [Open] would read, or of a
// folder of pictures, see [ReadImageFolder], as numbers: images [n, channels,
// height, width] from 0 to 1, points [n, dims] as they are. Unlike Open it does not
// round an array of floats to bytes, and deals nothing out to parts.
func ReadSamples(path string) (Info, []float32, error) {
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
	case len(array.Shape) == 2:
		points, err := NewPointsFromArray(path, array)
		if err != nil {
			return Info{}, nil, err
		}
		return points.info, points.values, nil
	}
	return imageNumbers(path, array)
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
// but not rounded.
func imageNumbers(name string, a *Array) (Info, []float32, error) {
	info, channelsLast, err := arrayInfo(a.Shape)
	info.Name = name
	var values []float32
	switch given := a.Data.(type) {
	case []float32:
		values = given
	case []float64:
		values = make([]float32, len(given))
		for i, v := range given {
			values[i] = float32(v)
		}
	default:
		m, err := NewImagesFromArray(name, a)
		if err != nil {
			return Info{}, nil, err
		}
		return m.info, units(m.pixels), nil
	}
	if err == nil && len(values) == 0 {
		err = fmt.Errorf("%w: shape %v", ErrEmpty, a.Shape)
	}
	if err == nil {
		_, err = unitBytes(values)
	}
	if err != nil {
		return Info{}, nil, fmt.Errorf("dataset %s: %w", name, err)
	}
	if channelsLast {
		values = planes(values, info)
	}
	return info, values, nil
}
