package load

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// labelNames are the names of columns of text that hold the class of an example.
var labelNames = []string{"class", "label", "labels", "target"}

// setOfTable returns the set of the rows of a table, and notes on the columns that
// it leaves out. The columns of numbers are the points of its first field, with
// their names; each column of text is a field of classes, the labels if it is the
// only one or is called so. If numbers are missing, the second field is
// data.ObservedField.
func setOfTable(name string, t *format.Table) (*data.Table, []string, error) {
	var notes []string
	if t.Trailing > 0 {
		notes = append(notes, fmt.Sprintf("left out: an empty column at the end of %s", count(t.Trailing, "line", "lines")))
	}
	var numbers, texts []format.Column
	for k, column := range t.Columns {
		switch {
		case column.IsIndex:
			notes = append(notes, fmt.Sprintf("left out: %s, which counts the rows", columnText(column, k)))
		case column.Text == nil:
			numbers = append(numbers, column)
		case isAllDifferent(column.Text):
			notes = append(notes, fmt.Sprintf("left out: %s, whose texts are all different", columnText(column, k)))
		default:
			if column.Name == "" {
				column.Name = fmt.Sprintf("column %d", k+1)
			}
			texts = append(texts, column)
		}
	}
	if len(numbers) == 0 {
		return nil, nil, hint.Add(fmt.Errorf("dataset %s: %w: the table has no column of numbers", name, data.ErrFormat), "examples are rows of numbers, perhaps with labels")
	}
	field, points := pointsOf(numbers, len(t.Lines))
	fields, columns := []data.Field{field}, []data.Values{points}
	if observed, missing := observedOf(numbers, len(t.Lines)); missing > 0 {
		notes = append(notes, fmt.Sprintf("missing: %d of %s", missing, count(len(observed.Floats), "number", "numbers")))
		field.Name = data.ObservedField
		fields, columns = append(fields, field), append(columns, observed)
	}
	label := labelColumn(texts)
	for k, column := range texts {
		field, classes := classesOf(column)
		if k == label {
			field.Name = data.ClassField
		} else if slices.Contains([]string{data.ClassField, data.ExampleField, data.ObservedField}, field.Name) {
			field.Name += " (text)"
		}
		fields, columns = append(fields, field), append(columns, classes)
	}
	set, err := data.NewTable(data.NewInfo(name, fields...), columns...)
	return set, notes, err
}

// arrayOf returns the columns of numbers of a table as an array [rows, columns]. A missing
// number is an error.
func arrayOf(t *format.Table) (*format.Array, error) {
	columns := slices.DeleteFunc(slices.Clone(t.Columns), func(c format.Column) bool { return c.IsIndex || c.Text != nil })
	if _, missing := observedOf(columns, len(t.Lines)); missing > 0 {
		return nil, missingNumbers()
	}
	_, points := pointsOf(columns, len(t.Lines))
	return &format.Array{Shape: []int{len(t.Lines), len(columns)}, Data: points.Floats}, nil
}

// missingNumbers returns the error for samples with missing numbers.
func missingNumbers() error {
	return hint.Add(fmt.Errorf("%w: numbers are missing in the table", data.ErrFormat), "gander impute fills them")
}

// columnText names a column for a note: "column 1 (id)".
func columnText(column format.Column, k int) string {
	if column.Name == "" {
		return fmt.Sprintf("column %d", k+1)
	}
	return fmt.Sprintf("column %d (%s)", k+1, column.Name)
}

// isAllDifferent reports whether texts, at least three, are names of the rows and
// no classes.
func isAllDifferent(texts []string) bool {
	known := map[string]bool{}
	for _, text := range texts {
		if known[text] {
			return false
		}
		known[text] = true
	}
	return len(texts) > 2
}

// labelColumn returns which column of text holds the labels, -1 if none does.
func labelColumn(texts []format.Column) int {
	if len(texts) == 1 {
		return 0
	}
	return slices.IndexFunc(texts, func(c format.Column) bool { return slices.Contains(labelNames, strings.ToLower(c.Name)) })
}

// pointsOf returns columns of n numbers as points.
func pointsOf(columns []format.Column, n int) (data.Field, data.Values) {
	field := data.Point(len(columns))
	names := make([]string, len(columns))
	values := make([]float32, n*len(columns))
	for k, column := range columns {
		names[k] = column.Name
		for i, v := range column.Numbers {
			values[i*len(columns)+k] = v
		}
	}
	if slices.ContainsFunc(names, func(name string) bool { return name != "" }) {
		field.Names = names
	}
	return field, data.Values{Floats: values}
}

// observedOf returns 1 for each number of columns that is known and 0 for each that is
// missing, [n, columns], and how many are missing.
func observedOf(columns []format.Column, n int) (observed data.Values, missing int) {
	observed.Floats = slices.Repeat([]float32{1}, n*len(columns))
	for k, column := range columns {
		for i, m := range column.Missing {
			if m {
				observed.Floats[i*len(columns)+k] = 0
				missing++
			}
		}
	}
	return observed, missing
}

// classesOf returns a column of text as classes, in order of their names.
func classesOf(column format.Column) (data.Field, data.Values) {
	names := sortLabels(slices.Clone(column.Text))
	classes := map[string]int32{}
	for class, name := range names {
		classes[name] = int32(class)
	}
	values := make([]int32, len(column.Text))
	for i, text := range column.Text {
		values[i] = classes[text]
	}
	return data.Field{Name: column.Name, Kind: data.Class, Classes: len(names), Labels: names}, data.Values{Ints: values}
}
