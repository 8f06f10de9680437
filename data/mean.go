package data

import "fmt"

// Mean returns the mean of every pixel, [channels, height, width] with 1 for
// white, over the first limit images of set, or all if it has fewer. It refuses a
// limit below 1 and an empty set.
func Mean(set Set, limit int64) ([]float64, error) {
	info, n := set.Info(), min(set.Len(), limit)
	if limit < 1 {
		return nil, fmt.Errorf("dataset %s: the mean of at most %d images, want at least 1", info.Name, limit)
	}
	if n < 1 {
		return nil, fmt.Errorf("dataset %s: the mean of %w", info.Name, ErrEmpty)
	}
	image := make([]byte, info.Size())
	sums := make([]int64, info.Size()) // exact, so that the order does not matter
	for i := range n {
		if _, err := set.Read(image, i); err != nil {
			return nil, err
		}
		for p, v := range image {
			sums[p] += int64(v)
		}
	}
	mean := make([]float64, len(sums))
	for p, sum := range sums {
		mean[p] = float64(sum) / (255 * float64(n))
	}
	return mean, nil
}
