package measure

import (
	"context"
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
)

// Nearest returns, for each of the images in pixels, [n, channels, height,
// width], the index of the image of set that is nearest to it by Euclidean
// distance between pixels, among the first limit. Of equally near images the
// first counts. A set whose first field is no image of that size is an error, one
// that wraps [data.ErrKind] if it is no image at all; no image to look among wraps
// [data.ErrEmpty]. It returns ctx's error when that ends it.
func Nearest(ctx context.Context, pixels []byte, set data.Set, limit int64) ([]int64, error) {
	info, limit := set.Info(), min(limit, set.Len())
	field := info.First()
	switch {
	case !field.IsImage():
		return nil, fmt.Errorf("nearest images in %s: %w: it holds %s", info.Name, data.ErrKind, examplesOf(field))
	case limit < 1:
		return nil, fmt.Errorf("nearest images in %s: %w to look among", info.Name, data.ErrEmpty)
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
	for first := int64(0); first < limit; first += part {
		some, err := data.Subset(set, first, min(first+part, limit))
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
					least.least[i], nearest[i] = d, first+int64(j+k)
				}
			}
		}
		if err := task.distances(ctx, "", samples, images, visit, nil); err != nil {
			return nil, err
		}
	}
	return nearest, nil
}
