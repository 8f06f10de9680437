package settings

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/BurntSushi/toml"

	"github.com/gander-ml/gander/hint"
)

// Decode reads a TOML file into the struct that into points to. It sets the settings
// that are in the file and does not change the others. name is the name of the file
// in errors. An unknown key, a value of the wrong type and a value out of range are
// errors that name the line and the key. After an error, no setting has changed.
func Decode(text []byte, name string, into any) error {
	target := settable(into)
	work := reflect.New(target.Type()).Elem()
	work.Set(target)
	d := decoder{name: name, all: fieldsOf(work, "")}
	var top map[string]toml.Primitive
	var err error
	if d.meta, err = toml.Decode(string(text), &top); err != nil {
		return d.located(err)
	}
	if err := d.table(top, "", d.all); err != nil {
		return err
	}
	target.Set(work)
	return nil
}

type decoder struct {
	name string // of the file
	meta toml.MetaData
	all  []field // the top level
}

// table sets the fields of one table from its entries. prefix is the key of the
// table, followed by a dot.
func (d *decoder) table(entries map[string]toml.Primitive, prefix string, fields []field) error {
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		entry := entries[name]
		at := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
		var err error
		switch {
		case at < 0:
			err = d.at(entry, unknown(prefix+name, d.all))
		case fields[at].isTable():
			err = d.subtable(entry, fields[at])
		default:
			err = d.setting(entry, fields[at])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) subtable(entry toml.Primitive, f field) error {
	var entries map[string]toml.Primitive
	if err := d.meta.PrimitiveDecode(entry, &entries); err != nil {
		return d.located(err)
	}
	if entries == nil { // the value is not a table
		return d.at(entry, hint.Add(fmt.Errorf("%s is a table of settings, not one value", f.key), "write [%s] above them", f.key))
	}
	return d.table(entries, f.key+".", f.fields())
}

func (d *decoder) setting(entry toml.Primitive, f field) error {
	var data any
	if err := d.meta.PrimitiveDecode(entry, &data); err != nil {
		return d.located(err)
	}
	if err := f.set(data); err != nil {
		return d.at(entry, err)
	}
	return nil
}

// at returns err with the position of entry.
func (d *decoder) at(entry toml.Primitive, err error) error {
	return hint.Add(d.located(d.meta.PrimitiveDecode(entry, refusal{err})), "%s", hint.Of(err))
}

// A refusal is a TOML destination that returns err for any value. The TOML library
// adds the position to err.
type refusal struct{ err error }

func (r refusal) UnmarshalTOML(any) error { return r.err }

// located formats an error of the TOML library in the style of this package.
func (d *decoder) located(err error) error {
	var parse toml.ParseError
	if !errors.As(err, &parse) {
		return fmt.Errorf("%s: %w", d.name, err)
	}
	if parse.Position.Line == 0 {
		return fmt.Errorf("%s: %s", d.name, parse.Message)
	}
	return fmt.Errorf("%s line %d: %s", d.name, parse.Position.Line, parse.Message)
}
