// Package settings makes one Go struct at once the TOML file a user writes, the
// KEY=VALUE of the command line, the record in the run folder, and the table on
// the screen. It exists so that a setting is declared in a single place, with its
// name, its range and its explanation. It must not know any setting.
//
// A setting is an exported field with tags:
//
//	Rate float64 `toml:"rate" doc:"step size of the first update" above:"0" max:"1"`
//
// Its type is string, bool, int, int64, uint, uint64, float64, or a list of one
// of these; a field that is a struct is a TOML table with settings of its own.
// doc explains the setting in a phrase, after which its range is told. The range
// is given by any of min and max (inclusive), above and below (exclusive), and
// oneof (the allowed words, separated by blanks); it binds each element of a
// list. Numbers are always finite. A field tagged toml:"-" is no setting. A
// struct that breaks these rules is a mistake of the program and panics.
package settings

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/suggest"
)

// A field is a setting, or a table of settings, of a particular struct.
type field struct {
	key   string // as in a file, with the tables around it: "generator.units"
	name  string // the last part of key
	value reflect.Value
	tag   reflect.StructTag
}

// structOf returns the struct that v is or points to.
func structOf(v any) reflect.Value {
	s := reflect.Indirect(reflect.ValueOf(v))
	if s.Kind() != reflect.Struct {
		panic(fmt.Sprintf("settings: %T is neither a struct nor a pointer to one", v))
	}
	return s
}

// settable returns the struct that v points to.
func settable(v any) reflect.Value {
	s := structOf(v)
	if !s.CanSet() {
		panic(fmt.Sprintf("settings: %T is not a pointer to a struct", v))
	}
	return s
}

var bareKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// fieldsOf returns the settings and tables of a struct, in order of declaration,
// but not what is within its tables. The keys begin with prefix.
func fieldsOf(s reflect.Value, prefix string) []field {
	var fields []field
	for i := range s.NumField() {
		declared := s.Type().Field(i)
		name := declared.Tag.Get("toml")
		if !declared.IsExported() || name == "-" {
			continue
		}
		if !bareKey.MatchString(name) {
			panic(fmt.Sprintf("settings: %v.%s has the toml tag %q", s.Type(), declared.Name, name))
		}
		if slices.ContainsFunc(fields, func(f field) bool { return f.name == name }) {
			panic(fmt.Sprintf("settings: %v.%s has the toml tag %q of another field", s.Type(), declared.Name, name))
		}
		f := field{prefix + name, name, s.Field(i), declared.Tag}
		if !f.isTable() && describe(f.value.Type()) == "" {
			panic(fmt.Sprintf("settings: %v.%s cannot be of type %v", s.Type(), declared.Name, f.value.Type()))
		}
		fields = append(fields, f)
	}
	return fields
}

func (f field) isTable() bool { return f.value.Kind() == reflect.Struct }

// fields returns the settings and tables within a table.
func (f field) fields() []field { return fieldsOf(f.value, f.key+".") }

// leaves returns all settings of fields and of the tables within them.
func leaves(fields []field) []field {
	var all []field
	for _, f := range fields {
		if f.isTable() {
			all = append(all, leaves(f.fields())...)
		} else {
			all = append(all, f)
		}
	}
	return all
}

// describe says what a setting of type t is, or "" if none can be.
func describe(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number of at most 64 bits"
	case reflect.Uint, reflect.Uint64:
		return "a whole number of at most 63 bits, not negative" // TOML has no larger
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		if element := t.Elem(); element.Kind() != reflect.Slice && describe(element) != "" {
			return "a list, each element " + describe(element)
		}
	}
	return ""
}

// unknown returns the error for a key that is none of those in fields, which are
// all there are.
func unknown(key string, fields []field) error {
	var keys []string
	for _, f := range leaves(fields) {
		keys = append(keys, f.key)
	}
	for _, k := range keys {
		if strings.HasSuffix(k, "."+key) {
			return hint.Add(fmt.Errorf("unknown setting %q", key), "did you mean %s?", k)
		}
	}
	if near, ok := nearest(key, keys); ok {
		return hint.Add(fmt.Errorf("unknown setting %q", key), "did you mean %s?", near)
	}
	err := fmt.Errorf("unknown setting %q", key)
	if len(keys) > fewKeys { // whoever knows where they are listed adds that
		return err
	}
	return hint.Add(err, "known are %s", strings.Join(keys, ", "))
}

// fewKeys is how many settings an error lists.
const fewKeys = 12

// nearest returns the key that was probably meant, by its whole name or, if the
// table was left out, by the last part.
func nearest(key string, keys []string) (string, bool) {
	if near, ok := suggest.Nearest(key, keys); ok {
		return near, true
	}
	last := make([]string, len(keys))
	for i, k := range keys {
		last[i] = k[strings.LastIndex(k, ".")+1:]
	}
	near, ok := suggest.Nearest(key, last)
	if !ok {
		return "", false
	}
	return keys[slices.Index(last, near)], true
}
