package run

import (
	"context"
	"fmt"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/picture"
)

// A Neighbour identifies the image of a set that is nearest to a sample.
type Neighbour struct {
	Index    int64   // within the set
	Distance float64 // Euclidean, between pixels from 0 to 1
}

// Neighbours takes the last sample of each row of a grid. It returns the nearest image of
// set, and its index. It searches at most limit images, drawn at random from a larger set;
// see [measure.Nearest].
// Each row has columns samples, and the last row must be full. It is an error if the
// examples of set are not images with the size of the samples.
func Neighbours(ctx context.Context, samples picture.Images, columns int, set data.Set, limit int64) (picture.Images, []Neighbour, error) {
	want, info := data.Image(samples.Channels, samples.Height, samples.Width), set.Info()
	if have := info.First(); !have.Same(want) {
		return picture.Images{}, nil, hint.Add(fmt.Errorf("examples of %s are %v, samples are %v", info.Name, have, want),
			"neighbours are looked for in what the run learned, as it was then")
	}
	var last []byte
	for end := columns; end <= samples.N; end += columns {
		last = append(last, samples.Slice(end-1, end).Pixels...)
	}
	found, err := measure.Nearest(ctx, last, set, limit)
	if err != nil {
		return picture.Images{}, nil, err
	}
	nearest := picture.Images{
		N: len(found), Channels: samples.Channels, Height: samples.Height, Width: samples.Width, Pixels: make([]byte, len(last)),
	}
	list := make([]Neighbour, len(found))
	for i, k := range found {
		image := nearest.Slice(i, i+1).Pixels
		row := make(data.Row, len(info.Fields))
		row[0].Bytes = image
		if err := set.Read(row, k); err != nil {
			return picture.Images{}, nil, err
		}
		list[i] = Neighbour{k, distance(image, last[i*len(image):])}
	}
	return nearest, list, nil
}

// distance returns the Euclidean distance between a and the first len(a) bytes of b,
// with 255 as 1.
func distance(a, b []byte) float64 {
	square := 0.0
	for i, v := range a {
		d := (float64(v) - float64(b[i])) / 255
		square += d * d
	}
	return math.Sqrt(square)
}
