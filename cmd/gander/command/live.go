package command

import (
	"fmt"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"
)

// A liveLine is a line on a terminal that is rewritten a few times a second. If
// standard error is not a terminal, it prints nothing.
type liveLine struct {
	e     *env
	drawn time.Time
	width int // of the line on the screen
}

// due reports whether the line may be drawn again.
func (l *liveLine) due() bool {
	return l.e.interactive && time.Since(l.drawn) >= 200*time.Millisecond
}

// draw rewrites the line if that is due.
func (l *liveLine) draw(line string) {
	if !l.due() {
		return
	}
	l.drawn = time.Now()
	line = clip(line, columns()-1)
	width := utf8.RuneCountInString(line)
	fmt.Fprintf(l.e.stderr, "\r%s%s", line, strings.Repeat(" ", max(0, l.width-width)))
	l.width = width
}

// end clears the line.
func (l *liveLine) end() {
	if l.width > 0 {
		fmt.Fprintf(l.e.stderr, "\r%s\r", strings.Repeat(" ", l.width))
		l.width = 0
	}
}

// columns returns the width of the terminal of standard error, 80 if it is unknown.
func columns() int { return columnsOf(os.Stderr) }

// columnsOf returns the width of a terminal, 80 if it is unknown.
func columnsOf(f *os.File) int {
	if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 1 {
		return n
	}
	return 80
}
