package logs

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gander-ml/gander/hint"
)

// mostColumns is the greatest number of columns of a log. Exports have a few hundred.
const mostColumns = 4096

// parseCSV reads a file with a line of names and lines of numbers. The separator is a
// comma, a semicolon, a tab, a bar or blanks. An empty cell has no number.
func parseCSV(r *bufio.Reader, o Options) (*Log, error) {
	separator, err := separatorOf(r)
	if err != nil {
		return nil, err
	}
	limited := &rowLimit{r: r}
	reader := csv.NewReader(bufio.NewReaderSize(limited, rowBuffer))
	reader.Comma, reader.FieldsPerRecord, reader.ReuseRecord, reader.LazyQuotes, reader.TrimLeadingSpace = separator, -1, true, true, true
	read := func() ([]string, error) {
		limited.left = mostLine
		return reader.Read()
	}
	first, err := read()
	if err != nil {
		return nil, csvError(err)
	}
	names := slices.Clone(first)
	for i := range names {
		names[i] = strings.TrimSpace(strings.TrimPrefix(names[i], "\ufeff"))
	}
	switch {
	case len(names) > mostColumns:
		return nil, hint.Add(fmt.Errorf("it has %d columns, want at most %d", len(names), mostColumns), "give a log of one run")
	case allNumbers(names):
		return nil, hint.Add(errors.New("its first line has numbers and no names"), "add a first line such as step,loss.D,loss.G")
	}
	b, err := newBuilder("CSV", names, o)
	if err != nil {
		return nil, lackingIn(err, names, o.Columns, numbersBelow(names, read))
	}
	for {
		record, err := read()
		if err == io.EOF {
			return b.finish()
		}
		if err != nil {
			return nil, csvError(err)
		}
		if repeatsNames(record, names) {
			continue
		}
		if separator != ',' {
			withPoints(record)
		}
		values, err := b.cells(record)
		if err != nil {
			line, _ := reader.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		b.add(values)
	}
}

// rowBuffer is the size of the buffer for rows, in bytes.
const rowBuffer = 1 << 16

// A rowLimit reads from r, and fails instead of reading much more than left bytes: a row without
// an end, as of a file that is no text, would fill the memory.
type rowLimit struct {
	r    io.Reader
	left int
}

func (l *rowLimit) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, fmt.Errorf("a row is longer than %d bytes", mostLine)
	}
	n, err := l.r.Read(p)
	l.left -= n
	return n, err
}

// decimalComma is a number with a comma, in a table whose separator is another.
var decimalComma = regexp.MustCompile(`^(\s*[-+]?\d+),(\d+(?:[eE][-+]?\d+)?\s*)$`)

// withPoints replaces the comma of each number by a point.
func withPoints(record []string) {
	for i, cell := range record {
		if strings.IndexByte(cell, ',') >= 0 {
			record[i] = decimalComma.ReplaceAllString(cell, "$1.$2")
		}
	}
}

// numbersBelow returns the names of the columns that have a number in the next row.
func numbersBelow(names []string, read func() ([]string, error)) []string {
	record, err := read()
	for err == nil && repeatsNames(record, names) {
		record, err = read()
	}
	if err != nil {
		return nil
	}
	withPoints(record)
	var found []string
	for i, cell := range record[:min(len(record), len(names))] {
		if _, ok := number(cell); ok {
			found = append(found, names[i])
		}
	}
	return found
}

// repeatsNames reports whether a line is the first line again, as programs that append to a
// file write it, or the line below the names of a table with bars.
func repeatsNames(record, names []string) bool {
	again, line := len(record) == len(names), true
	for i, cell := range record {
		cell = strings.TrimSpace(cell)
		again = again && cell == names[i]
		line = line && strings.Trim(cell, "-:") == ""
	}
	return again || line && len(record) > 1
}

func csvError(err error) error {
	return hint.Add(fmt.Errorf("it is no table: %w", err), "give %s", formats)
}

// cellSeparators are the separators of tables, except blanks.
const cellSeparators = ",;\t|"

// separatorOf returns the separator of a table: that which is most frequent in its first
// line.
func separatorOf(r *bufio.Reader) (rune, error) {
	head, err := r.Peek(1 << 12)
	if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
		return 0, err
	}
	line, _, _ := strings.Cut(string(head), "\n")
	best, most := ',', 0
	for _, s := range cellSeparators {
		if n := strings.Count(line, string(s)); n > most {
			best, most = s, n
		}
	}
	if most == 0 && strings.ContainsRune(strings.TrimSpace(line), ' ') {
		best = ' '
	}
	return best, nil
}

func allNumbers(cells []string) bool {
	return !slices.ContainsFunc(cells, func(s string) bool {
		_, ok := number(s)
		return !ok
	})
}

// cells returns the numbers of a line by meaning. A text in a column that has a meaning is
// an error; the first such columns of epochs and batches may be empty.
func (b *builder) cells(record []string) (map[string]float64, error) {
	if len(record) > len(b.log.Columns) {
		extra := record[len(b.log.Columns):]
		if slices.ContainsFunc(extra, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			return nil, hint.Add(fmt.Errorf("it has %d cells, and the first line has %d names", len(record), len(b.log.Columns)), "give each column one name")
		}
		record = record[:len(b.log.Columns)]
	}
	values := map[string]float64{}
	for i, cell := range record {
		c := b.log.Columns[i]
		if cell = strings.TrimSpace(cell); c.Meaning == ignored || isMissing(cell) {
			continue
		}
		v, ok := number(cell)
		if !ok {
			return nil, b.textIn(c, cell)
		}
		values[c.Meaning] = v
	}
	return values, nil
}

// textIn returns the error of a text in a column of numbers. It proposes to ignore the column, if
// the log can be read without it.
func (b *builder) textIn(c Column, cell string) error {
	e := &ColumnError{Err: fmt.Errorf("column %s has %q, want a number", Shown(c.Name), clip(cell)), Wrong: c.Name}
	given := maps.Clone(b.options.Columns)
	if given == nil {
		given = map[string]string{}
	}
	given[c.Name] = ignored
	for _, column := range b.log.Columns {
		e.Names = append(e.Names, column.Name)
	}
	if _, err := columnsOf(e.Names, given); err != nil {
		return hint.Add(e, "correct the line")
	}
	e.Mend = []Column{{Name: c.Name, Meaning: ignored}}
	return hint.Add(e, "correct the line, or set the meaning of the column to %s", ignored)
}

// isMissing reports whether a cell has no number.
func isMissing(cell string) bool {
	switch strings.ToLower(cell) {
	case "", "none", "null", "na", "n/a", "-":
		return true
	}
	return false
}

// clip shortens a text for a message.
func clip(s string) string {
	if n := 40; len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		return s[:n] + "..."
	}
	return s
}

// number reads a number as programs print it: also nan, inf, 1,234.5 is not one; a percent sign
// and tensor(...) around it are removed.
func number(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if inner, ok := strings.CutPrefix(s, "tensor("); ok {
		s, _, _ = strings.Cut(strings.TrimSuffix(inner, ")"), ",")
	}
	if inner, ok := strings.CutPrefix(s, "["); ok && strings.HasSuffix(s, "]") { // a loss and what Keras measures besides
		inner = strings.TrimLeft(strings.TrimSuffix(inner, "]"), " ")
		s = inner[:len(inner)-len(strings.TrimLeft(inner, "+-.eE0123456789anif"))]
	}
	s = strings.TrimSuffix(s, "%")
	v, err := strconv.ParseFloat(s, 64)
	if errors.Is(err, strconv.ErrRange) {
		return v, true
	}
	return v, err == nil && !strings.HasPrefix(strings.ToLower(s), "0x") && !strings.Contains(s, "_")
}
