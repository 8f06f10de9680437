package settings

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/hint"
)

// Set performs one assignment from the command line, "key=value" or
// "table.key=value", on the struct that v points to. For the key, see [Resolve]. Text
// is not quoted. The elements of a list are separated by commas; brackets around the
// list are optional. An unknown key, a value of the wrong type and a value out of
// range are errors. After an error, no setting has changed.
func Set(v any, assignment string) error {
	target := settable(v)
	work := reflect.New(target.Type()).Elem()
	work.Set(target)
	key, text, ok := strings.Cut(assignment, "=")
	key = strings.TrimSpace(key)
	f, err := lookUp(fieldsOf(work, ""), key)
	if err != nil {
		return err
	}
	if !ok {
		return hint.Add(fmt.Errorf("setting %s has no value", key), "write %s=VALUE, %s", key, describe(f.value.Type()))
	}
	data, ok := parse(f.value.Type(), text)
	if !ok {
		data = text // f.set returns an error for it
	}
	if err := f.set(data); err != nil {
		return err
	}
	target.Set(work)
	return nil
}

// Resolve returns the complete key of a setting of v, a struct or a pointer to one.
// The names of tables may be omitted if only one table has a setting of that name. An
// unknown key is an error with a hint.
func Resolve(v any, key string) (string, error) {
	f, err := lookUp(fieldsOf(structOf(v), ""), key)
	return f.key, err
}

// lookUp returns the setting that key names.
func lookUp(all []field, key string) (field, error) {
	var meant []field
	for _, f := range leaves(all) {
		switch {
		case f.key == key:
			return f, nil
		case strings.HasPrefix(f.key, key+"."):
			return field{}, hint.Add(fmt.Errorf("%s is a table of settings, not one value", key), "set %s", f.key)
		case f.name == key:
			meant = append(meant, f)
		}
	}
	if len(meant) == 1 {
		return meant[0], nil
	}
	return field{}, unknown(key, all)
}

// parse converts text to a value of type t, in the form that the TOML library
// returns.
func parse(t reflect.Type, text string) (data any, ok bool) {
	var err error
	switch t.Kind() {
	case reflect.String:
		return text, true
	case reflect.Slice:
		return parseList(t.Elem(), text)
	case reflect.Bool:
		switch strings.TrimSpace(text) {
		case "true":
			return true, true
		case "false":
			return false, true
		}
		return nil, false
	case reflect.Float64:
		data, err = strconv.ParseFloat(strings.TrimSpace(text), 64)
	default:
		data, err = strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	}
	return data, err == nil
}

func parseList(element reflect.Type, text string) (data any, ok bool) {
	text = strings.TrimSpace(text)
	if inner, ok := strings.CutPrefix(text, "["); ok {
		if text, ok = strings.CutSuffix(inner, "]"); !ok {
			return nil, false
		}
	}
	list := []any{}
	if strings.TrimSpace(text) == "" {
		return list, true
	}
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if word, err := strconv.Unquote(part); err == nil && element.Kind() == reflect.String { // as in TOML
			part = word
		}
		d, ok := parse(element, part)
		if !ok {
			return nil, false
		}
		list = append(list, d)
	}
	return list, true
}
