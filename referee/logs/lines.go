package logs

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/gander-ml/gander/hint"
)

// mostLine is the greatest length of a line in bytes.
const mostLine = 1 << 20

// parseLines reads a file with a JSON object in each line, as the history of Weights &
// Biases. The last line may be cut: a program that trains may still write it.
func parseLines(r io.Reader, o Options) (*Log, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 1<<16), mostLine)
	rows := gatherer{format: "JSON lines", options: o}
	number, whole := 0, true
	lines.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		n, line, err := bufio.ScanLines(data, atEOF)
		whole = n > 0 && data[n-1] == '\n'
		return n, line, err
	})
	cut := false
	for lines.Scan() {
		number++
		text := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if text == "" {
			continue
		}
		var object map[string]any
		if err := json.Unmarshal([]byte(text), &object); err != nil {
			if cut = !whole && number > 1; cut {
				break
			}
			return nil, hint.Add(fmt.Errorf("line %d is no JSON object: %w", number, err), "give one object in each line")
		}
		if len(object) > mostColumns {
			return nil, fmt.Errorf("line %d has %d numbers, want at most %d", number, len(object), mostColumns)
		}
		if err := rows.add(numbersOf(object)); err != nil {
			return nil, err
		}
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			err = fmt.Errorf("line %d is longer than %d bytes", number+1, mostLine)
		}
		return nil, err
	}
	l, err := rows.finish()
	if err == nil && cut {
		l.Notes = append(l.Notes, fmt.Sprintf("line %d, the last, is not complete and is left out", number))
	}
	return l, err
}

// numbersOf returns the numbers of an object. JSON has no NaN: programs write it as a text. Of an
// object with a mean it takes the mean.
// Other values are left out.
func numbersOf(object map[string]any) map[string]float64 {
	numbers := map[string]float64{}
	for name, value := range object {
		switch v := value.(type) {
		case float64:
			numbers[name] = v
		case string:
			if x, ok := number(v); ok {
				numbers[name] = x
			}
		case map[string]any: // statistics of a number, as of StyleGAN
			if mean, ok := v["mean"].(float64); ok {
				numbers[name] = mean
			}
		}
	}
	return numbers
}
