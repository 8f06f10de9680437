package run

import (
	"bytes"
	"fmt"

	"github.com/BurntSushi/toml"
	"github.com/gander-ml/gander/data"
)

// upgrade turns a config.toml of format 1, whose examples were images or points,
// into one of this format.
func upgrade(text []byte) ([]byte, error) {
	all := map[string]any{}
	if _, err := toml.Decode(string(text), &all); err != nil {
		return nil, err
	}
	all["format"] = configFormat
	if table, ok := all[dataTable].(map[string]any); ok {
		number := func(key string) int {
			n, _ := table[key].(int64)
			delete(table, key)
			return int(n)
		}
		channels, height, width := number("channels"), number("height"), number("width")
		dims, classes := number("dims"), number("classes")
		if min(channels, height, width, dims, classes) < 0 {
			return nil, fmt.Errorf("a size of the examples in [%s] is negative", dataTable)
		}
		var fields []data.Field
		switch {
		case dims > 0:
			fields = append(fields, data.Point(dims))
		case channels > 0:
			fields = append(fields, data.Image(channels, height, width))
		}
		if classes > 0 && len(fields) > 0 {
			fields = append(fields, data.Label(classes))
		}
		if len(fields) > 0 {
			table["fields"] = fieldTexts(fields)
		}
	}
	var out bytes.Buffer
	if err := toml.NewEncoder(&out).Encode(all); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
