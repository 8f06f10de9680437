package data

import "fmt"

// Mean returns the mean of every value of the first field over the first limit examples
// of set, or over all if it has fewer. Pixels are from 0 for black to 1 for white. These
// are errors: a limit below 1, an empty set, and a first field that is neither pixels
// nor numbers.
func Mean(set Set, limit int64) ([]float64, error) {
	info, n := set.Info(), min(set.Len(), limit)
	f := info.First()
	switch {
	case limit < 1:
		return nil, fmt.Errorf("dataset %s: mean of at most %d examples: want at least 1", info.Name, limit)
	case n < 1:
		return nil, fmt.Errorf("dataset %s: the mean of %w", info.Name, ErrEmpty)
	case f.Kind != Pixels && f.Kind != Numbers:
		return nil, fmt.Errorf("dataset %s: the mean of %v: %w", info.Name, f.Kind, ErrKind)
	}
	row := info.RowOf(f.Name)
	pixels := make([]int64, len(row[0].Bytes)) // integer sums are exact in any order
	mean := make([]float64, f.Size())
	for i := range n {
		if err := set.Read(row, i); err != nil {
			return nil, err
		}
		for p, v := range row[0].Bytes {
			pixels[p] += int64(v)
		}
		for p, v := range row[0].Floats {
			mean[p] += float64(v) / float64(n)
		}
	}
	for p, sum := range pixels {
		mean[p] = float64(sum) / (255 * float64(n))
	}
	return mean, nil
}
