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

// A Table is the content of a CSV file whose columns hold numbers or text.
type Table struct {
	Columns []Column
	Lines   []int // of each row: the line of the file where it begins, from 1
}

// A Column is a column of a table: numbers or text, one for each row.
type Column struct {
	Name    string    // as the first line says; "" without a header or a name there
	Numbers []float32 // nil if it is of text; all finite
	Text    []string  // nil if it is of numbers; without blanks around

	// Counts says that the column seems to number the rows and to be no data: it is
	// the first of several, has no name or one such as "index" or "id", and its
	// values are 0, 1, 2 or 1, 2, 3 and so on, at least three.
	Counts bool
}

// indexNames are those of columns that number the rows; pandas writes the first and
// reads it as the second.
var indexNames = []string{"", "unnamed: 0", "index", "idx", "id", "row", "no", "nr", "no.", "nr.", "#"}

// byteOrderMark may begin a text file that Windows programs have written.
const byteOrderMark = "\ufeff"

// DecodeTable reads a CSV file (RFC 4180) whose fields are separated by commas,
// semicolons or tabs; which of them, it tells from the first lines. With semicolons
// and tabs, numbers may have a decimal comma instead of a point, all of them.
// The first line may be a header. It is one if none of its fields is a number, or
// if its numbers count columns, from 0 or 1, and a name stands over a column of numbers
// or none over the first column. Empty
// lines are passed over, blanks around fields and quotes around whole fields, too.
//
// A column is of text if its first value is no number. Errors name line and column
// and wrap [data.ErrFormat]: a value of a column of numbers that is no finite float32,
// a column of text most of whose values are numbers, a line of another length, a
// separator at the end of each line. A file without rows wraps [data.ErrEmpty].
func DecodeTable(r io.Reader) (*Table, error) {
	text := bufio.NewReaderSize(r, 1<<16)
	if mark, err := text.Peek(len(byteOrderMark)); err == nil && string(mark) == byteOrderMark {
		text.Discard(len(byteOrderMark)) // what Peek has returned is there to be taken
	}
	head, err := text.Peek(1 << 15)
	if err != nil && err != io.EOF {
		return nil, err
	}
	lines := csv.NewReader(text)
	lines.Comma = separator(head)
	lines.FieldsPerRecord, lines.ReuseRecord = -1, true
	d := tableDecoder{lines: lines, sample: splitSample(head, lines.Comma)}
	for {
		record, err := lines.Read()
		if err == io.EOF {
			return d.finish()
		}
		if err == nil {
			err = d.line(record)
		} else {
			err = csvError(err, lines.Comma)
		}
		if err != nil {
			return nil, err
		}
	}
}

// csvError tells malformed text from text that could not be read.
func csvError(err error, separator rune) error {
	if malformed := (*csv.ParseError)(nil); errors.As(err, &malformed) {
		return hint.Add(fmt.Errorf("%w: line %d, byte %d: %v", data.ErrFormat, malformed.Line, malformed.Column, malformed.Err),
			"quotes go around whole fields, and %ss between fields", separatorNames[separator])
	}
	return err
}

// A tableDecoder gathers the columns of the lines.
type tableDecoder struct {
	lines   *csv.Reader
	sample  [][]string // the fields of the first lines
	first   int        // number of the first line, 0 if there was none yet
	header  bool       // the first line holds names
	columns []columnDecoder
	at      []int // Table.Lines

	point, comma int // the first line with a number of that decimal sign, 0: none
}

// A columnDecoder gathers the values of a column.
type columnDecoder struct {
	Column
	line    int               // of the first value
	numbers int               // how many values of a column of text are numbers
	known   map[string]string // the texts that there were, to keep each once
}

// line takes the fields of a line.
func (d *tableDecoder) line(fields []string) error {
	at, _ := d.lines.FieldPos(0)
	if d.first == 0 {
		if err := d.checkTrailing(at); err != nil {
			return err
		}
		d.first, d.columns = at, make([]columnDecoder, len(fields))
		if d.header = isHeader(fields, d.sample, d.isNumber); d.header {
			for k, name := range fields {
				d.columns[k].Name = strings.Clone(strings.TrimSpace(name))
			}
			return nil
		}
	}
	if len(fields) != len(d.columns) {
		err := fmt.Errorf("%w: line %d has %d columns, want %d as in line %d", data.ErrFormat, at, len(fields), len(d.columns), d.first)
		if len(fields) == len(d.columns)+1 && strings.TrimSpace(fields[len(fields)-1]) == "" {
			return hint.Add(err, "take the %s off the end of the line", separatorNames[d.lines.Comma])
		}
		return err
	}
	d.at = append(d.at, at)
	for k, field := range fields {
		if err := d.value(k, strings.TrimSpace(field)); err != nil {
			return err
		}
	}
	return nil
}

// checkTrailing returns an error if all the first lines, of which one is number at,
// end with a separator.
func (d *tableDecoder) checkTrailing(at int) error {
	for _, fields := range d.sample {
		if len(fields) < 2 || fields[len(fields)-1] != "" {
			return nil
		}
	}
	if len(d.sample) == 0 {
		return nil
	}
	name := separatorNames[d.lines.Comma]
	return hint.Add(fmt.Errorf("%w: line %d ends with a %s, and so do the lines after it, as if there were one more column",
		data.ErrFormat, at, name), "take the %s off the end of each line", name)
}

// value takes a field of column k, without blanks around.
func (d *tableDecoder) value(k int, field string) error {
	c := &d.columns[k]
	at, _ := d.lines.FieldPos(k)
	if c.line == 0 {
		c.line = at
		if !d.isNumber(field) {
			c.known = map[string]string{}
		}
	}
	if c.known != nil {
		if d.isNumber(field) {
			c.numbers++
		}
		known, ok := c.known[field]
		if !ok {
			known = strings.Clone(field)
			c.known[known] = known
		}
		c.Text = append(c.Text, known)
		return nil
	}
	v, err := strconv.ParseFloat(d.pointed(field), 32)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return fmt.Errorf("%w: line %d, %s: %s is too large for float32", data.ErrFormat, at, d.column(k), clip(field))
	case err != nil:
		return notNumber(at, d.column(k), field)
	case math.IsNaN(v) || math.IsInf(v, 0):
		return fmt.Errorf("%w: line %d, %s: %s is not finite", data.ErrFormat, at, d.column(k), clip(field))
	}
	c.Numbers = append(c.Numbers, float32(v))
	return d.checkSign(field, at, k)
}

// checkSign refuses numbers with a decimal comma beside others with a point.
func (d *tableDecoder) checkSign(field string, at, k int) error {
	if d.lines.Comma == ',' || !strings.ContainsAny(field, ",.") {
		return nil
	}
	mine, other, sign := &d.point, d.comma, "comma"
	if strings.Contains(field, ",") {
		mine, other, sign = &d.comma, d.point, "point"
	}
	if *mine == 0 {
		*mine = at
	}
	if other != 0 {
		return hint.Add(fmt.Errorf("%w: line %d, %s: %s, but line %d has a number with a decimal %s", data.ErrFormat, at, d.column(k), clip(field), other, sign),
			"write all numbers alike, and thousands without a sign")
	}
	return nil
}

// notNumber tells what stands where a number should be.
func notNumber(line int, column, field string) error {
	advice := "keep only columns of numbers; a header is one line of names alone"
	switch {
	case slices.Contains([]string{"", "?", "-", "na", "n/a", "null", "none"}, strings.ToLower(field)):
		advice = "a value is missing: fill it in, or leave out the line"
	case strings.ContainsAny(field, " ;\t|"):
		advice = "put commas between the columns, and points in the numbers"
	}
	return hint.Add(fmt.Errorf("%w: line %d, %s: %q is no number", data.ErrFormat, line, column, clip(field)), "%s", advice)
}

// column says which one is meant, counting from 1.
func (d *tableDecoder) column(k int) string { return columnName(k, d.columns[k].Name) }

func columnName(k int, name string) string {
	if name == "" {
		return fmt.Sprintf("column %d", k+1)
	}
	return fmt.Sprintf("column %d (%s)", k+1, clip(name))
}

// pointed returns a number with a point in place of a decimal comma.
func (d *tableDecoder) pointed(field string) string {
	if d.lines.Comma == ',' {
		return field
	}
	return pointed(field)
}

func (d *tableDecoder) isNumber(field string) bool { return isNumber(d.pointed(field)) }

// finish returns the table of all lines.
func (d *tableDecoder) finish() (*Table, error) {
	if len(d.at) == 0 {
		return nil, fmt.Errorf("%w: the file has no line of numbers or text", data.ErrEmpty)
	}
	t := &Table{Lines: d.at}
	for k, c := range d.columns {
		if 2*c.numbers > len(c.Text) {
			return nil, notNumber(c.line, d.column(k), c.Text[0])
		}
		c.Counts = k == 0 && len(d.columns) > 1 && counts(c.Column)
		t.Columns = append(t.Columns, c.Column)
	}
	return t, nil
}

// counts reports whether a column numbers the rows.
func counts(c Column) bool {
	if !slices.Contains(indexNames, strings.ToLower(c.Name)) || len(c.Numbers) < 3 || c.Numbers[0] != 0 && c.Numbers[0] != 1 {
		return false
	}
	for i, v := range c.Numbers {
		if v != float32(i)+c.Numbers[0] {
			return false
		}
	}
	return true
}
