package settings

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// bounds are the tags that limit a number, in the order of the text.
var bounds = []struct {
	tag, phrase string
	holds       func(value, bound float64) bool
}{
	{"min", "at least", func(v, b float64) bool { return v >= b }},
	{"above", "more than", func(v, b float64) bool { return v > b }},
	{"max", "at most", func(v, b float64) bool { return v <= b }},
	{"below", "less than", func(v, b float64) bool { return v < b }},
}

// limits describes the range of the setting in words, "" if it has none.
func (f field) limits() string {
	var parts []string
	for _, b := range bounds {
		if text, ok := f.tag.Lookup(b.tag); ok {
			parts = append(parts, b.phrase+" "+text)
		}
	}
	if words, ok := f.tag.Lookup("oneof"); ok {
		parts = append(parts, "one of "+strings.Join(strings.Fields(words), ", "))
	}
	return strings.Join(parts, " and ")
}

// help returns the explanation of a setting with its range.
func (f field) help() string {
	doc := f.tag.Get("doc")
	if limits := f.limits(); limits != "" {
		doc = strings.TrimSpace(doc + " (" + limits + ")")
	}
	return doc
}

// Check returns an error if a setting of v, a struct or a pointer to one, is out of
// its range.
func Check(v any) error {
	for _, f := range leaves(fieldsOf(structOf(v), "")) {
		if err := f.check(); err != nil {
			return err
		}
	}
	return nil
}

// check returns an error if the setting, or an element of it, is out of its range.
func (f field) check() error {
	if f.value.Kind() != reflect.Slice {
		return f.checkScalar(f.value)
	}
	for i := range f.value.Len() {
		if err := f.checkScalar(f.value.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (f field) checkScalar(v reflect.Value) error {
	switch {
	case v.Kind() == reflect.Bool:
		return nil
	case v.Kind() == reflect.String:
		return f.checkText(v.String())
	case v.CanInt():
		return f.checkNumber(v, float64(v.Int()))
	case v.CanUint():
		if v.Uint() > math.MaxInt64 { // the largest integer of a TOML file
			return fmt.Errorf("%s = %d is out of range, want at most %d", f.key, v.Uint(), int64(math.MaxInt64))
		}
		return f.checkNumber(v, float64(v.Uint()))
	}
	if math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0) {
		return fmt.Errorf("%s = %v is not a finite number", f.key, v)
	}
	return f.checkNumber(v, v.Float())
}

func (f field) checkNumber(v reflect.Value, number float64) error {
	for _, b := range bounds {
		text, ok := f.tag.Lookup(b.tag)
		if !ok {
			continue
		}
		bound, err := strconv.ParseFloat(text, 64)
		if err != nil {
			panic(fmt.Sprintf("settings: %s has the %s tag %q", f.key, b.tag, text))
		}
		if !b.holds(number, bound) {
			return fmt.Errorf("%s = %v is out of range, want %s", f.key, v, f.limits())
		}
	}
	return nil
}

func (f field) checkText(text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%s = %q is not UTF-8", f.key, text)
	}
	words, ok := f.tag.Lookup("oneof")
	if ok && !slices.Contains(strings.Fields(words), text) {
		return fmt.Errorf("%s = %q is unknown, want %s", f.key, text, f.limits())
	}
	return nil
}
