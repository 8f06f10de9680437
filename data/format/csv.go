package format

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// byteOrderMark may begin a text file that Windows programs have written.
const byteOrderMark = "\ufeff"

// DecodeCSV reads comma-separated numbers (RFC 4180), n lines of them, to an array
// [n, columns] of float32. The first line may be a header, which is one if none of
// its fields is a number. Empty lines are passed over, blanks around numbers, too.
// A field that is no finite number of float32 and a line of another length are
// errors that name line and column and wrap [data.ErrFormat]; a file without a line
// of numbers wraps [data.ErrEmpty].
func DecodeCSV(r io.Reader) (*Array, error) {
	text := bufio.NewReader(r)
	if mark, err := text.Peek(len(byteOrderMark)); err == nil && string(mark) == byteOrderMark {
		text.Discard(len(byteOrderMark)) // what Peek has returned is there to be taken
	}
	lines := csv.NewReader(text)
	lines.FieldsPerRecord, lines.ReuseRecord = -1, true
	d := csvDecoder{lines: lines}
	for {
		record, err := lines.Read()
		switch {
		case err == io.EOF && len(d.values) == 0:
			return nil, fmt.Errorf("%w: the file has no line of numbers", data.ErrEmpty)
		case err == io.EOF:
			return &Array{Shape: []int{len(d.values) / d.columns, d.columns}, Data: d.values}, nil
		case err != nil:
			return nil, csvError(err)
		}
		if err := d.line(record); err != nil {
			return nil, err
		}
	}
}

// csvError tells malformed text from text that could not be read.
func csvError(err error) error {
	if malformed := (*csv.ParseError)(nil); errors.As(err, &malformed) {
		return hint.Add(fmt.Errorf("%w: line %d, byte %d: %v", data.ErrFormat, malformed.Line, malformed.Column, malformed.Err),
			"quotes go around whole fields, and commas between fields")
	}
	return err
}

// A csvDecoder gathers the numbers of the lines.
type csvDecoder struct {
	lines   *csv.Reader
	first   int      // number of the first line
	columns int      // of it; 0: there was none yet
	names   []string // of the columns, nil without a header
	values  []float32
}

// line takes the fields of a line.
func (d *csvDecoder) line(fields []string) error {
	at, _ := d.lines.FieldPos(0)
	switch {
	case d.columns == 0:
		d.first, d.columns = at, len(fields)
		if !slices.ContainsFunc(fields, isNumber) {
			d.names = slices.Clone(fields)
			return nil
		}
	case len(fields) != d.columns:
		return fmt.Errorf("%w: line %d has %d columns, want %d as in line %d", data.ErrFormat, at, len(fields), d.columns, d.first)
	}
	for column, field := range fields {
		at, _ := d.lines.FieldPos(column)
		v, err := strconv.ParseFloat(strings.TrimSpace(field), 32)
		switch {
		case errors.Is(err, strconv.ErrRange):
			return fmt.Errorf("%w: line %d, %s: %s is too large for float32", data.ErrFormat, at, d.column(column), clip(field))
		case err != nil:
			advice := "keep only columns of numbers; a header is one line of names alone"
			if strings.ContainsAny(field, ";\t") {
				advice = "put commas between the columns, and points in the numbers"
			}
			return hint.Add(fmt.Errorf("%w: line %d, %s: %q is no number", data.ErrFormat, at, d.column(column), clip(field)), "%s", advice)
		case math.IsNaN(v) || math.IsInf(v, 0):
			return fmt.Errorf("%w: line %d, %s: %s is not finite", data.ErrFormat, at, d.column(column), clip(field))
		}
		d.values = append(d.values, float32(v))
	}
	return nil
}

// column says which one is meant, counting from 1.
func (d *csvDecoder) column(k int) string {
	if d.names == nil {
		return fmt.Sprintf("column %d", k+1)
	}
	return fmt.Sprintf("column %d (%s)", k+1, clip(d.names[k]))
}

func isNumber(field string) bool {
	_, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}

// EncodeCSV writes points, [n, dims], as a CSV file: a header "x1,x2,...", then a
// point a line, in the fewest digits that give the same float32 again.
func EncodeCSV(w io.Writer, dims int, points []float32) error {
	if dims < 1 || len(points)%dims != 0 {
		return fmt.Errorf("encoding csv: %d numbers are not points of %d", len(points), dims)
	}
	out := bufio.NewWriter(w)
	line := make([]byte, 0, 32*dims)
	for k := range dims {
		line = append(line, ",x"...)
		line = strconv.AppendInt(line, int64(k+1), 10)
	}
	for point := range slices.Chunk(points, dims) {
		line = append(line, '\n')
		out.Write(line[1:]) // a failure stays until Flush
		line = line[:0]
		for _, v := range point {
			line = append(line, ',')
			line = strconv.AppendFloat(line, float64(v), 'g', -1, 32)
		}
	}
	out.Write(append(line, '\n')[1:])
	if err := out.Flush(); err != nil {
		return fmt.Errorf("encoding csv: %w", err)
	}
	return nil
}
