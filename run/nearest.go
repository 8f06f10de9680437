package run

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/picture"
)

// Nearest returns the k images of set that are nearest to one image by Euclidean distance
// between pixels, the nearest first, and where they are in the set. It returns fewer if the
// set has fewer. It searches at most limit images, drawn at random from a larger set. It is
// an error if the examples of set are not images of that size. If ctx ends, its error is
// returned.
func Nearest(ctx context.Context, image picture.Images, set data.Set, limit int64, k int) (picture.Images, []Neighbour, error) {
	want, info := data.Image(image.Channels, image.Height, image.Width), set.Info()
	if have := info.First(); !have.Same(want) || image.N != 1 {
		return picture.Images{}, nil, hint.Add(fmt.Errorf("examples of %s are %v, the sample is %v", info.Name, have, want),
			"neighbours are looked for in what the run learned, as it was then")
	}
	total := set.Len()
	if total == data.Endless {
		total = min(limit, total) // the first of them
	}
	indices := data.DrawIndices(total, min(limit, total), 0, "nearest images")
	row := make(data.Row, len(info.Fields))
	pixels := make([]byte, len(image.Pixels))
	row[0].Bytes = pixels
	var list []Neighbour
	for i, at := range indices {
		if i%256 == 0 && ctx.Err() != nil {
			return picture.Images{}, nil, ctx.Err()
		}
		if err := set.Read(row, at); err != nil {
			return picture.Images{}, nil, err
		}
		found := Neighbour{at, distance(pixels, image.Pixels)}
		place, _ := slices.BinarySearchFunc(list, found, func(a, b Neighbour) int {
			return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Index, b.Index))
		})
		if place < k {
			list = slices.Insert(list, place, found)
			list = list[:min(len(list), k)]
		}
	}
	nearest := picture.Images{N: len(list), Channels: image.Channels, Height: image.Height, Width: image.Width}
	for _, found := range list {
		if err := set.Read(row, found.Index); err != nil {
			return picture.Images{}, nil, err
		}
		nearest.Pixels = append(nearest.Pixels, pixels...)
	}
	return nearest, list, nil
}
