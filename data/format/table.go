package format

import (
	"errors"
	"io"
)

// A Table is the content of a CSV file whose columns hold numbers or text.
type Table struct {
	Columns []Column
	Lines   []int // of each row: the line of the file where it begins, from 1
}

// A Column is a column of a table: numbers or text, one for each row.
type Column struct {
	Name    string    // as the first line says; "" without a header or a name there
	Numbers []float32 // nil if it is of text; all finite
	Text    []string  // nil if it is of numbers
	Counts  bool      // it seems to be no data: the first of several columns, without a name or called as an index is, whose values count the rows from 0 or 1
}

// DecodeTable reads a CSV file.
func DecodeTable(r io.Reader) (*Table, error) {
	return nil, errors.New("not yet")
}
