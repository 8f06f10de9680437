package measure

import (
	"context"
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
)

// Nearest returns, for each of the images in pixels, [n, channels, height, width], the
// index of the nearest image of set by Euclidean distance between pixels. It searches
// at most limit images: of a larger set those that [data.Draw] draws from seed 0, of an
// endless set the first. If several images are equally near, it returns the smallest
// index. It returns an error if the first field of set is not an image of that size.
// The error wraps [data.ErrKind] if the field is not an image, and [data.ErrEmpty] if
// there is no image to search. If ctx ends the search, its error is returned.
func Nearest(ctx context.Context, pixels []byte, set data.Set, limit int64) ([]int64, error) {
	info, limit := set.Info(), min(max(limit, 0), set.Len())
	field := info.First()
	switch {
	case !field.IsImage():
		return nil, fmt.Errorf("nearest images in %s: %w: it holds %s", info.Name, data.ErrKind, examplesOf(field))
	case limit < 1:
		return nil, fmt.Errorf("nearest images in %s: %w to search", info.Name, data.ErrEmpty)
	case len(pixels)%field.Size() != 0:
		return nil, fmt.Errorf("nearest images in %s: samples of %d bytes are not images of %d", info.Name, len(pixels), field.Size())
	}
	n := len(pixels) / field.Size()
	if n == 0 {
		return nil, ctx.Err()
	}
	device := engine.NewDevice(0)
	defer device.Close()
	task := Task{Device: device}
	samples := &Set{Name: "samples", Field: field, Values: make([]float32, len(pixels))}
	units(samples.Values, pixels)

	nearest, least := make([]int64, n), newNeighbourhood(n, 1)
	part := int64(max(tileNumbers/field.Size(), 1))
	searched, index := searchedBy(set, limit)
	for first := int64(0); first < limit; first += part {
		some, err := data.Subset(searched, first, min(first+part, limit))
		if err != nil {
			return nil, err
		}
		images, err := FromData(some, info.Name, part)
		if err != nil {
			return nil, err
		}
		visit := func(i, j int, squared []float32) {
			for k, d := range squared {
				if d < least.least[i] {
					least.least[i], nearest[i] = d, index(first+int64(j+k))
				}
			}
		}
		if err := task.distances(ctx, "", samples, images, visit, nil); err != nil {
			return nil, err
		}
	}
	return nearest, nil
}

// searchedBy returns the limit images that Nearest searches, and the index in set of
// each of them.
func searchedBy(set data.Set, limit int64) (searched data.Set, index func(i int64) int64) {
	const name = "measure: nearest"
	searched = data.Draw(set, limit, realSeed, name)
	if limit == set.Len() || set.Len() == data.Endless {
		return searched, func(i int64) int64 { return i }
	}
	indices := data.DrawIndices(set.Len(), limit, realSeed, name)
	return searched, func(i int64) int64 { return indices[i] }
}
