// Package impute fills missing numbers of tables: by the recipe gain, and by the methods
// that need no adversary and with which it must be compared. It measures all of them in the
// same way.
//
// It must not know the command line or how pictures are drawn.
package impute

import (
	"fmt"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// A Table is rows of numbers. Some numbers may be missing.
type Table struct {
	Name     string
	Field    data.Field // of a row: numbers, with the names of the columns if they are known
	X        []float32  // [rows, columns], 0 where a number is missing
	Observed []float32  // [rows, columns], 1 where a number is observed and 0 where it is missing
}

// Read reads the first field of all examples of a set of points, and which of their numbers
// are missing.
func Read(set data.Set) (*Table, error) {
	info := set.Info()
	first := info.First()
	if first.Kind != data.Numbers {
		return nil, hint.Add(fmt.Errorf("dataset %s: filling missing values: %w: examples are %v", info.Name, data.ErrKind, first), "choose a table of numbers")
	}
	names := []string{first.Name}
	if info.HasMissing() {
		names = append(names, data.ObservedField)
	}
	t := &Table{Name: info.Name, Field: first}
	row := info.RowOf(names...)
	observed := row.Of(info, data.ObservedField).Floats
	for i := range set.Len() {
		if err := set.Read(row, i); err != nil {
			return nil, err
		}
		t.X = append(t.X, row[0].Floats...)
		if observed != nil {
			t.Observed = append(t.Observed, observed...)
			continue
		}
		for range row[0].Floats {
			t.Observed = append(t.Observed, 1)
		}
	}
	return t, nil
}

// Columns returns the number of columns.
func (t *Table) Columns() int { return t.Field.Size() }

// Rows returns the number of rows.
func (t *Table) Rows() int { return len(t.X) / t.Columns() }

// Missing returns the number of missing numbers.
func (t *Table) Missing() int {
	n := 0
	for _, o := range t.Observed {
		if o == 0 {
			n++
		}
	}
	return n
}

// Set returns the table as a set with the field [data.ObservedField].
func (t *Table) Set() (data.Set, error) {
	observed := t.Field
	observed.Name = data.ObservedField
	return data.NewTable(data.NewInfo(t.Name, t.Field, observed), data.Values{Floats: t.X}, data.Values{Floats: t.Observed})
}

// Hide returns a table in which further numbers are missing, see [data.Hide].
func (t *Table) Hide(share float64, seed uint64) (*Table, error) {
	whole, err := data.NewTable(data.NewInfo(t.Name, t.Field), data.Values{Floats: t.X})
	if err != nil {
		return nil, err
	}
	set, err := data.Hide(whole, share, seed)
	if err != nil {
		return nil, err
	}
	less, err := Read(set)
	if err != nil {
		return nil, err
	}
	for i, o := range t.Observed {
		less.Observed[i] *= o
		less.X[i] *= less.Observed[i]
	}
	return less, nil
}

// columnText names a column for a message.
func (t *Table) columnText(k int) string {
	if k < len(t.Field.Names) {
		return columnText(k, t.Field.Names[k])
	}
	return columnText(k, "")
}

// Check returns an error if a column has no observed number.
func (t *Table) Check() error {
	for k, c := range t.columns() {
		if c.n == 0 {
			return hint.Add(fmt.Errorf("%s: %s has no value in any of the %d rows", t.Name, t.columnText(k), t.Rows()), "leave that column out")
		}
	}
	return nil
}

// A column is what the observed numbers of a column say about it.
type column struct {
	n               int
	low, high, mean float64
	distinct        map[float32]bool // the different numbers, at most mostDistinct
}

// mostDistinct is the number of different numbers of a column from which on the code of
// Yoon et al. 2018 does not round it.
const mostDistinct = 20

// columns returns the facts about each column.
func (t *Table) columns() []column {
	d := t.Columns()
	list := make([]column, d)
	for k := range list {
		list[k] = column{low: math.Inf(1), high: math.Inf(-1), distinct: map[float32]bool{}}
	}
	for i, v := range t.X {
		if t.Observed[i] == 0 {
			continue
		}
		c := &list[i%d]
		c.n++
		c.low, c.high, c.mean = min(c.low, float64(v)), max(c.high, float64(v)), c.mean+float64(v)
		if len(c.distinct) < mostDistinct {
			c.distinct[v] = true
		}
	}
	for k := range list {
		list[k].mean /= float64(max(list[k].n, 1))
	}
	return list
}

// Round rounds the numbers of X that t lacks, in the columns with fewer than 20 different
// observed numbers, to whole numbers. This is what the code of Yoon et al. 2018 does.
func (t *Table) Round(x []float32) {
	columns := t.columns()
	for i := range x {
		if t.Observed[i] == 0 && len(columns[i%len(columns)].distinct) < mostDistinct {
			x[i] = float32(math.RoundToEven(float64(x[i])))
		}
	}
}

// RMSE returns the root of the mean squared error of filled, [rows, columns], over the
// numbers that whole has and t lacks. Before that, each column is scaled to [0, 1] by the
// least and the greatest number of whole. It returns NaN if there is no such number.
func RMSE(filled []float32, t, whole *Table) float64 {
	columns := whole.columns()
	sum, n := 0.0, 0
	for i, v := range filled {
		if t.Observed[i] != 0 || whole.Observed[i] == 0 {
			continue
		}
		c := columns[i%len(columns)]
		away := (float64(v) - float64(whole.X[i])) / (c.high - c.low + 1e-6)
		sum += away * away
		n++
	}
	return math.Sqrt(sum / float64(n))
}
