package run

import (
	"image"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/picture"
)

// bounds returns the least and the greatest number in each dimension of the
// points in set, nil of other examples.
func bounds(set data.Set) (low, high []float64, err error) {
	f := set.Info().First()
	if f.Kind != data.Numbers || len(f.Shape) != 1 {
		return nil, nil, nil
	}
	dims := f.Size()
	points, err := evenly(set, set.Len())
	if err != nil {
		return nil, nil, err
	}
	for k := range dims {
		low, high = append(low, float64(points[k])), append(high, float64(points[k]))
		for i := k; i < len(points); i += dims {
			low[k], high[k] = min(low[k], float64(points[i])), max(high[k], float64(points[i]))
		}
	}
	return low, high, nil
}

// evenly returns n points of set, or all if it has fewer, taken at equal
// distances, as a file may be sorted.
func evenly(set data.Set, n int64) ([]float32, error) {
	info := set.Info()
	dims := int64(info.First().Size())
	n = min(n, set.Len())
	points, row := make([]float32, n*dims), make(data.Row, len(info.Fields))
	for i := range n {
		row[0].Floats = points[i*dims : (i+1)*dims]
		if err := set.Read(row, i*set.Len()/n); err != nil {
			return nil, err
		}
	}
	return points, nil
}

// scatter draws samples over points of the data on axes that are the same for
// all pictures of a run. Of points of more than two dimensions the first two are
// shown; those of one lie on a line.
func (d *DataSettings) scatter(points, samples []float32) (image.Image, error) {
	plane := func(v []float64) (p [2]float64) {
		copy(p[:], v)
		return p
	}
	return picture.Scatter(picture.SquareAxes(plane(d.Low), plane(d.High)),
		d.plane(points), d.plane(samples))
}

// plane returns the first two dimensions of points.
func (d *DataSettings) plane(points []float32) []float32 {
	var pairs []float32
	for p := range slices.Chunk(points, len(d.Low)) {
		y := float32(0)
		if len(p) > 1 {
			y = p[1]
		}
		pairs = append(pairs, p[0], y)
	}
	return pairs
}
