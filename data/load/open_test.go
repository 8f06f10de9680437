package load

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// inDir writes files, contents by name, to a new folder.
func inDir(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// dataIn has datasets looked for in root, and in an empty cache.
func dataIn(t *testing.T, root string) {
	t.Helper()
	t.Setenv(DirVariable, root)
	cache := t.TempDir()
	for _, variable := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(variable, cache)
	}
}

// upTo returns the bytes from to from+n-1.
func upTo(from, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(from + i)
	}
	return b
}

// mnistLike returns a folder's files: 12 training images and 3 test images of
// 1x1, numbered on.
func mnistLike(t *testing.T) map[string][]byte {
	return map[string][]byte{
		"train-images-idx3-ubyte.gz": zipped(t, encodeIDX(t, []int{12, 1, 1}, upTo(0, 12))),
		"train-labels-idx1-ubyte":    encodeIDX(t, []int{12}, bytes.Repeat([]byte{1, 6}, 6)),
		"t10k-images-idx3-ubyte":     encodeIDX(t, []int{3, 1, 1}, upTo(12, 3)),
		"t10k-labels-idx1-ubyte.gz":  zipped(t, encodeIDX(t, []int{3}, []byte{0, 1, 2})),
	}
}

func encodeIDX(t testing.TB, shape []int, content []byte) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := format.EncodeIDX(&file, shape, content); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func zipped(t testing.TB, plain []byte) []byte {
	t.Helper()
	var file bytes.Buffer
	w := gzip.NewWriter(&file)
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func npyBytes[T format.Element](t testing.TB, shape []int, elements []T) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := format.EncodeNPY(&file, shape, elements); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// open1 opens a part that is dealt by index, so that tests can tell what is in it.
func open1(t *testing.T, name string, split data.Split) data.Set {
	t.Helper()
	set, err := New(name, 1, Options{Dealt: true}).Open(t.Context(), split)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// numbers reads the first byte of every image of set.
func numbers(t testing.TB, set data.Set) []int {
	t.Helper()
	row := set.Info().RowOf(data.ExampleField)
	var first []int
	for i := range set.Len() {
		if err := set.Read(row, i); err != nil {
			t.Fatal(err)
		}
		first = append(first, int(row[0].Bytes[0]))
	}
	return first
}

// class reads the label of example i of set.
func class(t testing.TB, set data.Set, i int64) int {
	t.Helper()
	row := set.Info().RowOf(data.ClassField)
	if err := set.Read(row, i); err != nil {
		t.Fatal(err)
	}
	return int(row.Of(set.Info(), data.ClassField).Ints[0])
}

func TestOpenDigits(t *testing.T) {
	set := open1(t, "digits", data.Validation)
	if diff := cmp.Diff(data.NewInfo("digits", data.Image(1, 28, 28), data.Label(10)), set.Info()); diff != "" {
		t.Error(diff)
	}
	if set.Len() != data.Endless {
		t.Errorf("length %d", set.Len())
	}
}

func TestOpenFolder(t *testing.T) {
	dir := inDir(t, mnistLike(t))
	for split, want := range map[data.Split][]int{
		data.Train: {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, data.Validation: {10, 11}, data.Test: {12, 13, 14},
	} {
		set := open1(t, dir, split)
		if diff := cmp.Diff(want, numbers(t, set)); diff != "" {
			t.Errorf("%v: %s", split, diff)
		}
		// The highest label, 6, is in the training file alone.
		if diff := cmp.Diff(data.NewInfo(dir, data.Image(1, 1, 1), data.Label(7)), set.Info()); diff != "" {
			t.Errorf("%v: %s", split, diff)
		}
	}
	if label := class(t, open1(t, dir, data.Test), 2); label != 2 {
		t.Errorf("label %d, want 2", label)
	}
}

func TestOpenFolderWithoutTestImages(t *testing.T) {
	dir := inDir(t, map[string][]byte{"train-images-idx4-ubyte": encodeIDX(t, []int{20, 3, 1, 1}, upTo(0, 60))})
	for split, want := range map[data.Split][]int{data.Validation: {24, 54}, data.Test: {27, 57}} {
		set := open1(t, dir, split)
		if diff := cmp.Diff(want, numbers(t, set)); diff != "" {
			t.Errorf("%v: %s", split, diff)
		}
		if diff := cmp.Diff(data.NewInfo(dir, data.Image(3, 1, 1)), set.Info()); diff != "" {
			t.Errorf("%v: %s", split, diff)
		}
	}
}

func TestOpenFile(t *testing.T) {
	dir := inDir(t, map[string][]byte{
		"faces-images-idx3-ubyte.gz": zipped(t, encodeIDX(t, []int{9, 1, 1}, upTo(0, 9))),
		"faces-labels-idx1-ubyte":    encodeIDX(t, []int{9}, upTo(0, 9)),
		"plain.idx":                  encodeIDX(t, []int{9, 1, 1}, upTo(0, 9)),
		"bytes.npy":                  npyBytes(t, []int{9, 1, 2}, upTo(0, 18)),
		"only/floats.npy":            npyBytes(t, []int{9, 3, 1, 2}, make([]float32, 54)),
	})
	for name, want := range map[string][]data.Field{
		"faces-images-idx3-ubyte.gz": {data.Image(1, 1, 1), data.Label(9)},
		"plain.idx":                  {data.Image(1, 1, 1)},
		"bytes.npy":                  {data.Image(1, 1, 2)},
		"only":                       {data.Image(3, 1, 2)},
	} {
		set := open1(t, filepath.Join(dir, name), data.Train)
		if diff := cmp.Diff(want, set.Info().Fields); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if set.Len() != 8 {
			t.Errorf("%s: %d images to learn from, want 8 of 9", name, set.Len())
		}
	}
}

func TestOpenCatalogue(t *testing.T) {
	files := map[string][]byte{}
	for name, content := range mnistLike(t) {
		files["mnist/"+name] = content
	}
	root := inDir(t, files)
	dataIn(t, root)
	_, err := Open("mnist", data.Train, 0)
	if !errors.Is(err, data.ErrFormat) || !strings.Contains(hint.Text(err), "1x1x1 and one of 7 classes, want 1x28x28 and one of 10 classes") {
		t.Errorf("another set in MNIST's folder: %v", err)
	}
	if err := os.Remove(filepath.Join(root, "mnist", "t10k-images-idx3-ubyte")); err != nil {
		t.Fatal(err)
	}
	_, err = Open("mnist", data.Train, 0)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(hint.Text(err), "mnist lacks t10k-images-idx3-ubyte.gz") {
		t.Errorf("a folder that lacks a file: %v", err)
	}
	_, err = Open("fashion-mnist", data.Train, 0)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(hint.Text(err), "(hint: gander data get fashion-mnist)") {
		t.Errorf("a set that is not here: %v", err)
	}
}

func TestOpenPoints(t *testing.T) {
	dir := inDir(t, map[string][]byte{
		"ten.csv":     []byte("x,y\n" + strings.Repeat("1,2\n", 10)),
		"TEN.CSV.gz":  zipped(t, []byte(strings.Repeat("1,2\n", 10))),
		"ten.npy":     npyBytes(t, []int{10, 2}, make([]float32, 20)),
		"bad.csv":     []byte("1,2\n1,z\n"),
		"text":        []byte("x,y\n" + strings.Repeat("1,2\n", 10)),
		"whole.npy":   npyBytes(t, []int{10, 2}, make([]int32, 20)),
		"bytes.npy":   npyBytes(t, []int{10, 2}, make([]byte, 20)),
		"nothing.csv": nil,
	})
	for _, name := range []string{"ten.csv", "TEN.CSV.gz", "ten.npy", "text", "whole.npy"} {
		set := open1(t, filepath.Join(dir, name), data.Train)
		if set.Len() != 8 || !set.Info().First().Same(data.Point(2)) {
			t.Errorf("%s: %d of %+v", name, set.Len(), set.Info())
		}
	}
	for name, want := range map[string]string{
		"bad.csv":     `bad.csv: malformed data: line 2, column 2: "z" is not a number`,
		"bytes.npy":   "rows of 2 elements of type []uint8 (hint: for images --set data.size=N, with N their size, such as 28 or 32x16 (height x width);",
		"nothing.csv": "no examples: the file has no line with numbers",
	} {
		if _, err := Open(filepath.Join(dir, name), data.Train, 0); err == nil || !strings.Contains(hint.Text(err), want) {
			t.Errorf("%s: error %v, want %q", name, err, want)
		}
	}
}

// TestParts opens all parts of a dataset whose files go away after the first.
func TestParts(t *testing.T) {
	images := mnistLike(t)
	delete(images, "t10k-images-idx3-ubyte")
	delete(images, "t10k-labels-idx1-ubyte.gz")
	pictures := t.TempDir()
	for i := range 20 {
		putPicture(t, grey(1, 1, byte(i)), pictures, fmt.Sprintf("%02d.png", i))
	}
	array := map[string][]byte{"a.npy": npyBytes(t, []int{20, 1, 1}, upTo(0, 20))}
	for _, name := range []string{inDir(t, images), pictures, inDir(t, array), filepath.Join(inDir(t, array), "a.npy")} {
		var want [][]int
		for _, split := range []data.Split{data.Test, data.Validation, data.Train} {
			want = append(want, numbers(t, open1(t, name, split)))
		}
		parts := New(name, 1, Options{Dealt: true})
		for k, split := range []data.Split{data.Test, data.Validation, data.Train} {
			set, err := parts.Open(t.Context(), split)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want[k], numbers(t, set)); diff != "" {
				t.Errorf("%s, %v: %s", name, split, diff)
			}
			if k == 0 {
				spoil(t, name)
			}
		}
	}
}

// What else lies in a folder of examples is noted.
func TestNotesOnOtherFiles(t *testing.T) {
	mnist := mnistLike(t)
	mnist["readme.txt"], mnist["more/a.txt"] = nil, nil
	array := npyBytes(t, []int{20, 1, 1}, upTo(0, 20))
	for _, c := range []struct {
		files map[string][]byte
		want  string
	}{
		{mnist, "not read: 2 other files and folders: more, readme.txt"},
		{map[string][]byte{"a.npy": array, "b.csv": nil, ".hidden": nil}, "not read: 1 other file or folder: b.csv"},
		{map[string][]byte{"a.csv": []byte("1,2\n3,4\n5,6\n"), "b.txt": nil}, "not read: 1 other file or folder: b.txt"},
		{map[string][]byte{"faces-images-idx3-ubyte": encodeIDX(t, []int{9, 1, 1}, upTo(0, 9)), "faces-labels-idx1-ubyte": encodeIDX(t, []int{9}, make([]byte, 9))}, ""},
		{map[string][]byte{"data_batch_1.bin": batch(false, 1, 1, 1), "b/c.txt": nil}, "not read: 1 other file: b/c.txt"},
	} {
		_, notes := whole(t, inDir(t, c.files), Options{})
		if got := strings.Join(notes, "\n"); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("notes %q, want %q", got, c.want)
		}
	}
}

// spoil makes a file, or all files of a folder, empty.
func spoil(t *testing.T, path string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(path, "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		files = []string{path}
	}
	for _, file := range files {
		if err := os.WriteFile(file, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPartsForgetErrors opens what was not there at first.
// TestWhole reads all examples in the order of their files: those for training first, and
// a folder without parts in the order of the names.
func TestWhole(t *testing.T) {
	pictures := t.TempDir()
	for i := range 20 {
		putPicture(t, grey(1, 1, byte(i)), pictures, fmt.Sprintf("%02d.png", i))
	}
	array := inDir(t, map[string][]byte{"a.npy": npyBytes(t, []int{20, 1, 1}, upTo(0, 20))})
	var twenty []int
	for i := range 20 {
		twenty = append(twenty, i)
	}
	for _, name := range []string{pictures, array} {
		sets, err := NewParts(name, 3).Whole(t.Context())
		if err != nil || len(sets) != 1 {
			t.Fatalf("%d sets, error %v", len(sets), err)
		}
		if diff := cmp.Diff(twenty, numbers(t, sets[0])); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	parts := inDir(t, mnistLike(t))
	sets, err := NewParts(parts, 3).Whole(t.Context())
	if err != nil || len(sets) != 2 || !slices.Equal(numbers(t, sets[1]), numbers(t, open1(t, parts, data.Test))) {
		t.Errorf("%d sets, error %v", len(sets), err)
	}
	digits, err := NewParts("digits", 3).Whole(t.Context())
	if err != nil || len(digits) != 1 || digits[0].Len() != data.Endless {
		t.Errorf("%d sets, error %v", len(digits), err)
	}
	if _, err := NewParts(t.TempDir(), 3).Whole(t.Context()); !errors.Is(err, data.ErrEmpty) {
		t.Errorf("error %v", err)
	}
}

func TestPartsForgetErrors(t *testing.T) {
	dir := t.TempDir()
	parts := NewParts(dir, 0)
	if _, err := parts.Open(t.Context(), data.Train); !errors.Is(err, data.ErrEmpty) {
		t.Errorf("error %v", err)
	}
	putPicture(t, grey(1, 1, 7), dir, "a.png")
	if _, err := parts.Open(t.Context(), data.Train); err != nil {
		t.Error(err)
	}
}

func TestOpenFails(t *testing.T) {
	dataIn(t, t.TempDir())
	grey := func(n int) []byte { return encodeIDX(t, []int{n, 1, 1}, upTo(0, n)) }
	labels := func(n int) []byte { return encodeIDX(t, []int{n}, upTo(0, n)) }
	dir := inDir(t, map[string][]byte{
		"empty/readme.txt":                      []byte("hello"),
		"two/a.npy":                             nil,
		"two/b.npy":                             nil,
		"testonly/t10k-images-idx3-ubyte":       grey(3),
		"onlylabels/train-images-idx3-ubyte":    grey(60),
		"onlylabels/t10k-labels-idx1-ubyte":     labels(6),
		"few/train-images-idx3-ubyte":           grey(2),
		"swapped/train-images-idx3-ubyte":       labels(3),
		"swapped2/train-images-idx3-ubyte":      grey(3),
		"swapped2/train-labels-idx1-ubyte":      grey(3),
		"miscounted/train-images-idx3-ubyte":    grey(3),
		"miscounted/train-labels-idx1-ubyte":    labels(2),
		"cut/train-images-idx3-ubyte.gz":        zipped(t, grey(200))[:60],
		"folder/train-images-idx3-ubyte/a":      nil,
		"picture.png":                           []byte("\x89PNG\r\n\x1a\n"),
		"nothing":                               nil,
		"short.npy":                             npyBytes(t, []int{9, 1, 1}, upTo(0, 9))[:130],
		"flat.npy":                              npyBytes(t, []int{9}, upTo(0, 9)),
		"labels-idx1-ubyte":                     labels(3),
		"broken.gz":                             []byte("\x1f\x8b\x07"),
		"brokenlabels/train-images-idx3-ubyte":  grey(3),
		"brokenlabels/train-labels-idx1-ubyte":  []byte("?"),
		"brokentest/train-images-idx3-ubyte":    grey(3),
		"brokentest/train-labels-idx1-ubyte":    labels(3),
		"brokentest/t10k-images-idx3-ubyte":     grey(3),
		"brokentest/t10k-labels-idx1-ubyte.gz":  []byte("?"),
		"brokencontent/train-images-idx3-ubyte": []byte("\x00\x00\x08\x03"),
		"zero.npy":                              npyBytes(t, []int{0, 28, 28}, []uint8{}),
		"zeroimages/train-images-idx3-ubyte":    []byte("\x00\x00\x08\x03\x00\x00\x00\x00\x00\x00\x00\x1c\x00\x00\x00\x1c"),
		"zeroimages/t10k-images-idx3-ubyte":     grey(3),
	})
	for _, c := range []struct {
		name  string
		split data.Split
		kind  error
		want  string
	}{
		{"minst", data.Train, data.ErrUnknown, `did you mean "mnist"?`},
		{"imagenet", data.Train, data.ErrUnknown, "the known ones are digits, rendered-digits, photographed-digits, ring8, grid25, 8gaussians, 25gaussians, swissroll, mnist, stacked-mnist, fashion-mnist, emnist-letters, cifar10, cifar100, stl10, modelnet10-voxels, emojione-2.2.7-64px; there is no file or folder with this name (hint: gander data list"},
		{"no/such/folder", data.Train, fs.ErrNotExist, "dataset no/such/folder: there is no such file or folder (hint: give the path of a folder"},
		{"nosuch.npy", data.Train, fs.ErrNotExist, "dataset nosuch.npy: there is no such file or folder (hint: "},
		{"nosuch.npz:x", data.Train, fs.ErrNotExist, "dataset nosuch.npz:x: there is no such file or folder (hint: "},
		{"digits", data.Split(5), nil, "unknown split Split(5)"},
		{dir + "/empty", data.Train, data.ErrEmpty, "it holds no pictures but 1 other file: readme.txt"},
		{dir + "/two", data.Train, data.ErrEmpty, "holds several files of examples: a.npy, b.npy (hint: name one"},
		{dir + "/testonly", data.Train, fs.ErrNotExist, "holds test images but no train-images-idx3-ubyte"},
		{dir + "/onlylabels", data.Train, fs.ErrNotExist, "holds labels but no t10k-images-idx3-ubyte"},
		{dir + "/onlylabels", data.Test, fs.ErrNotExist, "holds labels but no t10k-images-idx3-ubyte"},
		{dir + "/few", data.Validation, data.ErrEmpty, "no examples in its validation part: there are only 2"},
		{dir + "/swapped", data.Train, data.ErrFormat, "magic number is 2049 (labels), want 2051"},
		{dir + "/swapped2", data.Train, data.ErrFormat, "magic number is 2051 (images), want 2049"},
		{dir + "/miscounted", data.Train, data.ErrFormat, "field class: 2 values, 2 of kind class; want 3, 1 for each of 3 examples"},
		{dir + "/cut", data.Train, data.ErrFormat, "cut/train-images-idx3-ubyte.gz: malformed data: the gzip stream is incomplete"},
		{dir + "/folder", data.Train, nil, "train-images-idx3-ubyte"},
		{dir + "/picture.png", data.Train, data.ErrFormat, "it is one picture (hint: name a folder"},
		{dir + "/nothing", data.Train, data.ErrEmpty, "the file is empty"},
		{dir + "/short.npy", data.Train, data.ErrFormat, "after 2 bytes, but its header requires 9"},
		{dir + "/flat.npy", data.Train, data.ErrFormat, "shape [9]"},
		{dir + "/labels-idx1-ubyte", data.Train, data.ErrFormat, "magic number is 2049 (labels)"},
		{dir + "/broken.gz", data.Train, data.ErrFormat, "gzip"},
		{dir + "/brokenlabels", data.Train, data.ErrFormat, "train-labels-idx1-ubyte"},
		{dir + "/brokentest", data.Test, data.ErrFormat, "t10k-labels-idx1-ubyte.gz"},
		{dir + "/brokencontent", data.Train, data.ErrFormat, "after 4 bytes"},
		{dir + "/zero.npy", data.Train, data.ErrEmpty, "shape [0 28 28]"},
		{dir + "/zeroimages", data.Train, data.ErrEmpty, "the number of items in its header is 0"},
	} {
		set, err := Open(c.name, c.split, 0)
		if err == nil || set != nil || c.kind != nil && !errors.Is(err, c.kind) || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%s: set %v, error %v, want %q and %v", strings.TrimPrefix(c.name, dir), set, err, c.want, c.kind)
		}
		if err != nil && !strings.HasPrefix(hint.Text(err), "dataset ") {
			t.Errorf("%s: the error does not begin with the dataset: %v", c.name, err)
		}
	}
}

// What was cancelled is not read, whatever its kind.
func TestOpenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	arrays := t.TempDir()
	writeFile(t, filepath.Join(arrays, "a.npy"), npyBytes(t, []int{20, 1, 1}, upTo(0, 20)))
	files := mnistLike(t)
	files["a.npy"] = npyBytes(t, []int{20, 1, 1}, upTo(0, 20))
	files["a.npz"] = zipOf(t, arrays, "")
	files["a.csv"] = []byte("1,2\n3,4\n")
	files["data_batch_1.bin"] = batch(false, 1, 2)
	dir := inDir(t, files)
	for _, name := range []string{"", "a.npy", "a.npz", "a.csv", "data_batch_1.bin", "train-images-idx3-ubyte.gz"} {
		if _, err := NewParts(filepath.Join(dir, name), 1).Open(ctx, data.Train); !errors.Is(err, context.Canceled) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
