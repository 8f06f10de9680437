package measure

import (
	"context"
	"fmt"
	"math"

	"github.com/gander-ml/gander/data"
)

// Nearest returns, for each of the images in pixels, [n, channels, height,
// width], the index of the image of set that is nearest to it by Euclidean
// distance between pixels, among the first limit. Of equally near images the
// first counts. It returns ctx's error when that ends it.
func Nearest(ctx context.Context, pixels []byte, set data.Set, limit int64) ([]int64, error) {
	size := set.Info().Size()
	if len(pixels)%size != 0 {
		return nil, fmt.Errorf("nearest images in %s: samples of %d bytes are not images of %d", set.Info().Name, len(pixels), size)
	}
	n := len(pixels) / size
	nearest, best := make([]int64, n), make([]int, n)
	for i := range best {
		best[i] = math.MaxInt
	}
	image := make([]byte, size)
	for k := range min(limit, set.Len()) {
		if k%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if _, err := set.Read(image, k); err != nil {
			return nil, err
		}
		for i := range n {
			if d := squaredDistance(pixels[i*size:(i+1)*size], image, best[i]); d < best[i] {
				nearest[i], best[i] = k, d
			}
		}
	}
	return nearest, nil
}

// squaredDistance returns the squared Euclidean distance of a and b, or
// something that is at least enough once it knows the distance is.
func squaredDistance(a, b []byte, enough int) int {
	const stretch = 64
	sum := 0
	for len(a) > 0 && sum < enough {
		n := min(stretch, len(a))
		for i, v := range a[:n] {
			d := int(v) - int(b[i])
			sum += d * d
		}
		a, b = a[n:], b[n:]
	}
	return sum
}
