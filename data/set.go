package data

import "fmt"

// Endless is the length of a set that is drawn as it is read: more examples than
// any run will show. At a million a second they last for twelve days.
const Endless int64 = 1 << 40

// A Set is a sequence of examples that all have the same fields. Its methods are
// safe for concurrent use.
type Set interface {
	Info() Info

	// Len returns the number of examples, [Endless] for a set without an end.
	Len() int64

	// Read puts example i, 0 <= i < Len, into row, which has an element for each
	// field of Info, with room for the field's values or with none: then the field
	// is not read. The same i always gives the same example. Another i is an error
	// that wraps [ErrRange].
	Read(row Row, i int64) error
}

// CheckRead returns the error of reading example i of set into row, if it is
// one: i is outside the set, or row is not made for it. Every Read begins with it.
func CheckRead(set Set, row Row, i int64) error {
	info := set.Info()
	if i < 0 || i >= set.Len() {
		return fmt.Errorf("dataset %s: example %d: %w: it has %d", info.Name, i, ErrRange, set.Len())
	}
	if len(row) != len(info.Fields) {
		return fmt.Errorf("dataset %s: reading %d fields into %d", info.Name, len(info.Fields), len(row))
	}
	for k, f := range info.Fields {
		if row[k].Len() > 0 && !row[k].fits(f, 1) {
			return fmt.Errorf("dataset %s: field %s: reading %d %s into %d values of another kind or number",
				info.Name, f.Name, f.Size(), f.Kind, row[k].Len())
		}
	}
	return nil
}
