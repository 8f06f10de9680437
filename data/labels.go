package data

// ReadLabels returns the values of the field [ClassField] of all examples of a set
// that has an end, [set.Len()], nil if the set has no such field. Other fields are
// not read. An error is one of reading.
func ReadLabels(set Set) ([]int32, error) {
	info := set.Info()
	if label, ok := info.Field(ClassField); !ok || label.Kind != Class {
		return nil, nil
	}
	row := info.RowOf(ClassField)
	label := row.Of(info, ClassField).Ints
	labels := make([]int32, set.Len())
	for i := range labels {
		if err := set.Read(row, int64(i)); err != nil {
			return nil, err
		}
		labels[i] = label[0]
	}
	return labels, nil
}
