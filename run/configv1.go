package run

import (
	"bytes"
	"fmt"
	"math"

	"github.com/BurntSushi/toml"
	"github.com/gander-ml/gander/data"
)

// upgrade converts a config.toml of format 1 to the present format. In format 1 all
// examples are images or points.
func upgrade(text []byte) ([]byte, error) {
	all := map[string]any{}
	if _, err := toml.Decode(string(text), &all); err != nil {
		return nil, err
	}
	all["format"] = configFormat
	if table, ok := all[dataTable].(map[string]any); ok {
		var wrong error
		number := func(key string) int {
			n, ok := table[key].(int64)
			if _, given := table[key]; given && (!ok || n < 0 || n > math.MaxInt32) {
				wrong = fmt.Errorf("%s.%s = %v, want a number of values", dataTable, key, table[key])
			}
			delete(table, key)
			return int(n)
		}
		channels, height, width := number("channels"), number("height"), number("width")
		dims, classes := number("dims"), number("classes")
		if wrong != nil {
			return nil, wrong
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
		name, _ := table["name"].(string)
		if _, err := data.Lookup(name); err != nil && name != "" {
			table["split"] = splitDealt
		}
	}
	upgradeMixture(all)
	var out bytes.Buffer
	if err := toml.NewEncoder(&out).Encode(all); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// upgradeMixture sets the recipe mixture to learn points without standardisation, as
// it did in format 1.
func upgradeMixture(all map[string]any) {
	if all["recipe"] != "mixture" {
		return
	}
	model, ok := all["model"].(map[string]any)
	if !ok {
		model = map[string]any{}
		all["model"] = model
	}
	model["standardise"] = "no"
}
