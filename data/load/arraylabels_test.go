package load

import (
	"archive/zip"
	"bytes"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// A file is an entry of an archive.
type file struct {
	name    string
	content []byte
}

// npzBytes returns an archive of arrays in the given order.
func npzBytes(t testing.TB, arrays ...file) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, a := range arrays {
		w, err := archive.Create(a.name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(a.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// objects returns an npy file of Python objects.
func objects(t testing.TB) []byte {
	return bytes.Replace(npyBytes(t, []int{20}, make([]int64, 20)), []byte("'<i8'"), []byte("'|O' "), 1)
}

// cycle returns n numbers from first on, of k values.
func cycle[T format.Element](n, k int, of func(i int) T) []T {
	values := make([]T, n)
	for i := range values {
		values[i] = of(i % k)
	}
	return values
}

func TestArrayLabels(t *testing.T) {
	const n = 20
	x := file{"x", npyBytes(t, []int{n, 1, 1}, upTo(0, n))}
	points := file{"x", npyBytes(t, []int{n, 2}, make([]float32, 2*n))}
	i64 := func(first int64) []int64 { return cycle(n, 4, func(i int) int64 { return int64(i) + first }) }
	f64 := func(scale float64) []float64 { return cycle(n, 4, func(i int) float64 { return float64(i) * scale }) }
	y := func(name string) file { return file{name, npyBytes(t, []int{n}, i64(0))} }
	hot := cycle(4*n, 16, func(i int) uint8 { return []uint8{0: 1, 5: 1, 10: 1, 15: 1}[i] })
	named := func(names ...string) *data.Field {
		return &data.Field{Name: "class", Kind: data.Class, Classes: len(names), Labels: names}
	}
	four := data.Label(4)
	use := func(name string) string { return "the examples are the array x, the labels are the array " + name }
	unread := func(name string) string { return "the examples are the array x; not read: 1 other array: " + name }
	for _, c := range []struct {
		name   string
		arrays []file
		label  *data.Field
		first  []int32 // the first classes
		notes  string
	}{
		{"y", []file{x, y("y")}, &four, []int32{0, 1, 2, 3, 0}, use("y")},
		{"labels come first", []file{y("labels"), x}, &four, []int32{0, 1}, use("labels")},
		{"of points", []file{points, y("target")}, &four, []int32{0, 1}, use("target")},
		{"a column", []file{x, {"Y", npyBytes(t, []int{n, 1}, i64(0))}}, &four, []int32{0, 1}, use("Y")},
		{"a row", []file{x, {"labels", npyBytes(t, []int{1, n}, i64(0))}}, &four, []int32{0, 1}, use("labels")},
		{"bytes", []file{x, {"label", npyBytes(t, []int{n}, cycle(n, 4, func(i int) uint8 { return uint8(i) }))}}, &four, []int32{0, 1}, use("label")},
		{"whole floats", []file{x, {"y", npyBytes(t, []int{n}, f64(1))}}, &four, []int32{0, 1}, use("y")},
		{"booleans", []file{x, {"y", npyBytes(t, []int{n}, cycle(n, 2, func(i int) bool { return i == 1 }))}}, &data.Field{Name: "class", Kind: data.Class, Classes: 2}, []int32{0, 1, 0}, use("y")},
		{"one-hot", []file{x, {"y", npyBytes(t, []int{n, 4}, hot)}}, &four, []int32{0, 1, 2, 3, 0}, use("y")},
		{"one-hot before points", []file{{"y", npyBytes(t, []int{n, 4}, hot)}, points}, &four, []int32{0, 1, 2, 3, 0}, use("y")},
		{"from 1", []file{x, {"y", npyBytes(t, []int{n}, i64(1))}}, named("1", "2", "3", "4"), []int32{0, 1}, use("y")},
		{"with gaps", []file{x, {"y", npyBytes(t, []int{n}, f64(5))}}, named("0", "5", "10", "15"), []int32{0, 1, 2}, use("y")},
		{"one class", []file{x, {"y", npyBytes(t, []int{n}, make([]int32, n))}}, &data.Field{Name: "class", Kind: data.Class, Classes: 1}, []int32{0, 0}, use("y")},
		{"twice the same", []file{x, {"y", npyBytes(t, []int{n, 4}, hot)}, y("labels")}, &four, []int32{0, 1}, use("y") + "; not read: 1 other array: labels"},
		{"a clear name before others", []file{x, {"coarse_labels", npyBytes(t, []int{n}, i64(3))}, y("labels")}, &four, []int32{0, 1}, use("labels") + "; not read: 1 other array: coarse_labels"},
		{"a word", []file{x, y("fine_labels")}, &four, []int32{0, 1}, use("fine_labels")},
		{"another name", []file{x, y("arr_1")}, &four, []int32{0, 1}, use("arr_1")},
		{"train_labels", []file{x, y("train_labels")}, &four, []int32{0, 1}, use("train_labels")},

		{"two words", []file{x, y("fine_labels"), {"coarse_labels", npyBytes(t, []int{n}, i64(1))}}, nil, nil,
			"the examples are the array x; not read: 2 other arrays: fine_labels, coarse_labels\nthe arrays fine_labels, coarse_labels may all be labels, so none is used: call only one of them labels"},
		{"two clear names", []file{x, y("y"), {"labels", npyBytes(t, []int{n}, i64(1))}}, nil, nil,
			"the examples are the array x; not read: 2 other arrays: y, labels\nthe arrays y, labels may all be labels, so none is used: call only one of them labels"},
		{"two other names", []file{x, y("a"), {"b", npyBytes(t, []int{n}, i64(1))}}, nil, nil,
			"the examples are the array x; not read: 2 other arrays: a, b\nthe arrays a, b may all be labels, so none is used: call only one of them labels"},
		{"negative", []file{x, {"y", npyBytes(t, []int{n}, i64(-1))}}, nil, nil,
			unread("y") + "\nthe array y is not used as labels: element 0 is -1, want whole numbers from 0 to 2147483647"},
		{"fractional", []file{x, {"y", npyBytes(t, []int{n}, f64(.5))}}, nil, nil, unread("y") + "\nthe array y is not used as labels: element 1 is 0.5, want"},
		{"no number", []file{x, {"y", npyBytes(t, []int{n}, f64(math.NaN()))}}, nil, nil, unread("y") + "\nthe array y is not used as labels: element 0 is NaN, want"},
		{"infinite", []file{x, {"y", npyBytes(t, []int{n}, cycle(n, 1, func(int) float32 { return float32(math.Inf(1)) }))}}, nil, nil, unread("y") + "\nthe array y is not used as labels: element 0 is +Inf, want"},
		{"too large", []file{x, {"y", npyBytes(t, []int{n}, cycle(n, 1, func(int) uint64 { return math.MaxUint64 }))}}, nil, nil, unread("y") + "\nthe array y is not used as labels: element 0 is 18446744073709551615, want"},
		{"no one-hot", []file{x, {"y", npyBytes(t, []int{n, 4}, make([]uint8, 4*n))}}, nil, nil, unread("y") + "\nthe array y is not used as labels: its row 0 is not one-hot"},
		{"images as labels", []file{x, {"y", npyBytes(t, []int{n, 1, 1}, upTo(0, n))}}, nil, nil, unread("y") + "\nthe array y is not used as labels: its shape is [20 1 1], want [N], [N, 1] or one-hot [N, classes]"},
		{"objects", []file{x, {"y", objects(t)}}, nil, nil, unread("y") + "\nthe array y is not used as labels: malformed data: npy elements of type \"|O\" (Python objects)"},
		{"cut off", []file{x, {"y", npyBytes(t, []int{n}, i64(0))[:200]}}, nil, nil, unread("y") + "\nthe array y is not used as labels: malformed data: "},
		{"one number", []file{x, {"y", npyBytes(t, []int{}, []int64{3})}}, nil, nil, unread("y") + "\nthe array y is not used as labels: its shape is []"},
		{"a count in a list", []file{x, {"y", npyBytes(t, []int{1}, []int64{3})}}, nil, nil, unread("y")},
		{"none", []file{x, {"y", npyBytes(t, []int{0}, []int64{})}}, nil, nil, unread("y")},
		{"empty rows", []file{x, {"y", npyBytes(t, []int{n, 0}, []int64{})}}, nil, nil, unread("y") + "\nthe array y is not used as labels: its rows are empty"},
		{"names of classes", []file{x, {"classes", npyBytes(t, []int{3}, []int64{1, 2, 3})}}, nil, nil, unread("classes")},
		{"other names must be integers", []file{x, {"z", npyBytes(t, []int{n}, f64(1))}}, nil, nil, unread("z")},
		{"other names must not count", []file{x, {"id", npyBytes(t, []int{n}, cycle(n, n, func(i int) int32 { return int32(i) }))}}, nil, nil, unread("id")},
		{"of other examples", []file{{"x", npyBytes(t, []int{30, 2}, make([]float32, 60))}, {"z", npyBytes(t, []int{n, 1, 1}, upTo(0, n))}, y("y")}, nil, nil,
			"the examples are the array x; not read: 2 other arrays: z, y"},
		{"labels alone", []file{{"y", npyBytes(t, []int{n, 2}, make([]float32, 2*n))}}, nil, nil, ""},
	} {
		path := filepath.Join(inDir(t, map[string][]byte{"a.npz": npzBytes(t, c.arrays...)}), "a.npz")
		set, notes := whole(t, path, Options{})
		if got := strings.Join(notes, "\n"); !strings.HasPrefix(got, c.notes) || c.notes == "" && got != "" {
			t.Errorf("%s: notes\n%s\nwant\n%s", c.name, got, c.notes)
		}
		checkLabels(t, c.name, set, c.label, c.first)
	}
}

// checkLabels fails if the labels of a set have another field, nil if there are none, or
// other first classes.
func checkLabels(t *testing.T, name string, set data.Set, want *data.Field, first []int32) {
	t.Helper()
	field, ok := set.Info().Field(data.ClassField)
	if want == nil {
		if ok {
			t.Errorf("%s: labels %+v", name, field)
		}
		return
	}
	labels, err := data.ReadLabels(set)
	if diff := cmp.Diff(*want, field); err != nil || diff != "" || int64(len(labels)) != set.Len() {
		t.Errorf("%s: error %v, %d labels, %s", name, err, len(labels), diff)
	} else if !slices.Equal(labels[:len(first)], first) {
		t.Errorf("%s: labels %v, want %v", name, labels, first)
	}
}

// Labels of another number than the examples are an error; the array named alone is read.
func TestArrayLabelsFail(t *testing.T) {
	few := npyBytes(t, []int{7}, make([]int64, 7))
	for _, c := range []struct {
		name   string
		arrays []file
		kind   error
		want   string
	}{
		{"few", []file{{"x", npyBytes(t, []int{20, 1, 1}, upTo(0, 20))}, {"y", few}}, data.ErrFormat,
			"malformed data: the array y has 7 labels, and the array x has 20 examples (hint: to leave the labels out, name the array of the examples: "},
		{"of the test part", []file{{"x_train", npyBytes(t, []int{20, 1, 1}, upTo(0, 20))}, {"y_train", npyBytes(t, []int{20}, make([]int64, 20))},
			{"x_test", npyBytes(t, []int{9, 1, 1}, upTo(0, 9))}, {"y_test", few}}, data.ErrFormat, "the array y_test has 7 labels, and the array x_test has 9 examples"},
		{"transposed", []file{{"x", npyBytes(t, []int{3, 7}, make([]float32, 21))}, {"labels", few}}, data.ErrFormat,
			"the array labels has 7 labels, and the array x has 3 examples (hint: transpose x: each row must be an example)"},
		{"no examples", []file{{"x", npyBytes(t, []int{0, 2, 2}, []uint8{})}, {"y", few}}, data.ErrEmpty, "shape [0 2 2]"},
		{"broken examples", []file{{"x_test", npyBytes(t, []int{7, 1, 1}, upTo(0, 7))}, {"x_train", objects(t)}, {"y_test", few}}, data.ErrFormat, "array x_train: malformed data: npy elements of type"},
		{"labels alone", []file{{"y", few}}, data.ErrFormat, "none of its arrays holds images, volumes or points (hint: it has y [7])"},
		{"objects", []file{{"x", objects(t)}, {"y", few}}, data.ErrFormat, "none of its arrays holds images, volumes or points (hint: it has x (not read: "},
	} {
		dir := inDir(t, map[string][]byte{"a.npz": npzBytes(t, c.arrays...)})
		path := filepath.Join(dir, "a.npz")
		_, err := Open(path, data.Train, 1)
		if !errors.Is(err, c.kind) || !strings.Contains(hint.Text(err), c.want) || strings.Count(err.Error(), "dataset ") != 1 {
			t.Errorf("%s: error %s, want %q", c.name, hint.Text(err), c.want)
		}
		if name := c.arrays[0].name; c.name == "few" {
			if set, notes := whole(t, path+":"+name, Options{}); set.Len() != 20 || len(set.Info().Fields) != 1 || len(notes) > 0 {
				t.Errorf("%s: %d of %v, notes %v", name, set.Len(), set.Info(), notes)
			}
		}
	}
}

func TestArrayParts(t *testing.T) {
	images := func(name string, from, n int) file {
		return file{name, npyBytes(t, []int{n, 1, 1}, upTo(from, n))}
	}
	labels := func(name string, n, k int) file {
		return file{name, npyBytes(t, []int{n, 1}, cycle(n, k, func(i int) uint8 { return uint8(i) }))}
	}
	for _, c := range []struct {
		name   string
		arrays []file
		parts  [3]int // numbers of examples
		fields []data.Field
		notes  string
	}{
		{"Keras", []file{images("x_test", 100, 6), images("x_train", 0, 24), labels("y_train", 24, 3), labels("y_test", 6, 2)}, [3]int{20, 4, 6},
			[]data.Field{data.Image(1, 1, 1), data.Label(3)}, "the examples are the arrays x_train (train), x_test (test), the labels are the arrays y_train, y_test"},
		{"MedMNIST", []file{images("train_images", 0, 20), images("val_images", 50, 5), images("test_images", 60, 6), labels("train_labels", 20, 3), labels("val_labels", 5, 4), labels("test_labels", 6, 2)}, [3]int{20, 5, 6},
			[]data.Field{data.Image(1, 1, 1), data.Label(4)}, "the examples are the arrays train_images (train), val_images (validation), test_images (test), the labels are the arrays train_labels, val_labels, test_labels"},
		{"without labels", []file{images("train", 0, 24), images("test", 100, 6)}, [3]int{20, 4, 6},
			[]data.Field{data.Image(1, 1, 1)}, "the examples are the arrays train (train), test (test)"},
		{"together", []file{images("Xtrain", 0, 24), images("Xtest", 100, 6), labels("Ytrain", 24, 3), labels("Ytest", 6, 2)}, [3]int{20, 4, 6},
			[]data.Field{data.Image(1, 1, 1), data.Label(3)}, "the examples are the arrays Xtrain (train), Xtest (test), the labels are the arrays Ytrain, Ytest"},
		{"a test part without labels", []file{images("x_train", 0, 40), images("x_test", 100, 6), labels("y_train", 40, 4)}, [3]int{32, 4, 4},
			[]data.Field{data.Image(1, 1, 1), data.Label(4)}, "the examples are the array x_train, the labels are the array y_train; not read: 1 other array: x_test\nthe array x_test is not the test part: it has no labels"},
		{"labels only for test", []file{images("x_train", 0, 24), images("x_test", 100, 6), labels("y_test", 6, 2)}, [3]int{20, 4, 6},
			[]data.Field{data.Image(1, 1, 1)}, "the examples are the arrays x_train (train), x_test (test); not read: 1 other array: y_test"},
		{"a test part of another size", []file{images("x_train", 0, 40), {"x_test", npyBytes(t, []int{3, 1, 2}, upTo(0, 6))}}, [3]int{32, 4, 4},
			[]data.Field{data.Image(1, 1, 1)}, "the examples are the array x_train; not read: 1 other array: x_test"},
		{"a test part that is broken", []file{images("x_train", 0, 40), {"x_test", objects(t)}}, [3]int{32, 4, 4},
			[]data.Field{data.Image(1, 1, 1)}, "the examples are the array x_train; not read: 1 other array: x_test\nthe array x_test is not the test part: malformed data: "},
		{"labels of another part", []file{images("x_test", 0, 40), labels("y_train", 40, 4)}, [3]int{32, 4, 4},
			[]data.Field{data.Image(1, 1, 1)}, "the examples are the array x_test; not read: 1 other array: y_train"},
		{"only for test", []file{images("x_test", 0, 40), labels("y_test", 40, 4)}, [3]int{32, 4, 4},
			[]data.Field{data.Image(1, 1, 1), data.Label(4)}, "the examples are the array x_test, the labels are the array y_test"},
	} {
		path := filepath.Join(inDir(t, map[string][]byte{"a.npz": npzBytes(t, c.arrays...)}), "a.npz")
		parts := NewParts(path, 1)
		for split, n := range c.parts {
			set, err := parts.Open(t.Context(), data.Split(split))
			if err != nil {
				t.Errorf("%s, %v: %s", c.name, data.Split(split), hint.Text(err))
				continue
			}
			if diff := cmp.Diff(c.fields, set.Info().Fields); diff != "" || int(set.Len()) != n {
				t.Errorf("%s, %v: %d examples, want %d; %s", c.name, data.Split(split), set.Len(), n, diff)
			}
			if got := numbers(t, set)[0]; strings.HasSuffix(c.notes, "y_test") && len(c.arrays) > 2 && (got >= 100) != (split == int(data.Test)) {
				t.Errorf("%s, %v: the first image is %d", c.name, data.Split(split), got)
			}
		}
		if got := strings.Join(parts.Notes(), "\n"); !strings.HasPrefix(got, c.notes) {
			t.Errorf("%s: notes\n%s\nwant\n%s", c.name, got, c.notes)
		}
	}
}

func TestRoleOf(t *testing.T) {
	for name, want := range map[string]arrayRole{
		"x": {stem: "x"}, "X": {stem: "x"}, "arr_0": {stem: "arr_0"}, "latest": {stem: "latest"}, "": {},
		"x_train": {"x", true, data.Train}, "train-images": {"images", true, data.Train}, "TEST": {"", true, data.Test},
		"trainX": {"x", true, data.Train}, "ytest": {"y", true, data.Test}, "trainLabels": {"labels", true, data.Train},
		"X_valid": {"x", true, data.Validation}, "xtraining": {"x", true, data.Train}, "fine_labels_test": {"fine_labels", true, data.Test},
	} {
		if got := roleOf(name); got != want {
			t.Errorf("%q: %+v, want %+v", name, got, want)
		}
	}
}

// Too many classes are no classes.
func TestTooManyClasses(t *testing.T) {
	many := make([]int32, 2*maxClasses+2)
	for i := range many {
		many[i] = int32(i / 2)
	}
	a := format.Named{Name: "y", Array: &format.Array{Shape: []int{len(many)}, Data: many}}
	if _, err := labelValues(a, strongName); err == nil || err.Error() != "it has 65537 different values, want at most 65536" {
		t.Errorf("too many: %v", err)
	}
	a.Array = &format.Array{Shape: []int{101}, Data: cycle(101, 101, func(i int) int16 { return int16(i) })}
	if _, err := labelValues(a, strongName); err == nil || err.Error() != "its 101 values are all different" {
		t.Errorf("all different: %v", err)
	}
}

// Of SVHN: images with the examples last, and labels from 1 to 10.
func TestLabelsOfMATLAB(t *testing.T) {
	pixels := make([]byte, 5*5*3*20)
	for i := range pixels {
		pixels[i] = byte(i % 20) // the last axis is the example
	}
	labels := cycle(20, 10, func(i int) uint8 { return uint8(i + 1) })
	arrays, err := examplesFirst([]format.Named{
		{Name: "X", Array: &format.Array{Shape: []int{5, 5, 3, 20}, Data: pixels}},
		{Name: "y", Array: &format.Array{Shape: []int{20, 1}, Data: labels}},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	set := chosenSet(t, arrays)
	field, _ := set.Info().Field(data.ClassField)
	if diff := cmp.Diff(strings.Fields("1 2 3 4 5 6 7 8 9 10"), field.Labels); diff != "" || !set.Info().First().Same(data.Image(3, 5, 5)) {
		t.Errorf("%v, %s", set.Info(), diff)
	}
	for i := range 20 {
		if got := numbers(t, set)[i]; got != i || class(t, set, int64(i)) != i%10 {
			t.Errorf("example %d is %d of class %d", i, got, class(t, set, int64(i)))
		}
	}
}

// chosenSet returns the set for training of the arrays of a file.
func chosenSet(t *testing.T, arrays []format.Named) data.Set {
	t.Helper()
	found, _, err := sourceOfArrays("a", "a.mat", arrays, "", Options{})
	if err != nil {
		t.Fatal(hint.Text(err))
	}
	set, err := found.parts[data.Train](t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Whatever arrays a file has, there is a set that can be read, or an error of a kind.
func FuzzNamedArrays(f *testing.F) {
	x := npyBytes(f, []int{4, 1, 2}, upTo(0, 8))
	f.Add("x_train", x, "y_train", npyBytes(f, []int{4, 1}, []int64{1, 2, 1, 2}), "x_test", x, "y_test", npyBytes(f, []int{4}, []float64{1, 3, 1, 2}))
	f.Add("y", npyBytes(f, []int{4, 2}, []uint8{1, 0, 0, 1, 1, 0, 0, 1}), "x", npyBytes(f, []int{4, 2}, make([]float32, 8)), "b", objects(f), "c", x[:100])
	f.Add("a", x, "b", npyBytes(f, []int{4}, []int32{1, 2, 1, -2}), "labels", npyBytes(f, []int{3}, []uint64{1, 2, 1 << 63}), "a", x)
	f.Fuzz(func(t *testing.T, name1 string, file1 []byte, name2 string, file2 []byte, name3 string, file3 []byte, name4 string, file4 []byte) {
		var arrays []format.Named
		for _, a := range []file{{name1, file1}, {name2, file2}, {name3, file3}, {name4, file4}} {
			array, err := format.DecodeNPY(bytes.NewReader(a.content))
			arrays = append(arrays, format.Named{Name: a.name, Array: array, Err: err})
		}
		arrays, _ = examplesFirst(arrays, nil)
		found, _, err := sourceOfArrays("fuzz", "fuzz.npz", arrays, "", Options{})
		if err != nil {
			if !errors.Is(err, data.ErrFormat) && !errors.Is(err, data.ErrEmpty) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		var info data.Info
		for _, read := range found.parts {
			if read == nil {
				continue
			}
			set, err := read(t.Context())
			if err == nil {
				err = set.Read(set.Info().NewRow(), set.Len()-1)
			}
			if err != nil {
				t.Fatal(err)
			}
			if info.Fields != nil && !info.Same(set.Info()) {
				t.Fatalf("parts of %v and %v", info, set.Info())
			}
			info = set.Info()
		}
	})
}
