package load

import "github.com/gander-ml/gander/data"

// labelled returns the set of the images in pixels, [n, field.Shape...], with their
// labels, [n], unless these are nil.
func labelled(name string, field data.Field, pixels []byte, labels []int32, classes int) (*data.Table, error) {
	if labels == nil {
		return data.NewTable(data.NewInfo(name, field), data.Values{Bytes: pixels})
	}
	info := data.NewInfo(name, field, data.Label(classes))
	return data.NewTable(info, data.Values{Bytes: pixels}, data.Values{Ints: labels})
}
