package format

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// DecodeCSV reads a CSV file that has only numbers, in the way of [DecodeTable]. For n rows
// it returns an array [n, columns] of float32. A column of text, or a missing value, is an
// error that names the line and the column and wraps [data.ErrFormat].
func DecodeCSV(r io.Reader) (*Array, error) {
	t, err := DecodeTable(r)
	if err != nil {
		return nil, err
	}
	n, columns := len(t.Lines), len(t.Columns)
	values := make([]float32, n*columns)
	for k, c := range t.Columns {
		if c.Numbers == nil {
			return nil, notNumber(t.Lines[0], columnName(k, c.Name), c.Text[0])
		}
		if row := slices.Index(c.Missing, true); row >= 0 {
			return nil, notNumber(t.Lines[row], columnName(k, c.Name), "")
		}
		for i, v := range c.Numbers {
			values[i*columns+k] = v
		}
	}
	return &Array{Shape: []int{n, columns}, Data: values}, nil
}

// EncodeCSV writes points, [n, dims], as a CSV file: a header of the dims names of the
// columns, "x1,x2,..." where names is empty, then one line for each point. Numbers have
// the smallest number of digits that determines the float32.
func EncodeCSV(w io.Writer, dims int, names []string, points []float32) error {
	if dims < 1 || len(points)%dims != 0 {
		return fmt.Errorf("encoding csv: %d numbers are not a whole number of points with %d dimensions", len(points), dims)
	}
	if len(names) == 0 {
		for k := range dims {
			names = append(names[:k:k], fmt.Sprintf("x%d", k+1))
		}
	}
	if len(names) != dims {
		return fmt.Errorf("encoding csv: %d names of %d columns", len(names), dims)
	}
	var header bytes.Buffer
	if err := csv.NewWriter(&header).WriteAll([][]string{names}); err != nil {
		return fmt.Errorf("encoding csv: %w", err)
	}
	out := bufio.NewWriter(w)
	out.Write(header.Bytes())
	line := make([]byte, 0, 32*dims)
	for point := range slices.Chunk(points, dims) {
		line = line[:0]
		for _, v := range point {
			line = append(line, ',')
			line = strconv.AppendFloat(line, float64(v), 'g', -1, 32)
		}
		out.Write(append(line, '\n')[1:]) // Flush returns the error
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("encoding csv: %w", err)
	}
	return nil
}
