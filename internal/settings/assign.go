package settings

import (
	"fmt"
	"reflect"
	"strconv"
)

// set sets the setting to data, a value as the TOML library returns it; a list is
// []any. A value of the wrong type or out of range is an error.
func (f field) set(data any) error {
	if !assign(f.value, data) {
		return fmt.Errorf("%s = %s, want %s", f.key, show(data), describe(f.value.Type()))
	}
	return f.check()
}

// assign stores data in v and reports whether v can hold it.
func assign(v reflect.Value, data any) bool {
	switch d := data.(type) {
	case string:
		if v.Kind() == reflect.String {
			v.SetString(d)
			return true
		}
	case bool:
		if v.Kind() == reflect.Bool {
			v.SetBool(d)
			return true
		}
	case int64:
		return assignInt(v, d)
	case float64:
		if v.CanFloat() {
			v.SetFloat(d)
			return true
		}
	case []any:
		return assignList(v, d)
	}
	return false
}

func assignInt(v reflect.Value, number int64) bool {
	switch {
	case v.CanInt() && !v.OverflowInt(number):
		v.SetInt(number)
	case v.CanUint() && number >= 0 && !v.OverflowUint(uint64(number)):
		v.SetUint(uint64(number))
	case v.CanFloat():
		v.SetFloat(float64(number))
	default:
		return false
	}
	return true
}

// assignList stores a new list, or nil if the list is empty.
func assignList(v reflect.Value, list []any) bool {
	if v.Kind() != reflect.Slice {
		return false
	}
	fresh := reflect.Zero(v.Type())
	if len(list) > 0 {
		fresh = reflect.MakeSlice(v.Type(), len(list), len(list))
	}
	for i, element := range list {
		if !assign(fresh.Index(i), element) {
			return false
		}
	}
	v.Set(fresh)
	return true
}

// show formats a value from a file for an error message.
func show(data any) string {
	text := fmt.Sprint(data)
	switch d := data.(type) {
	case string:
		text = strconv.Quote(d)
	case map[string]any, []map[string]any:
		text = "a table"
	}
	if len(text) > 60 {
		text = text[:60] + "..."
	}
	return text
}
