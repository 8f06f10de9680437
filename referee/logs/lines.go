package logs

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/gander-ml/gander/hint"
)

// mostLine is the greatest length of a line in bytes.
const mostLine = 1 << 20

// A lineReader reads the lines of a text.
type lineReader struct {
	*bufio.Scanner
	number int  // of the line
	ended  bool // whether the line has an end, and is not cut
}

func newLines(r io.Reader) *lineReader {
	l := &lineReader{Scanner: bufio.NewScanner(r)}
	l.Buffer(make([]byte, 0, 1<<16), mostLine)
	l.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		n, line, err := bufio.ScanLines(data, atEOF)
		l.ended = n > 0 && data[n-1] == '\n'
		return n, line, err
	})
	return l
}

// Scan reads the next line.
func (l *lineReader) Scan() bool {
	ok := l.Scanner.Scan()
	if ok {
		l.number++
	}
	return ok
}

// err returns the error that has ended the lines, nil at the end of the file.
func (l *lineReader) err() error {
	err := l.Err()
	if errors.Is(err, bufio.ErrTooLong) {
		return hint.Add(fmt.Errorf("line %d is longer than %d bytes", l.number+1, mostLine), "give %s", formats)
	}
	return err
}

// parseLines reads a file with a JSON object in each line, as the history of Weights &
// Biases. The last line may be cut: a program that trains may still write it.
func parseLines(r io.Reader, o Options) (*Log, error) {
	lines := newLines(r)
	rows := gatherer{format: "JSON lines", options: o}
	cut := false
	for lines.Scan() {
		text := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte("\ufeff")))
		if len(text) == 0 {
			continue
		}
		var object map[string]any
		if err := unmarshal(text, &object); err != nil {
			if cut = !lines.ended && lines.number > 1; cut {
				break
			}
			return nil, hint.Add(fmt.Errorf("line %d is no JSON object: %w", lines.number, err), "give one object in each line")
		}
		if len(object) > mostColumns {
			return nil, fmt.Errorf("line %d has %d numbers, want at most %d", lines.number, len(object), mostColumns)
		}
		if err := rows.add(numbersOf(object)); err != nil {
			return nil, err
		}
	}
	if err := lines.err(); err != nil {
		return nil, err
	}
	l, err := rows.finish()
	if err == nil && cut {
		l.Notes = append(l.Notes, fmt.Sprintf("line %d, the last, is not complete and is left out", lines.number))
	}
	return l, err
}

// numbersOf returns the numbers of an object. JSON has no NaN: programs write it as a text. Of an
// object with a mean it takes the mean.
// Other values are left out.
func numbersOf(object map[string]any) map[string]float64 {
	numbers := map[string]float64{}
	for name, value := range object {
		if statistics, ok := value.(map[string]any); ok { // as of StyleGAN
			value = statistics["mean"]
		}
		switch v := value.(type) {
		case float64:
			numbers[name] = v
		case string:
			if x, ok := number(v); ok {
				numbers[name] = x
			}
		}
	}
	return numbers
}
