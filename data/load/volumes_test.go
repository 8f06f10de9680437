package load

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// marked returns volumes of the given number of voxels. Each has one voxel with the given
// value, or none if the value is 0.
func marked[T uint8 | int32 | float32](size int, values ...T) []T {
	out := make([]T, size*len(values))
	for i, v := range values {
		out[i*size+i] = v
	}
	return out
}

func TestVolumesFromArray(t *testing.T) {
	for name, c := range map[string]struct {
		array format.Array
		field data.Field
		want  byte // the value of the first voxel
	}{
		"occupied":                    {array([]int{2, 5, 6, 7}, marked[int32](210, 1, 1)), data.Volume(5, 6, 7), 255},
		"bytes":                       {array([]int{1, 5, 5, 5}, marked[uint8](125, 7)), data.Volume(5, 5, 5), 7},
		"small, with an axis of ones": {array([]int{1, 1, 2, 1, 3}, marked[float32](6, .4)), data.Volume(2, 1, 3), 102},
		"channel at the end":          {array([]int{1, 2, 4, 3, 1}, marked[uint8](24, 1)), data.Volume(2, 4, 3), 255},
		"faint":                       {array([]int{1, 5, 5, 5}, marked[float32](125, 1./255)), data.Volume(5, 5, 5), 1},
	} {
		set, err := VolumesFromArray("v", &c.array)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(data.NewInfo("v", c.field), set.Info()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if got := set.Column("x").Bytes[0]; got != c.want {
			t.Errorf("%s: the first voxel is %d, want %d", name, got, c.want)
		}
	}
	for want, a := range map[string]format.Array{
		"shape [2 4 5 5], want (N, X, Y, Z) with sides of at least 5, (N, 1, X, Y, Z) or (N, X, Y, Z, 1)": array([]int{2, 4, 5, 5}, make([]uint8, 200)),
		"shape [1 2 5 5 5], want (N, X, Y, Z)": array([]int{1, 2, 5, 5, 5}, make([]uint8, 250)),
		"element 0 is 300, want 0 to 255":      array([]int{1, 5, 5, 5}, marked[int32](125, 300)),
	} {
		if _, err := VolumesFromArray("v", &a); !errors.Is(err, data.ErrFormat) || !strings.Contains(hint.Text(err), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if _, err := VolumesFromArray("v", &format.Array{Shape: []int{0, 5, 5, 5}, Data: []uint8{}}); !errors.Is(err, data.ErrEmpty) {
		t.Errorf("no volumes: %v", err)
	}
}

// modelNet returns an archive like that of ModelNet10. The values of the volumes are those
// of marked.
func modelNet(t *testing.T, side int, train, test []int32) []byte {
	size := side * side * side
	labels := func(n int) []byte {
		y := make([]int64, n)
		for i := range y {
			y[i] = int64(i * 10 / n)
		}
		return npyBytes(t, []int{n}, y)
	}
	return npzBytes(t,
		file{"X_train", npyBytes(t, []int{len(train), side, side, side}, marked(size, train...))},
		file{"X_test", npyBytes(t, []int{len(test), side, side, side}, marked(size, test...))},
		file{"y_train", labels(len(train))}, file{"y_test", labels(len(test))})
}

// TestEmptyVolumes leaves volumes without voxels out of each part, with their labels.
func TestEmptyVolumes(t *testing.T) {
	train := slices.Repeat([]int32{1}, 40)
	train[3], train[22] = 0, 0
	test := slices.Repeat([]int32{1}, 10)
	test[9] = 0
	path := filepath.Join(inDir(t, map[string][]byte{"a.npz": modelNet(t, 6, train, test)}), "a.npz")
	parts := New(path, 1, Options{})
	n := map[data.Split]int64{}
	for split := data.Train; split <= data.Test; split++ {
		set, err := parts.Open(t.Context(), split)
		if err != nil {
			t.Fatal(err)
		}
		n[split] = set.Len()
		row := set.Info().NewRow()
		for i := range set.Len() {
			if err := set.Read(row, i); err != nil {
				t.Fatal(err)
			}
			at := bytes.IndexByte(row[0].Bytes, 255)
			if want := int32(at / 4); split != data.Test && row[1].Ints[0] != want {
				t.Errorf("%v: the volume with number %d has class %d, want %d", split, at, row[1].Ints[0], want)
			}
		}
	}
	if n[data.Train]+n[data.Validation] != 38 || n[data.Test] != 9 {
		t.Errorf("there are %v volumes", n)
	}
	notes := strings.Join(parts.Notes(), "\n")
	for _, want := range []string{
		"2 volumes have no occupied voxel, and are left out of the train part",
		"1 volume has no occupied voxel, and is left out of the test part",
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("notes %q, want %q", notes, want)
		}
	}

	alone := New(path+":X_train", 1, Options{})
	if _, err := alone.Open(t.Context(), data.Train); err != nil || !strings.Contains(strings.Join(alone.Notes(), "\n"), "2 volumes have no occupied voxel") {
		t.Errorf("one array: %v, notes %q", err, alone.Notes())
	}
	none := inDir(t, map[string][]byte{"a.npy": npyBytes(t, []int{2, 5, 5, 5}, make([]uint8, 250))})
	if _, err := Open(none, data.Train, 1); !errors.Is(err, data.ErrEmpty) || !strings.Contains(err.Error(), "all volumes are empty") {
		t.Errorf("empty volumes: %v", err)
	}
}

// TestModelNet opens the set of the catalogue. Its examples are sorted by class, so those
// for validation must be drawn from all classes.
func TestModelNet(t *testing.T) {
	entry, err := data.Lookup("modelnet10-voxels")
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	dataIn(t, root)
	writeFile(t, filepath.Join(root, entry.Info.Name, entry.Files[0].Name), modelNet(t, 32, slices.Repeat([]int32{1}, 60), slices.Repeat([]int32{1}, 10)))
	parts := New(entry.Info.Name, 1, Options{})
	for split, want := range map[data.Split]int64{data.Train: 50, data.Validation: 10, data.Test: 10} {
		set, err := parts.Open(t.Context(), split)
		if err != nil {
			t.Fatal(err)
		}
		if !set.Info().Same(entry.Info) || set.Len() != want {
			t.Errorf("%v: %d of %+v", split, set.Len(), set.Info())
		}
		labels, err := data.ReadLabels(set)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(labels)
		if classes := slices.Compact(labels); len(classes) != 10 {
			t.Errorf("%v has the classes %v", split, classes)
		}
	}
	if parts.Published() {
		t.Error("the parts depend on the seed, and are said to be published")
	}
}
