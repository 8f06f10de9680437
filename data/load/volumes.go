package load

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
)

// leastVolume is the least side of the volumes of an array of four axes. With a shorter
// axis, the array could hold images with an unusual number of channels.
const leastVolume = 5

// VolumesFromArray returns the set, called name and without labels, of the volumes in a:
// [n, x, y, z] with sides of at least 5, [n, 1, x, y, z] or [n, x, y, z, 1]. The z axis is
// upwards. Its elements are those of [ImagesFromArray], with one difference: if all are the
// whole numbers 0 and 1, then 1 means an occupied voxel, and becomes white.
//
// Other arrays are an error that wraps [data.ErrFormat]. For an array without volumes
// the error wraps [data.ErrEmpty]. The set may use the memory of a.Data without copying
// it, so do not change a.Data afterwards.
func VolumesFromArray(name string, a *format.Array) (*data.Table, error) {
	fail := func(err error) (*data.Table, error) { return nil, fmt.Errorf("dataset %s: %w", name, err) }
	field, ok := volumeField(a.Shape)
	if !ok {
		return fail(fmt.Errorf("%w: shape %v, want (N, X, Y, Z) with sides of at least %d, (N, 1, X, Y, Z) or (N, X, Y, Z, 1)", data.ErrFormat, a.Shape, leastVolume))
	}
	if a.Shape[0] == 0 {
		return fail(fmt.Errorf("%w: shape %v", data.ErrEmpty, a.Shape))
	}
	voxels, err := voxelBytes(a)
	if err != nil {
		return fail(err)
	}
	return data.NewTable(data.NewInfo(name, field), data.Values{Bytes: voxels})
}

// voxelBytes is [pixelBytes] for voxels: if all elements are the whole numbers 0 and 1, then
// 1 becomes 255.
func voxelBytes(a *format.Array) ([]byte, error) {
	voxels, err := pixelBytes(a)
	if err != nil || isFloats(a) || slices.ContainsFunc(voxels, func(v byte) bool { return v > 1 }) {
		return voxels, err
	}
	occupied := make([]byte, len(voxels))
	for i, v := range voxels {
		occupied[i] = 255 * v
	}
	return occupied, nil
}

// volumeField reads the shape of an array of volumes.
func volumeField(shape []int) (field data.Field, ok bool) {
	switch {
	case len(shape) == 5 && shape[1] == 1:
		return data.Volume(shape[2], shape[3], shape[4]), true
	case len(shape) == 5 && shape[4] == 1:
		return data.Volume(shape[1], shape[2], shape[3]), true
	case len(shape) == 4 && min(shape[1], shape[2], shape[3]) >= leastVolume:
		return data.Volume(shape[1], shape[2], shape[3]), true
	}
	return data.Field{}, false
}

// withoutEmpty returns a set without the volumes that have no occupied voxel, and their
// number. A set of other examples does not change. If all volumes are empty, it returns
// an error.
func withoutEmpty(set *data.Table) (kept *data.Table, left int, err error) {
	info := set.Info()
	size := info.First().Size()
	if !info.First().IsVolume() {
		return set, 0, nil
	}
	voxels := set.Column(info.First().Name).Bytes
	isEmpty := func(i int) bool {
		return !slices.ContainsFunc(voxels[i*size:(i+1)*size], func(v byte) bool { return v > 0 })
	}
	var full []int
	for i := range int(set.Len()) {
		if !isEmpty(i) {
			full = append(full, i)
		}
	}
	left = int(set.Len()) - len(full)
	if left == 0 {
		return set, 0, nil
	}
	columns := make([]data.Values, len(info.Fields))
	for k, f := range info.Fields {
		columns[k] = data.NewValues(f, len(full))
	}
	row := make(data.Row, len(info.Fields))
	for j, i := range full {
		for k, f := range info.Fields {
			row[k] = columns[k].Slice(j*f.Size(), (j+1)*f.Size())
		}
		if err := set.Read(row, int64(i)); err != nil {
			return nil, left, err
		}
	}
	kept, err = data.NewTable(info, columns...)
	if err != nil {
		return nil, left, fmt.Errorf("%w: all volumes are empty", err)
	}
	return kept, left, nil
}

// emptyNote returns the note on empty volumes of a part. part is "" if there are no parts.
func emptyNote(n int, part string) string {
	note := count(n, "volume has no occupied voxel, and is", "volumes have no occupied voxel, and are") + " left out"
	if part != "" {
		note += " of the " + part + " part"
	}
	return note
}
