package data

// ReadLabels returns the values of the field [ClassField] of all examples, [set.Len()].
// The set must not be endless. If it has no such field, the result is nil. Other fields
// are not read. Errors are those of reading.
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
