package run

import (
	"fmt"
	"image"
	"math"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/picture"
)

// measureColumns computes the least and the greatest value, the mean and the standard
// deviation of each dimension of the points in set. Missing values do not count. For other
// examples it sets them to nil. A dimension without a value is an error.
func (d *DataSettings) measureColumns(set data.Set) error {
	d.Low, d.High, d.Mean, d.SD = nil, nil, nil, nil
	f := set.Info().First()
	if f.Kind != data.Numbers || len(f.Shape) != 1 || set.Len() == data.Endless {
		return nil
	}
	dims := f.Size()
	n := make([]float64, dims)
	d.Low, d.High, d.Mean, d.SD = make([]float64, dims), make([]float64, dims), make([]float64, dims), make([]float64, dims)
	err := eachPoint(set, func(k int, v float64) {
		if n[k] == 0 {
			d.Low[k], d.High[k] = v, v
		}
		n[k]++
		d.Low[k], d.High[k] = min(d.Low[k], v), max(d.High[k], v)
		d.Mean[k] += v
	})
	if err != nil {
		return err
	}
	for k := range dims {
		if n[k] == 0 {
			return hint.Add(fmt.Errorf("dataset %s: %s has no value in the %d training examples", d.Name, columnText(f, k), set.Len()), "leave that column out")
		}
		d.Mean[k] /= n[k]
	}
	err = eachPoint(set, func(k int, v float64) {
		away := v - d.Mean[k]
		d.SD[k] += float64(away * away) // the conversion rounds, so that all machines give the same result
	})
	for k := range dims {
		d.SD[k] = math.Sqrt(d.SD[k] / n[k])
	}
	return err
}

// columnText names a column for a message.
func columnText(f data.Field, k int) string {
	if k < len(f.Names) && f.Names[k] != "" {
		return fmt.Sprintf("column %d (%s)", k+1, f.Names[k])
	}
	return fmt.Sprintf("column %d", k+1)
}

// eachPoint calls visit with every number of every point of set that is not missing. k is
// the column.
func eachPoint(set data.Set, visit func(k int, v float64)) error {
	info := set.Info()
	row := info.RowOf(info.First().Name)
	if info.HasMissing() {
		row = info.RowOf(info.First().Name, data.ObservedField)
	}
	observed := row.Of(info, data.ObservedField).Floats
	for i := range set.Len() {
		if err := set.Read(row, i); err != nil {
			return err
		}
		for k, v := range row[0].Floats {
			if observed == nil || observed[k] != 0 {
				visit(k, float64(v))
			}
		}
	}
	return nil
}

// drawnPoints returns n points of set, or all points if set has fewer. They are drawn
// with seed. Points without a value in the first two columns, which are those of a
// picture, are left out.
func drawnPoints(set data.Set, n int64, seed uint64) ([]float32, error) {
	examples, err := drawnExamples(set, int(min(n, set.Len())), seed)
	if err != nil {
		return nil, err
	}
	return examples.Values, nil
}

// scatter draws samples over points of the data. The axes are the same for all
// pictures of a run. Points with more than two dimensions show only the first two.
// Points with one dimension are drawn on a horizontal line.
func (d *DataSettings) scatter(points, samples []float32) (image.Image, error) {
	low, high := [2]float64{}, [2]float64{}
	copy(low[:], d.Low)
	copy(high[:], d.High)
	axes := picture.AxesAround(low, high)
	dims := len(d.Low)
	axes.X = d.columnName(0)
	if dims > 1 {
		axes.Y = d.columnName(1)
	}
	if dims > 2 {
		axes.Note = fmt.Sprintf("the first 2 of %d columns", dims)
	}
	return picture.Scatter(axes, d.plane(points), d.plane(samples))
}

// columnName returns the name of a column. If it has none, the name is made from its
// number: x1.
func (d *DataSettings) columnName(k int) string {
	if k < len(d.Names) {
		return d.Names[k]
	}
	return fmt.Sprintf("x%d", k+1)
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
