package settings

import (
	"bytes"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Encode returns the settings of v, a struct or a pointer to one, as a TOML file.
// The settings are in order of declaration; in each table, settings come before
// tables. Above each setting there is a comment with its explanation and range.
// [Decode] reads equal settings back (an empty list as nil). A setting out of its
// range is an error.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	if err := encodeTable(&b, fieldsOf(structOf(v), "")); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func encodeTable(b *bytes.Buffer, fields []field) error {
	for _, f := range fields {
		if f.isTable() {
			continue
		}
		if err := f.check(); err != nil {
			return err
		}
		comment(b, f.help())
		fmt.Fprintf(b, "%s = %s\n", f.name, f.literal())
	}
	for _, f := range fields {
		if !f.isTable() || f.omitted() {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		comment(b, f.help())
		fmt.Fprintf(b, "[%s]\n", f.key)
		if err := encodeTable(b, f.fields()); err != nil {
			return err
		}
	}
	return nil
}

// omitted reports whether a table is left out of the file.
func (f field) omitted() bool {
	_, omits := f.tag.Lookup("omitzero")
	return omits && f.value.IsZero()
}

func comment(b *bytes.Buffer, text string) {
	if text != "" {
		b.WriteString("# " + strings.ReplaceAll(text, "\n", "\n# ") + "\n")
	}
}

// A Row is a setting for display.
type Row struct {
	Key   string // with the names of its tables: "generator.units"
	Value string // as in a TOML file
	Doc   string // explanation and range
}

// Table returns all settings of v, a struct or a pointer to one, in order of
// declaration.
func Table(v any) []Row {
	var rows []Row
	for _, f := range leaves(fieldsOf(structOf(v), "")) {
		rows = append(rows, Row{f.key, f.literal(), f.help()})
	}
	return rows
}

// literal returns the value of the setting as in a TOML file.
func (f field) literal() string {
	if f.value.Kind() != reflect.Slice {
		return literal(f.value)
	}
	elements := make([]string, f.value.Len())
	for i := range elements {
		elements[i] = literal(f.value.Index(i))
	}
	return "[" + strings.Join(elements, ", ") + "]"
}

func literal(v reflect.Value) string {
	switch {
	case v.Kind() == reflect.String:
		return quote(v.String())
	case v.CanFloat():
		text := strconv.FormatFloat(v.Float(), 'g', -1, 64)
		if !strings.ContainsAny(text, ".enN") {
			text += ".0" // otherwise it would be an integer
		}
		return text
	}
	return fmt.Sprint(v)
}

// quote returns text as a TOML string on one line.
func quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
