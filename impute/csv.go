package impute

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// A CSV is a CSV file in which missing numbers can be replaced.
type CSV struct {
	*Table
	Notes []string // about columns that are not in the table, each a sentence without a full stop

	text  []byte
	gaps  []gap    // in the order of the text
	style []number // of each column of the table
	comma bool     // numbers have a decimal comma
}

// A gap is the place of a missing number in the text.
type gap struct{ index, from, to int } // index in Table.X

// A number is how the numbers of a column are written.
type number struct {
	decimals int  // the most digits after the decimal sign
	exponent bool // some have an exponent
}

// ParseCSV reads a CSV file; see [format.DecodeTable]. The table has its columns of numbers,
// without one that counts the rows. A column of text is an error, or, if keepText is true,
// not in the table. A column without any value is an error.
func ParseCSV(name string, text []byte, keepText bool) (*CSV, error) {
	var cells []format.Cell
	table, err := format.ScanTable(text, func(c format.Cell) { cells = append(cells, c) })
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f := &CSV{Table: &Table{Name: name}, text: text}
	place := make([]int, len(table.Columns)) // in the table, -1 if the column is not there
	var numbers []format.Column
	for k, c := range table.Columns {
		place[k] = -1
		switch {
		case c.IsIndex:
			f.Notes = append(f.Notes, columnText(k, c.Name)+" counts the rows and is kept as it is")
		case c.IsEmpty():
			return nil, hint.Add(fmt.Errorf("%s: %s has no value in any of the %d rows", name, columnText(k, c.Name), len(table.Lines)), "leave that column out")
		case c.Text != nil && keepText:
			f.Notes = append(f.Notes, columnText(k, c.Name)+" is text and is kept as it is")
		case c.Text != nil:
			return nil, hint.Add(fmt.Errorf("%s: %s is text, such as %q, and only numbers are filled", name, columnText(k, c.Name), firstText(c.Text)),
				"leave that column out, or keep it as it is by --keep-text")
		default:
			place[k] = len(numbers)
			numbers = append(numbers, c)
		}
	}
	if len(numbers) == 0 {
		return nil, hint.Add(fmt.Errorf("%s: the table has no column of numbers", name), "only numbers are filled")
	}
	f.take(table, numbers)
	f.style = make([]number, len(numbers))
	for _, c := range cells {
		if k := place[c.Column]; k >= 0 {
			f.cell(k, c)
		}
	}
	return f, nil
}

// firstText returns the first text that is not empty.
func firstText(texts []string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// take fills the table with columns of numbers.
func (f *CSV) take(table *format.Table, numbers []format.Column) {
	n, d := len(table.Lines), len(numbers)
	f.Field = data.Point(d)
	f.X, f.Observed = make([]float32, n*d), make([]float32, n*d)
	for k, c := range numbers {
		if c.Name != "" {
			if f.Field.Names == nil {
				f.Field.Names = make([]string, d)
			}
			f.Field.Names[k] = c.Name
		}
		for i, v := range c.Numbers {
			if c.Missing == nil || !c.Missing[i] {
				f.X[i*d+k], f.Observed[i*d+k] = v, 1
			}
		}
	}
}

// cell notes the place of a missing number, or how a number of column k is written.
func (f *CSV) cell(k int, c format.Cell) {
	i := c.Row*f.Columns() + k
	if f.Observed[i] == 0 {
		f.gaps = append(f.gaps, gap{i, c.From, c.To})
		return
	}
	text := string(f.text[c.From:c.To])
	if at := strings.IndexAny(text, ".,"); at >= 0 {
		f.comma = f.comma || text[at] == ','
		f.style[k].decimals = max(f.style[k].decimals, len(text)-at-1)
	}
	if strings.ContainsAny(text, "eExXpP") {
		f.style[k].exponent = true
	}
}

// Write writes the file with its missing numbers replaced by those of filled, [rows,
// columns]. All other bytes are those of the file. A new number has the largest
// number of decimals of its column, so in a column of whole numbers it is a whole number.
func (f *CSV) Write(w io.Writer, filled []float32) error {
	var out bytes.Buffer
	end := 0
	for _, g := range f.gaps {
		out.Write(f.text[end:g.from])
		text := f.style[g.index%f.Columns()].format(filled[g.index])
		if f.comma {
			text = strings.Replace(text, ".", ",", 1)
		}
		out.WriteString(text)
		end = g.to
	}
	out.Write(f.text[end:])
	_, err := w.Write(out.Bytes())
	return err
}

// mostDecimals is the largest number of decimals that are written. A float32 has about
// seven digits.
const mostDecimals = 9

// format writes a number in the way of the column.
func (n number) format(v float32) string {
	if n.exponent {
		return strconv.FormatFloat(float64(v), 'g', -1, 32)
	}
	text := strconv.FormatFloat(float64(v), 'f', min(n.decimals, mostDecimals), 64)
	if strings.Trim(text, "-0.") == "" {
		text = strings.TrimPrefix(text, "-")
	}
	return text
}

// columnText names a column for a message: "column 3 (age)".
func columnText(k int, name string) string {
	if name == "" {
		return fmt.Sprintf("column %d", k+1)
	}
	return fmt.Sprintf("column %d (%s)", k+1, name)
}
