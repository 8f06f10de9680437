package logs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/gander-ml/gander/hint"
)

// mostWhole is the greatest size of a file that is one JSON value, in bytes.
const mostWhole = 64 << 20

// isWhole reports whether the beginning of a file is that of one JSON value: a list of
// objects, or an object that does not end on its line or has only lists. A list without objects
// is one too, if it ends within head.
func isWhole(head []byte) bool {
	if head[0] == '[' {
		rest := bytes.TrimSpace(head[1:])
		return len(rest) == 0 || bytes.HasPrefix(rest, []byte("{")) || json.Valid(head)
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	var object map[string]any
	if head[0] != '{' || unmarshal(line, &object) != nil {
		return head[0] == '{'
	}
	return len(numbersOf(object)) == 0 && len(rowsOf(object)) > 0
}

// parseWhole reads a file that is one JSON value: a list with an object for each row, or an
// object with a list for each number, as the history of Keras.
func parseWhole(ctx context.Context, r io.Reader, o Options) (*Log, error) {
	data, err := io.ReadAll(io.LimitReader(r, mostWhole+1))
	if err != nil {
		return nil, err
	}
	if len(data) > mostWhole {
		return nil, hint.Add(fmt.Errorf("it is one JSON value of more than %d MiB", mostWhole>>20), "give a file with one object in each line")
	}
	if err := unmarshal(data, new(json.RawMessage)); err != nil {
		if hasLines(data) {
			return parseLines(bytes.NewReader(data), o) // which reports the line
		}
		return nil, brokenJSON(data, err)
	}
	rows := gatherer{format: "JSON", options: o}
	err = eachRow(ctx, quoteNotFinite(data), func(numbers map[string]float64) error {
		if len(numbers) > mostColumns {
			return fmt.Errorf("it has %d numbers in a row, want at most %d", len(numbers), mostColumns)
		}
		return rows.add(numbers)
	})
	if err != nil {
		return nil, err
	}
	return rows.finish()
}

// eachRow calls add with each row of a JSON value, until ctx ends.
func eachRow(ctx context.Context, data []byte, add func(numbers map[string]float64) error) error {
	d := json.NewDecoder(&contextReader{ctx: ctx, r: bytes.NewReader(data)})
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		var object map[string]any
		if err := d.Decode(&object); err != nil {
			return err
		}
		found := rowsOf(object)
		if len(found) == 0 {
			found = append(found, numbersOf(object))
		}
		for _, numbers := range found {
			if err := add(numbers); err != nil {
				return err
			}
		}
		return nil
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		var element any
		if err := d.Decode(&element); err != nil {
			return err
		}
		object, _ := element.(map[string]any)
		if err := add(numbersOf(object)); err != nil {
			return err
		}
	}
	return nil
}

// hasLines reports whether a file that is no JSON value was to have an object in each line: its
// first line is the only one, or another line begins with an object too.
func hasLines(data []byte) bool {
	data = bytes.TrimSpace(data)
	_, rest, _ := bytes.Cut(data, []byte("\n"))
	return data[0] == '{' && (len(rest) == 0 || rest[0] == '{' || bytes.Contains(rest, []byte("\n{")))
}

// brokenJSON describes what is wrong in a JSON value, and in which line.
func brokenJSON(data []byte, err error) error {
	what, end := "list", "]"
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		what, end = "object", "}"
	}
	data = quoteNotFinite(data)
	at := len(data)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = int(syntax.Offset) - 1
	}
	at = max(0, min(at, len(data)))
	before := bytes.TrimRight(data[:at], " \t\r\n")
	rest := bytes.TrimSpace(data[at:])
	if isCut(err) {
		line := 1 + bytes.Count(bytes.TrimRight(data, " \t\r\n"), []byte("\n"))
		return hint.Add(fmt.Errorf("line %d: the file ends in the middle of its JSON %s", line, what),
			"copy the file again, or wait until the program has written it; the %s ends with %s", what, end)
	}
	line := 1 + bytes.Count(data[:at], []byte("\n"))
	switch {
	case bytes.HasSuffix(before, []byte(",")) && len(rest) > 0 && bytes.IndexByte([]byte("]},"), rest[0]) >= 0:
		line = 1 + bytes.Count(before, []byte("\n"))
		return hint.Add(fmt.Errorf("line %d: a comma too many in the JSON %s", line, what), "remove the comma in front of %c", rest[0])
	case (bytes.HasSuffix(before, []byte("}")) || bytes.HasSuffix(before, []byte("]"))) && len(rest) > 0 && bytes.IndexByte([]byte("{[\""), rest[0]) >= 0:
		return hint.Add(fmt.Errorf("line %d: a comma is missing in the JSON %s", line, what), "add a comma in front of %c", rest[0])
	}
	return hint.Add(fmt.Errorf("line %d: the JSON %s is broken: %w", line, what, err), "correct that line, or give a file with one object in each line")
}

// isCut reports whether an error is that of a JSON value without its end.
func isCut(err error) bool {
	return err.Error() == "unexpected end of JSON input"
}

// unmarshal decodes JSON, also with the numbers that are not finite as Python writes them.
func unmarshal(data []byte, value any) error {
	return json.Unmarshal(quoteNotFinite(data), value)
}

// notFinite are the numbers that are not finite as Python writes them, without quotes.
var notFinite = [][]byte{[]byte("NaN"), []byte("-Infinity"), []byte("Infinity")}

// quoteNotFinite puts quotes around NaN, Infinity and -Infinity that have none: JSON has no such
// numbers. It returns data itself if there are none.
func quoteNotFinite(data []byte) []byte {
	if !bytes.Contains(data, notFinite[0]) && !bytes.Contains(data, notFinite[2]) {
		return data
	}
	var out []byte
	inText := false
	for i := 0; i < len(data); {
		switch c := data[i]; {
		case inText && c == '\\' && i+1 < len(data):
			out = append(out, c, data[i+1])
			i += 2
			continue
		case c == '"':
			inText = !inText
		case !inText && (c == 'N' || c == 'I' || c == '-'):
			if n := notFiniteAt(data[i:]); n > 0 {
				out = append(out, '"')
				out = append(append(out, data[i:i+n]...), '"')
				i += n
				continue
			}
		}
		out = append(out, data[i])
		i++
	}
	return out
}

// notFiniteAt returns the length of the number at the beginning of data if it is not finite,
// otherwise 0.
func notFiniteAt(data []byte) int {
	for _, word := range notFinite {
		if bytes.HasPrefix(data, word) {
			return len(word)
		}
	}
	return 0
}

// rowsOf returns the rows of an object with a list of numbers for each name. A list of another
// kind is left out.
func rowsOf(object map[string]any) []map[string]float64 {
	var rows []map[string]float64
	for name, value := range object {
		list, _ := value.([]any)
		for i, element := range list {
			if i == len(rows) {
				rows = append(rows, map[string]float64{})
			}
			for _, v := range numbersOf(map[string]any{name: element}) {
				rows[i][name] = v
			}
		}
	}
	return rows
}
