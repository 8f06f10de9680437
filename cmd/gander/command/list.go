package command

import (
	"fmt"
	"os"
	"strings"
	"unicode/utf8"
)

// writeList prints rows of texts as a table, the first of each row a name. On a terminal
// that is too narrow for it, the texts are broken into lines. Without rows it prints nothing.
func (e *env) writeList(rows [][]string) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := fmt.Fprint(e.stdout, listText(rows, e.width()))
	return err
}

// width returns the columns of the terminal that gets the results, 0 if it is no terminal.
func (e *env) width() int {
	if !e.onTerminal {
		return 0
	}
	return columnsOf(os.Stdout)
}

// writeLines prints lines. On a terminal, a line that is too long is broken, and its other parts
// are indented.
func (e *env) writeLines(lines []string) error {
	width := e.width()
	for _, line := range lines {
		if width == 0 || line == "" {
			line += "\n"
		} else {
			line = wrapTo(width, line, "", gap)
		}
		if _, err := fmt.Fprint(e.stdout, line); err != nil {
			return err
		}
	}
	return nil
}

// leastColumn is the least width of a column in which texts are broken into lines. If there
// is less room, each text begins on a line of its own.
const leastColumn = 30

// listText returns rows with equally many texts as a table. If a line is longer than width
// and width is not 0, the last texts are broken into lines.
func listText(rows [][]string, width int) string {
	var b strings.Builder
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	last := len(widths) - 1
	before := 0 // columns before the last text
	for _, w := range widths[:last] {
		before += w + len(gap)
	}
	breaks := width > 0 && before+widths[last] > width
	if breaks && width-before < leastColumn {
		for _, row := range rows {
			first := padded(row[0], widths[0]) + gap
			indent := strings.Repeat(" ", widths[0]) + gap
			for _, cell := range row[1:] {
				if cell != "" {
					b.WriteString(wrapTo(width, cell, first, indent))
					first = indent
				}
			}
			if first != indent { // nothing but the name
				b.WriteString(row[0] + "\n")
			}
		}
		return b.String()
	}
	for _, row := range rows {
		first := ""
		for i, cell := range row[:last] {
			first += padded(cell, widths[i]) + gap
		}
		if !breaks || row[last] == "" {
			b.WriteString(strings.TrimRight(first+row[last], " ") + "\n")
			continue
		}
		b.WriteString(wrapTo(width, row[last], first, strings.Repeat(" ", before)))
	}
	return b.String()
}

// gap is the space between columns.
const gap = "  "

// padded returns text followed by spaces up to width.
func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}
