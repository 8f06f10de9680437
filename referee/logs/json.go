package logs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/gander-ml/gander/hint"
)

// mostWhole is the greatest size of a file that is one JSON value, in bytes.
const mostWhole = 64 << 20

// isWhole reports whether the beginning of a file is that of one JSON value: a list of
// objects, or an object that does not end on its line or has only lists.
func isWhole(head []byte) bool {
	if head[0] == '[' {
		return bytes.HasPrefix(bytes.TrimSpace(head[1:]), []byte("{"))
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	var object map[string]any
	if head[0] != '{' || json.Unmarshal(line, &object) != nil {
		return head[0] == '{'
	}
	return len(numbersOf(object)) == 0 && len(rowsOf(object)) > 0
}

// parseWhole reads a file that is one JSON value: a list with an object for each row, or an
// object with a list for each number, as the history of Keras.
func parseWhole(r io.Reader, o Options) (*Log, error) {
	data, err := io.ReadAll(io.LimitReader(r, mostWhole+1))
	if err != nil {
		return nil, err
	}
	if len(data) > mostWhole {
		return nil, hint.Add(fmt.Errorf("it is one JSON value of more than %d MiB", mostWhole>>20), "give a file with one object in each line")
	}
	var value any
	if json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &value) != nil {
		return parseLines(bytes.NewReader(data), o) // which reports the line
	}
	var found []map[string]float64
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			object, _ := element.(map[string]any)
			found = append(found, numbersOf(object))
		}
	case map[string]any:
		if found = rowsOf(v); len(found) == 0 {
			found = append(found, numbersOf(v))
		}
	}
	rows := gatherer{format: "JSON", options: o}
	for _, numbers := range found {
		if len(numbers) > mostColumns {
			return nil, fmt.Errorf("it has %d numbers in a row, want at most %d", len(numbers), mostColumns)
		}
		if err := rows.add(numbers); err != nil {
			return nil, err
		}
	}
	return rows.finish()
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
