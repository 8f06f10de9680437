package run

import (
	"context"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/picture"
)

// Neighbours returns the image of set that is nearest to the last sample of each
// row of so many columns, among the first limit images of set: see
// [measure.Nearest]. Images of set are of the size of the samples, of which the
// rows take columns each and none is left over.
func Neighbours(ctx context.Context, samples picture.Images, columns int, set data.Set, limit int64) (picture.Images, error) {
	var last []byte
	for end := columns; end <= samples.N; end += columns {
		last = append(last, samples.Slice(end-1, end).Pixels...)
	}
	found, err := measure.Nearest(ctx, last, set, limit)
	if err != nil {
		return picture.Images{}, err
	}
	nearest := picture.Images{
		N: len(found), Channels: samples.Channels, Height: samples.Height, Width: samples.Width, Pixels: make([]byte, len(last)),
	}
	for i, k := range found {
		if _, err := set.Read(nearest.Slice(i, i+1).Pixels, k); err != nil {
			return picture.Images{}, err
		}
	}
	return nearest, nil
}
