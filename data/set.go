package data

import "fmt"

// Endless is the length of a set that is drawn when it is read. No run reads all of these
// examples: at a million a second that takes twelve days.
const Endless int64 = 1 << 40

// A Set is a sequence of examples that all have the same fields. Its methods are
// safe for concurrent use.
type Set interface {
	Info() Info

	// Len returns the number of examples. It is [Endless] for an endless set.
	Len() int64

	// Read writes example i, 0 <= i < Len, to row. The row has an element for each
	// field of Info. An element with memory gets the values of its field. The field
	// of an element without memory is not read. The same i always gives the same
	// example. An i outside the range is an error that wraps [ErrRange].
	Read(row Row, i int64) error
}

// CheckRead returns an error if i is outside the set or if row does not fit its fields.
// Every Read begins with this call.
func CheckRead(set Set, row Row, i int64) error {
	info := set.Info()
	if i < 0 || i >= set.Len() {
		return fmt.Errorf("dataset %s: example %d: %w: it has %d", info.Name, i, ErrRange, set.Len())
	}
	if len(row) != len(info.Fields) {
		return fmt.Errorf("dataset %s: examples have %d fields, the row has %d", info.Name, len(info.Fields), len(row))
	}
	for k, f := range info.Fields {
		if row[k].Len() > 0 && !row[k].fits(f, 1) {
			return fmt.Errorf("dataset %s: field %s: the row must have %d %s, or nothing; it has %d values of another kind or number",
				info.Name, f.Name, f.Size(), f.Kind, row[k].Len())
		}
	}
	return nil
}
