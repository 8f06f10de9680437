package settings

import (
	"reflect"
	"strings"
)

// An Input describes a setting for a form.
type Input struct {
	Row
	Kind     string   // "text", "bool", "integer", "number" or "list"
	Text     string   // the value as [Set] takes it
	Min, Max string   // the limits of a number; "": none. Above and below count as these
	Words    []string // the only values; nil: any
}

// Inputs returns all settings of v, a struct or a pointer to one, in order of
// declaration.
func Inputs(v any) []Input {
	var inputs []Input
	for _, f := range leaves(fieldsOf(structOf(v), "")) {
		in := Input{
			Row: Row{f.key, f.literal(), f.help()}, Kind: kindOf(f.value), Text: f.literal(),
			Min: f.tag.Get("min") + f.tag.Get("above"), Max: f.tag.Get("max") + f.tag.Get("below"),
			Words: strings.Fields(f.tag.Get("oneof")),
		}
		if f.value.Kind() == reflect.String {
			in.Text = f.value.String()
		}
		inputs = append(inputs, in)
	}
	return inputs
}

func kindOf(v reflect.Value) string {
	switch {
	case v.Kind() == reflect.String:
		return "text"
	case v.Kind() == reflect.Bool:
		return "bool"
	case v.Kind() == reflect.Slice:
		return "list"
	case v.CanFloat():
		return "number"
	}
	return "integer"
}
