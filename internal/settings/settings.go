// Package settings reads and writes the settings in a Go struct. The same struct is
// used for the TOML file of a user, for KEY=VALUE on the command line, for the record
// in the run folder, and for the table on the screen. The package exists so that a
// setting is declared in a single place, with its name, its range and its
// explanation. It must not know any particular setting.
//
// A setting is an exported field with tags:
//
//	Rate float64 `toml:"rate" doc:"step size of the first update" above:"0" max:"1"`
//
// The type is string, bool, int, int64, uint, uint64, float64, or a list of one of
// these. A field that is a struct is a TOML table; its fields are the settings of the
// table. The fields of an embedded struct without the tag toml are settings of the outer
// struct. The tag doc explains the setting in a phrase; the package adds the range.
// The range is defined by any of these tags: min and max (inclusive), above and below
// (exclusive), and oneof (the allowed words, separated by spaces). For a list it
// applies to each element. Numbers are always finite. A field tagged toml:"-" is not
// a setting. [Encode] leaves out a table with the tag omitzero if all of its values are
// zero. A struct that violates these rules is a mistake in the program and
// causes a panic.
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
	key   string // as in a file, with the names of its tables: "generator.units"
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

// fieldsOf returns the settings and tables of a struct, in order of declaration. It
// does not return the contents of the tables. The keys begin with prefix.
func fieldsOf(s reflect.Value, prefix string) []field {
	var fields []field
	for i := range s.NumField() {
		declared := s.Type().Field(i)
		name, tagged := declared.Tag.Lookup("toml")
		if !declared.IsExported() || name == "-" {
			continue
		}
		if declared.Anonymous && declared.Type.Kind() == reflect.Struct && !tagged {
			for _, f := range fieldsOf(s.Field(i), prefix) {
				fields = appendField(s, fields, f)
			}
			continue
		}
		if !bareKey.MatchString(name) {
			panic(fmt.Sprintf("settings: %v.%s has the toml tag %q", s.Type(), declared.Name, name))
		}
		f := field{prefix + name, name, s.Field(i), declared.Tag}
		if !f.isTable() && describe(f.value.Type()) == "" {
			panic(fmt.Sprintf("settings: %v.%s cannot be of type %v", s.Type(), declared.Name, f.value.Type()))
		}
		fields = appendField(s, fields, f)
	}
	return fields
}

// appendField appends a field of the struct s. It panics if the struct has another field
// of the same name.
func appendField(s reflect.Value, fields []field, f field) []field {
	if slices.ContainsFunc(fields, func(other field) bool { return other.name == f.name }) {
		panic(fmt.Sprintf("settings: two fields of %v have the toml tag %q", s.Type(), f.name))
	}
	return append(fields, f)
}

func (f field) isTable() bool { return f.value.Kind() == reflect.Struct }

// fields returns the settings and tables in a table.
func (f field) fields() []field { return fieldsOf(f.value, f.key+".") }

// leaves returns all settings among fields and in their tables, at any depth.
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

// describe returns a description of the values of type t, or "" if a setting cannot
// have this type.
func describe(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number of at most 64 bits"
	case reflect.Uint, reflect.Uint64:
		return "a whole number of at most 63 bits, not negative" // the largest integer in TOML
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		if element := t.Elem(); element.Kind() != reflect.Slice && describe(element) != "" {
			return "a list, each element " + describe(element)
		}
	}
	return ""
}

// unknown returns the error for a key that does not exist. fields are all settings
// and tables.
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
	if len(keys) > fewKeys { // the caller can add where they are listed
		return err
	}
	return hint.Add(err, "known are %s", strings.Join(keys, ", "))
}

// fewKeys is the maximum number of settings that an error lists.
const fewKeys = 12

// nearest returns the key that the user probably meant. It compares whole keys, then
// the last parts of keys, in case the user omitted the table.
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
