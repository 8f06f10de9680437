package format

import "bytes"

// A Cell is the place of a value of a table in the text of its file.
type Cell struct {
	Row, Column int // from 0, without the header
	From, To    int // the value is text[From:To], without white space and quotes around it
}

// ScanTable decodes a table as [DecodeTable] does, and calls visit for each of its cells,
// row by row. So a program can change some values of a file and keep every other byte.
func ScanTable(text []byte, visit func(Cell)) (*Table, error) {
	start := 0 // of the text that the decoder reads
	if bytes.HasPrefix(text, []byte(byteOrderMark)) {
		start = len(byteOrderMark)
	}
	lines := []int{0, start} // the offset of each line, from line 1 on
	for i, c := range text {
		if c == '\n' {
			lines = append(lines, i+1)
		}
	}
	return decodeTable(bytes.NewReader(text), func(d *tableDecoder, row int) {
		from := func(k int) int {
			line, column := d.lines.FieldPos(k)
			return lines[line] + column - 1
		}
		for k := range d.columns {
			to := start + int(d.lines.InputOffset()) // the end of the line
			if k < d.fields-1 {
				to = from(k+1) - 1 // the separator
			}
			cell := Cell{Row: row, Column: k, From: from(k), To: to}
			cell.trim(text)
			visit(cell)
		}
	})
}

// trim removes white space around the value, and then quotes and white space within them.
func (c *Cell) trim(text []byte) {
	space := func(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }
	shrink := func() {
		for c.From < c.To && space(text[c.To-1]) { // first, so that an empty value is before the end of its line
			c.To--
		}
		for c.From < c.To && space(text[c.From]) {
			c.From++
		}
	}
	shrink()
	if c.To-c.From >= 2 && text[c.From] == '"' && text[c.To-1] == '"' {
		c.From, c.To = c.From+1, c.To-1
		shrink()
	}
}
