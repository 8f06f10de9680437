package session

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// A Field describes a setting for the form of a page.
type Field struct {
	Key     string   `json:"key"`   // as in "key=value"
	Group   string   `json:"group"` // heading under which the form shows it
	Label   string   `json:"label"`
	Doc     string   `json:"doc"`
	Kind    string   `json:"kind"`              // "choice", "switch", "whole" or "number"
	Choices []string `json:"choices,omitempty"` // of a choice
	Min     *float64 `json:"min,omitempty"`     // inclusive
	Max     *float64 `json:"max,omitempty"`     // inclusive
	For     []string `json:"for,omitempty"`     // the choices of another setting with which it has an effect
	Default string   `json:"default"`           // as in "key=value"
}

// Fields describes all settings, in the order of [Settings].
func Fields() []Field {
	value := reflect.ValueOf(Default())
	var fields []Field
	for i := range value.NumField() {
		tag := value.Type().Field(i).Tag
		f := Field{
			Key: tag.Get("toml"), Group: tag.Get("group"), Label: tag.Get("label"), Doc: tag.Get("doc"),
			Choices: strings.Fields(tag.Get("oneof")), For: strings.Fields(tag.Get("for")),
			Min: limit(tag, "min"), Max: limit(tag, "max"),
			Default: fmt.Sprint(value.Field(i)), Kind: "whole",
		}
		switch value.Field(i).Kind() {
		case reflect.String:
			f.Kind = "choice"
		case reflect.Bool:
			f.Kind = "switch"
		case reflect.Float64:
			f.Kind = "number"
		}
		fields = append(fields, f)
	}
	return fields
}

func limit(tag reflect.StructTag, name string) *float64 {
	v, err := strconv.ParseFloat(tag.Get(name), 64)
	if err != nil {
		return nil
	}
	return &v
}
