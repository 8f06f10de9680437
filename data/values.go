package data

// Values is memory for values of one field. The kind of the field determines which of the
// slices is used. The others are nil.
type Values struct {
	Bytes  []byte    // of Pixels
	Floats []float32 // of Numbers
	Ints   []int32   // of Class and Tokens
}

// NewValues returns memory for the field f of n examples, [n, f.Shape...].
func NewValues(f Field, n int) Values {
	size := n * f.Size()
	switch f.Kind {
	case Pixels:
		return Values{Bytes: make([]byte, size)}
	case Numbers:
		return Values{Floats: make([]float32, size)}
	}
	return Values{Ints: make([]int32, size)}
}

// Len returns the number of values.
func (v Values) Len() int { return len(v.Bytes) + len(v.Floats) + len(v.Ints) }

// Slice returns values lo to hi-1. They share the memory of v.
func (v Values) Slice(lo, hi int) Values {
	switch {
	case v.Bytes != nil:
		return Values{Bytes: v.Bytes[lo:hi]}
	case v.Floats != nil:
		return Values{Floats: v.Floats[lo:hi]}
	case v.Ints != nil:
		return Values{Ints: v.Ints[lo:hi]}
	}
	return Values{}
}

// copyFrom fills v with the values of w from index first on.
func (v Values) copyFrom(w Values, first int) {
	switch {
	case v.Bytes != nil:
		copy(v.Bytes, w.Bytes[first:])
	case v.Floats != nil:
		copy(v.Floats, w.Floats[first:])
	case v.Ints != nil:
		copy(v.Ints, w.Ints[first:])
	}
}

// lenOf returns the number of values that are of kind k.
func (v Values) lenOf(k Kind) int {
	switch k {
	case Pixels:
		return len(v.Bytes)
	case Numbers:
		return len(v.Floats)
	}
	return len(v.Ints)
}

// fits reports whether v has exactly the memory for n examples of f.
func (v Values) fits(f Field, n int) bool {
	have := v.lenOf(f.Kind)
	return have == n*f.Size() && have == v.Len()
}

// A Row is memory for one example. It has an element for each field of the set, in the
// same order. If an element is the zero Values, its field is not read.
type Row []Values

// NewRow returns memory for one example.
func (i Info) NewRow() Row {
	row := make(Row, len(i.Fields))
	for k, f := range i.Fields {
		row[k] = NewValues(f, 1)
	}
	return row
}

// RowOf returns memory for the named fields of one example. Other fields are not read.
// Names without a field are ignored.
func (i Info) RowOf(names ...string) Row {
	row := make(Row, len(i.Fields))
	for _, name := range names {
		if k := i.index(name); k >= 0 {
			row[k] = NewValues(i.Fields[k], 1)
		}
	}
	return row
}

// Of returns the values of the field called name. The row must be of a set that info
// describes. If there is no such field, the result has no values.
func (r Row) Of(info Info, name string) Values {
	if k := info.index(name); k >= 0 && k < len(r) {
		return r[k]
	}
	return Values{}
}
