package data

import (
	"fmt"
	"math"
)

// A Table is a [Set] in memory, with one column for each field.
type Table struct {
	info    Info
	n       int64
	columns func() []Values // column k: [n, info.Fields[k].Shape...]; the same at every call
}

// NewTable returns the set of the examples in columns, one column for each field of info.
// It uses the memory of the columns, which must not be changed afterwards. A set without
// examples is an error that wraps [ErrEmpty]. These are errors that wrap [ErrFormat]: a
// column of another kind than its field, columns of different lengths, classes out of
// range, and numbers that are not finite.
func NewTable(info Info, columns ...Values) (*Table, error) {
	if err := info.check(); err != nil {
		return nil, err
	}
	if len(columns) != len(info.Fields) {
		return nil, fmt.Errorf("dataset %s: %w: %d columns for %d fields", info.Name, ErrFormat, len(columns), len(info.Fields))
	}
	if columns[0].Len() == 0 {
		return nil, fmt.Errorf("dataset %s: %w", info.Name, ErrEmpty)
	}
	first := info.First()
	n := columns[0].Len() / first.Size()
	if columns[0].Len()%first.Size() != 0 {
		return nil, fmt.Errorf("dataset %s: %w: field %s: %d values are not a whole number of examples of %d",
			info.Name, ErrFormat, first.Name, columns[0].Len(), first.Size())
	}
	for k, f := range info.Fields {
		if !columns[k].fits(f, n) {
			return nil, fmt.Errorf("dataset %s: %w: field %s: %d values, %d of kind %s; want %d, %d for each of %d examples",
				info.Name, ErrFormat, f.Name, columns[k].Len(), columns[k].lenOf(f.Kind), f.Kind, n*f.Size(), f.Size(), n)
		}
		if err := checkValues(f, columns[k]); err != nil {
			return nil, fmt.Errorf("dataset %s: %w", info.Name, err)
		}
	}
	return &Table{info, int64(n), func() []Values { return columns }}, nil
}

// checkValues returns an error if one of the values is invalid for f.
func checkValues(f Field, v Values) error {
	for i, x := range v.Floats {
		if !isFinite(x) {
			return fmt.Errorf("%w: example %d has %v at index %d of field %s, want finite float32 numbers",
				ErrFormat, i/f.Size(), x, i%f.Size(), f.Name)
		}
	}
	for i, class := range v.Ints {
		if class < 0 || int(class) >= f.Classes {
			return fmt.Errorf("%w: example %d has %d in field %s, want 0 to %d",
				ErrFormat, i/f.Size(), class, f.Name, f.Classes-1)
		}
	}
	return nil
}

func isFinite(v float32) bool { return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) }

// Info describes the set.
func (t *Table) Info() Info { return t.info }

// Len returns the number of examples.
func (t *Table) Len() int64 { return t.n }

// Column returns the values of the field called name for all examples, [n, shape...]. They
// share the memory of the set. If there is no such field, the result has no values.
func (t *Table) Column(name string) Values { return Row(t.columns()).Of(t.info, name) }

// Read copies example i to row. See [Set].
func (t *Table) Read(row Row, i int64) error {
	if err := CheckRead(t, row, i); err != nil {
		return err
	}
	columns := t.columns()
	for k := range row {
		row[k].copyFrom(columns[k], int(i)*row[k].Len())
	}
	return nil
}
