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

// A Table is the content of a CSV file with columns of numbers or text.
type Table struct {
	Columns []Column
	Lines   []int // for each row the number of the line of the file where it begins, from 1

	// Trailing is the number of lines that end with a separator after the last column,
	// as some programs write them.
	Trailing int
}

// A Column is a column of a table: numbers or text, one for each row.
type Column struct {
	Name    string    // from the header; "" if there is none
	Numbers []float32 // all finite, 0 for a missing one; nil for a column of text
	Text    []string  // without white space around it; nil for a column of numbers

	// Missing is true for the rows without a number. It is nil for a column without
	// missing numbers, and for a column of text.
	Missing []bool

	// IsIndex is true if the column probably has row numbers and not data: it is the
	// first of several columns, it has no name or a name such as "index" or "id", and
	// its values, at least three, are 0, 1, 2 and so on or 1, 2, 3 and so on.
	IsIndex bool
}

// IsEmpty reports whether all values of the column are missing. The column is one of text.
func (c Column) IsEmpty() bool {
	return c.Text != nil && !slices.ContainsFunc(c.Text, func(text string) bool { return !isMissing(text) })
}

// indexNames are names of columns with row numbers. Pandas writes the first name, and uses
// the second when it reads this column.
var indexNames = []string{"", "unnamed: 0", "index", "idx", "id", "row", "no", "nr", "no.", "nr.", "#"}

// byteOrderMark is at the beginning of text files of some Windows programs.
const byteOrderMark = "\ufeff"

// DecodeTable reads a CSV file (RFC 4180). The separator of fields is a comma, a semicolon
// or a tab. It is determined from the first lines. If it is a semicolon or a tab, all
// numbers may have a decimal comma instead of a point. Empty lines, white space around
// fields and quotes around whole fields are ignored.
//
// The first line may be a header. It is one if none of its fields is a number. It is also
// one if its numbers count columns, from 0 or 1, and one of two conditions is true: a name
// is above a column of numbers, or the name of the first column is empty.
//
// A separator at the end of lines is ignored if no column is there in any of the first
// lines, the header included.
//
// A value is missing if its field is empty or one of ?, -, NA, N/A, NaN, null and none, in
// upper or lower case. A column is of text if its first value that is not missing is not a
// number, or if all are missing. A missing value of a column of text is a text like others.
//
// These are errors that name the line and the column and wrap [data.ErrFormat]: in a column
// of numbers, a value that is neither missing nor a finite float32; a column of text with
// numbers in more than half of its rows; a line with another number of fields. The error for
// a file without rows wraps [data.ErrEmpty].
func DecodeTable(r io.Reader) (*Table, error) { return decodeTable(r, nil) }

// decodeTable is DecodeTable. Unless visit is nil, it calls visit for each line but the
// header, after the fields of the line were decoded. row is the number of the row, from 0.
func decodeTable(r io.Reader, visit func(d *tableDecoder, row int)) (*Table, error) {
	text := bufio.NewReaderSize(r, 1<<16)
	if mark, err := text.Peek(len(byteOrderMark)); err == nil && string(mark) == byteOrderMark {
		text.Discard(len(byteOrderMark)) // cannot fail: Peek has read these bytes
	}
	head, err := text.Peek(1 << 15)
	if err != nil && err != io.EOF {
		return nil, err
	}
	lines := csv.NewReader(text)
	lines.Comma = separator(head)
	lines.FieldsPerRecord, lines.ReuseRecord = -1, true
	d := tableDecoder{lines: lines, sample: splitSample(head, lines.Comma), visit: visit}
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

// csvError returns the error for malformed text. It returns read errors unchanged.
func csvError(err error, separator rune) error {
	if malformed := (*csv.ParseError)(nil); errors.As(err, &malformed) {
		return hint.Add(fmt.Errorf("%w: line %d, byte %d: %v", data.ErrFormat, malformed.Line, malformed.Column, malformed.Err),
			"put quotes around whole fields, and %ss between fields", separatorNames[separator])
	}
	return err
}

// A tableDecoder collects the columns of the lines.
type tableDecoder struct {
	lines   *csv.Reader
	sample  [][]string // the fields of the first lines
	first   int        // number of the first line, 0 before it is read
	fields  int        // of the present line, with an empty one after the last column
	header  bool       // the first line has names
	columns []columnDecoder
	at      []int // Table.Lines

	trailing int // Table.Trailing

	visit func(d *tableDecoder, row int) // see decodeTable

	point, comma int // the first line with a number with this decimal sign, 0 if there is none
}

// A columnDecoder collects the values of a column.
type columnDecoder struct {
	Column
	ofNumbers bool              // a value that is not missing was read, and it is a number
	line      int               // line of the first value that is not missing, 0 before it is read
	first     string            // this value
	numbers   int               // in a column of text, the number of values that are numbers
	known     map[string]string // the different texts, so that equal ones share memory
}

// line adds the fields of a line.
func (d *tableDecoder) line(fields []string) error {
	at, _ := d.lines.FieldPos(0)
	d.fields = len(fields)
	if d.first == 0 {
		width := d.width(fields)
		fields = d.cut(fields, width)
		for i, sampled := range d.sample {
			d.sample[i] = sampled[:min(len(sampled), width)]
		}
		d.first, d.columns = at, make([]columnDecoder, width)
		if d.header = isHeader(fields, d.sample, d.isNumber); d.header {
			for k, name := range fields {
				d.columns[k].Name = strings.Clone(strings.TrimSpace(name))
			}
			return nil
		}
	}
	fields = d.cut(fields, len(d.columns))
	if len(fields) != len(d.columns) {
		return fmt.Errorf("%w: line %d has %d columns, want %d as in line %d", data.ErrFormat, at, len(fields), len(d.columns), d.first)
	}
	d.at = append(d.at, at)
	for k, field := range fields {
		if err := d.value(k, strings.TrimSpace(field)); err != nil {
			return err
		}
	}
	if d.visit != nil {
		d.visit(d, len(d.at)-1)
	}
	return nil
}

// width returns the number of columns: the fields of the first line, without an empty one at
// the end if none of the first lines has a value there.
func (d *tableDecoder) width(first []string) int {
	last := len(first) - 1
	if last == 0 || strings.TrimSpace(first[last]) != "" {
		return len(first)
	}
	for _, fields := range d.sample {
		if len(fields) > last && fields[last] != "" {
			return len(first)
		}
	}
	return last
}

// cut returns the fields of a line without an empty one after the last column.
func (d *tableDecoder) cut(fields []string, width int) []string {
	if len(fields) == width+1 && strings.TrimSpace(fields[width]) == "" {
		d.trailing++
		return fields[:width]
	}
	return fields
}

// value adds a field of column k, without white space around it.
func (d *tableDecoder) value(k int, field string) error {
	c := &d.columns[k]
	at, _ := d.lines.FieldPos(k)
	missing, number := isMissing(field), d.isNumber(field)
	if c.line == 0 && !missing {
		c.line, c.first = at, strings.Clone(field)
		if number {
			c.becomeNumbers()
		}
	}
	switch {
	case !c.ofNumbers:
		if number && !missing {
			c.numbers++
		}
		c.addText(field)
		return nil
	case missing:
		c.add(0, true)
		return nil
	}
	v, err := strconv.ParseFloat(d.withPoint(field), 32)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return fmt.Errorf("%w: line %d, %s: %s is too large for float32", data.ErrFormat, at, d.column(k), clip(field))
	case err != nil:
		return notNumber(at, d.column(k), field)
	case math.IsNaN(v) || math.IsInf(v, 0):
		return fmt.Errorf("%w: line %d, %s: %s is not finite", data.ErrFormat, at, d.column(k), clip(field))
	}
	c.add(float32(v), false)
	return d.checkSign(field, at, k)
}

// becomeNumbers makes a column of numbers of one that has had only missing values.
func (c *columnDecoder) becomeNumbers() {
	c.ofNumbers = true
	if n := len(c.Text); n > 0 {
		c.Numbers, c.Missing = make([]float32, n), slices.Repeat([]bool{true}, n)
	}
	c.Text, c.known = nil, nil
}

// add adds a number, or a missing one.
func (c *columnDecoder) add(v float32, missing bool) {
	if missing && c.Missing == nil {
		c.Missing = make([]bool, len(c.Numbers))
	}
	c.Numbers = append(c.Numbers, v)
	if c.Missing != nil {
		c.Missing = append(c.Missing, missing)
	}
}

// addText adds a text.
func (c *columnDecoder) addText(field string) {
	known, ok := c.known[field]
	if !ok {
		if c.known == nil {
			c.known = map[string]string{}
		}
		known = strings.Clone(field)
		c.known[known] = known
	}
	c.Text = append(c.Text, known)
}

// checkSign returns an error if some numbers have a decimal comma and others a point.
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
			"use the same decimal sign in all numbers, and none for thousands")
	}
	return nil
}

// missingTexts are the fields, in lower case, of a missing value.
var missingTexts = []string{"", "?", "-", "na", "n/a", "nan", "null", "none"}

func isMissing(field string) bool { return slices.Contains(missingTexts, strings.ToLower(field)) }

// notNumber returns the error for a field that is not a number.
func notNumber(line int, column, field string) error {
	advice := "keep only columns of numbers; a header must be one line with only names"
	switch {
	case isMissing(field):
		advice = "a value is missing: fill it by gander impute, or remove the line"
	case strings.ContainsAny(field, " ;\t|"):
		advice = "use commas between the columns, and points in the numbers"
	}
	return hint.Add(fmt.Errorf("%w: line %d, %s: %q is not a number", data.ErrFormat, line, column, clip(field)), "%s", advice)
}

// column returns the number of a column, from 1, and its name, for error messages.
func (d *tableDecoder) column(k int) string { return columnName(k, d.columns[k].Name) }

func columnName(k int, name string) string {
	if name == "" {
		return fmt.Sprintf("column %d", k+1)
	}
	return fmt.Sprintf("column %d (%s)", k+1, clip(name))
}

// withPoint replaces a decimal comma by a point, if numbers can have a comma.
func (d *tableDecoder) withPoint(field string) string {
	if d.lines.Comma == ',' {
		return field
	}
	return withPoint(field)
}

func (d *tableDecoder) isNumber(field string) bool { return isNumber(d.withPoint(field)) }

// finish returns the table of all lines.
func (d *tableDecoder) finish() (*Table, error) {
	if len(d.at) == 0 {
		return nil, fmt.Errorf("%w: the file has no line with numbers or text", data.ErrEmpty)
	}
	t := &Table{Lines: d.at, Trailing: d.trailing}
	for k, c := range d.columns {
		if 2*c.numbers > len(c.Text) {
			return nil, notNumber(c.line, d.column(k), c.first)
		}
		c.IsIndex = k == 0 && len(d.columns) > 1 && isIndex(c.Column)
		t.Columns = append(t.Columns, c.Column)
	}
	return t, nil
}

// isIndex reports whether a column has row numbers.
func isIndex(c Column) bool {
	if !slices.Contains(indexNames, strings.ToLower(c.Name)) || len(c.Numbers) < 3 || c.Missing != nil || c.Numbers[0] != 0 && c.Numbers[0] != 1 {
		return false
	}
	for i, v := range c.Numbers {
		if v != float32(i)+c.Numbers[0] {
			return false
		}
	}
	return true
}
