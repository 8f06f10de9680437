package load

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

func TestReadSamples(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	put := func(name string, content []byte) {
		if err := os.WriteFile(path(name), content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	put("floats.npy", npyBytes(t, []int{1, 2, 1, 3}, []float32{.1, .2, .3, .4, .5, .6}))
	put("doubles.npy", npyBytes(t, []int{2, 1, 1}, []float64{0, 1}))
	put("bytes.npy", npyBytes(t, []int{1, 1, 2}, []byte{0, 51}))
	put("volumes.npy", npyBytes(t, []int{2, 1, 1, 2, 1}, []float32{0, 0, .3, 1}))
	put("voxels.npy", npyBytes(t, []int{1, 1, 2, 2, 1}, []int64{0, 1, 1, 0}))
	put("points.npy", npyBytes(t, []int{1, 3}, []float32{-1, 5, 2}))
	put("points.csv", []byte("x,y\n1,2\n3,4\n"))
	putPicture(t, grey(2, 1, 255, 51), dir, "folder", "a.png")
	for name, want := range map[string]struct {
		field  data.Field
		values []float32
	}{
		"floats.npy":  {data.Image(3, 2, 1), []float32{.1, .4, .2, .5, .3, .6}},
		"doubles.npy": {data.Image(1, 1, 1), []float32{0, 1}},
		"bytes.npy":   {data.Image(1, 1, 2), []float32{0, .2}},
		"volumes.npy": {data.Volume(1, 2, 1), []float32{0, 0, .3, 1}},
		"voxels.npy":  {data.Volume(2, 2, 1), []float32{0, 1, 1, 0}},
		"points.npy":  {data.Point(3), []float32{-1, 5, 2}},
		"points.csv":  {data.Field{Name: "x", Kind: data.Numbers, Shape: []int{2}, Names: []string{"x", "y"}}, []float32{1, 2, 3, 4}},
		"folder":      {data.Image(1, 1, 2), []float32{1, .2}},
	} {
		got, err := ReadSamples(path(name), data.Field{})
		if diff := cmp.Diff(&Samples{Name: path(name), Field: want.field, Values: want.values}, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
	put("nan.npy", npyBytes(t, []int{1, 1, 2}, []float32{0, float32(math.NaN())}))
	put("range.npy", npyBytes(t, []int{1, 1, 2}, []float32{0, -1}))
	put("none.npy", npyBytes(t, []int{0, 1, 2}, []float32{}))
	put("novolumes.npy", npyBytes(t, []int{0, 5, 5, 5}, []float32{}))
	put("above.npy", npyBytes(t, []int{1, 1, 1, 1, 2}, []float32{0, 2}))
	put("shape.npy", npyBytes(t, []int{2}, []float32{0, 1}))
	for name, say := range map[string]string{
		"nan.npy":       "element 1 is NaN, want 0 to 1",
		"range.npy":     "element 1 is -1, want 0 to 1 (hint: ",
		"none.npy":      "no examples: shape [0 1 2]",
		"novolumes.npy": "no examples: shape [0 5 5 5]",
		"above.npy":     "element 1 is 2, want 0 to 1 (hint: ",
		"shape.npy":     "shape [2], want (N, H, W)",
		"no.npy":        "no such file",
	} {
		if _, err := ReadSamples(path(name), data.Field{}); err == nil || !strings.Contains(hint.Text(err), say) {
			t.Errorf("%s: error %v, want one that says %q", name, err, say)
		}
	}
}

// TestReadSamplesInRows reads rows as the images that are asked for, and what is
// no row as ever.
func TestReadSamplesInRows(t *testing.T) {
	grey, colours, points := data.Image(1, 2, 3), data.Image(3, 1, 2), data.Point(6)
	for _, c := range []struct {
		name    string
		content []byte
		like    data.Field
		want    data.Field
		rows    bool
		values  []float32
	}{
		{"f4.npy", npyBytes(t, []int{1, 6}, []float32{0, .1, .2, .3, .4, 1}), grey, grey, true, []float32{0, .1, .2, .3, .4, 1}},
		{"f8.npy", npyBytes(t, []int{1, 6}, []float64{0, .1, .2, .3, .4, 1}), grey, grey, true, []float32{0, .1, .2, .3, .4, 1}},
		{"u1.npy", npyBytes(t, []int{1, 6}, []byte{0, 51, 0, 0, 102, 255}), grey, grey, true, []float32{0, .2, 0, 0, .4, 1}},
		{"planes.npy", npyBytes(t, []int{1, 6}, []float32{0, .1, .2, .3, .4, 1}), colours, colours, true, []float32{0, .1, .2, .3, .4, 1}},
		{"rows.csv", []byte("0,.1,.2,.3,.4,1\n"), grey, grey, true, []float32{0, .1, .2, .3, .4, 1}},
		{"points.npy", npyBytes(t, []int{1, 6}, []float32{0, -1, 2, 3, 4, 5}), points, points, false, []float32{0, -1, 2, 3, 4, 5}},
		{"others.npy", npyBytes(t, []int{1, 2}, []float32{-1, 5}), points, data.Point(2), false, []float32{-1, 5}},
		{"images.npy", npyBytes(t, []int{1, 2, 3}, []float32{0, .1, .2, .3, .4, 1}), colours, grey, false, []float32{0, .1, .2, .3, .4, 1}},
	} {
		path := filepath.Join(inDir(t, map[string][]byte{c.name: c.content}), c.name)
		want := &Samples{Name: path, Field: c.want, Values: c.values}
		if c.rows {
			want.Name += " (rows as " + c.like.String() + ")"
		}
		got, err := ReadSamples(path, c.like)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", c.name, err, diff)
		}
	}
}

func TestReadSamplesRefusesRows(t *testing.T) {
	grey := data.Image(1, 2, 3)
	for _, c := range []struct {
		name    string
		content []byte
		kind    error
		say     string
	}{
		{"short.npy", npyBytes(t, []int{2, 5}, make([]float32, 10)), data.ErrFormat, "short.npy: malformed data: shape [2 5], want (N, 6) of images of 1x2x3 (channels, height, width), or (N, C, H, W) (hint: "},
		{"long.npy", npyBytes(t, []int{1, 12}, make([]byte, 12)), data.ErrFormat, "shape [1 12], want (N, 6)"},
		{"hollow.npy", npyBytes(t, []int{3, 0}, []float32{}), data.ErrFormat, "shape [3 0], want (N, 6)"},
		{"none.npy", npyBytes(t, []int{0, 6}, []byte{}), data.ErrEmpty, "no examples: shape [0 6]"},
		{"one.npy", npyBytes(t, []int{6}, make([]float32, 6)), data.ErrFormat, "shape [6], want (N, H, W)"},
		{"i4.npy", npyBytes(t, []int{1, 6}, []int32{0, 0, 0, 0, 0, 256}), data.ErrFormat, "element 5 is 256, want 0 to 255"},
		{"range.npy", npyBytes(t, []int{1, 6}, []float32{0, 0, 0, 0, 0, -1}), data.ErrFormat, "element 5 is -1, want 0 to 1 (hint: "},
		{"nan.npy", npyBytes(t, []int{1, 6}, []float64{0, math.NaN(), 0, 0, 0, 0}), data.ErrFormat, "element 1 is NaN"},
		{"points.csv", []byte("1,2\n3,4\n"), data.ErrFormat, "shape [2 2], want (N, 6)"},
	} {
		path := filepath.Join(inDir(t, map[string][]byte{c.name: c.content}), c.name)
		if _, err := ReadSamples(path, grey); !errors.Is(err, c.kind) || !strings.Contains(hint.Text(err), c.say) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.say)
		}
	}
}

// Whatever is read as samples is whole examples of the shape that is told, and
// what is read as images is from 0 to 1.
func FuzzReadSamples(f *testing.F) {
	f.Add(npyBytes(f, []int{2, 6}, []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255}), 2, 3)
	f.Add(npyBytes(f, []int{1, 6}, []float32{0, .1, .2, .3, .4, 1}), 6, 1)
	f.Add(npyBytes(f, []int{1, 6}, []float64{0, -1, .2, .3, .4, 1}), 2, 3)
	f.Add(npyBytes(f, []int{1, 5}, make([]float32, 5)), 2, 3)
	f.Add(npyBytes(f, []int{0, 6}, []byte{}), 2, 3)
	f.Add(npyBytes(f, []int{1, 2, 3}, make([]byte, 6)), 6, 1)
	path := filepath.Join(f.TempDir(), "samples.npy")
	f.Fuzz(func(t *testing.T, content []byte, height, width int) {
		if height < 1 || width < 1 || height > 64 || width > 64 {
			return
		}
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		s, err := ReadSamples(path, data.Image(1, height, width))
		if err != nil {
			return
		}
		if !s.Field.IsImage() || len(s.Values) == 0 || len(s.Values)%s.Field.Size() != 0 {
			t.Fatalf("%d numbers of examples of %v", len(s.Values), s.Field)
		}
		if slices.Min(s.Values) < 0 || slices.Max(s.Values) > 1 {
			t.Fatalf("pixels from %v to %v", slices.Min(s.Values), slices.Max(s.Values))
		}
	})
}

// Pictures are converted to the channels that are asked for, and that is noted.
func TestReadSamplesOfPictures(t *testing.T) {
	dir := t.TempDir()
	putPicture(t, grey(1, 1, 51), dir, "a", "1.png")
	putPicture(t, rgb(1, 1, 100), dir, "b", "2.png")
	writeFile(t, filepath.Join(dir, "notes.txt"), nil)
	archive := filepath.Join(t.TempDir(), "a.zip")
	writeFile(t, archive, zipOf(t, dir, ""))
	for _, path := range []string{dir, archive} {
		s, err := ReadSamples(path, data.Image(1, 1, 1))
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"not read: 1 file that is not a picture: notes.txt", "1 of 2 pictures converted from colours to grey: b/2.png"}
		if diff := cmp.Diff(want, s.Notes); diff != "" || !s.Field.Same(data.Image(1, 1, 1)) || len(s.Values) != 2 || s.Values[0] != .2 {
			t.Errorf("%v %v %s", s.Field, s.Values, diff)
		}
		s, err = ReadSamples(path, data.Field{})
		if err != nil || !s.Field.Same(data.Image(3, 1, 1)) {
			t.Errorf("as they are: %+v, %v", s, err)
		}
	}
}

// A folder is read as by Open: all of its parts, whatever kind of files they are.
func TestReadSamplesOfFolders(t *testing.T) {
	grey := func(shape ...int) []byte { return encodeIDX(t, shape, upTo(0, shape[0]*shape[1]*shape[2])) }
	values := func(ns ...int) (all []float32) {
		for _, n := range ns {
			all = append(all, units(upTo(0, n))...)
		}
		return all
	}
	pair := t.TempDir()
	writeFile(t, filepath.Join(pair, "x_test.npy"), npyBytes(t, []int{2, 1, 1}, upTo(0, 2)))
	writeFile(t, filepath.Join(pair, "x_train.npy"), npyBytes(t, []int{3, 1, 1}, []float32{.1, .2, .3}))
	for name, c := range map[string]struct {
		files  map[string][]byte
		values []float32
		notes  string
	}{
		"parts":       {map[string][]byte{"train-images-idx3-ubyte": grey(3, 1, 1), "t10k-images-idx3-ubyte.gz": zipped(t, grey(2, 1, 1))}, values(3, 2), ""},
		"train":       {map[string][]byte{"train-images-idx3-ubyte": grey(3, 1, 1), "a.txt": nil}, values(3), "not read: 1 other file or folder: a.txt"},
		"test":        {map[string][]byte{"t10k-images-idx3-ubyte": grey(2, 1, 1)}, values(2), ""},
		"labels":      {map[string][]byte{"train-images-idx3-ubyte": grey(3, 1, 1), "train-labels-idx1-ubyte": encodeIDX(t, []int{3}, upTo(0, 3))}, values(3), ""},
		"other names": {map[string][]byte{"a-images-idx3-ubyte": grey(3, 1, 1), "a-labels-idx1-ubyte": encodeIDX(t, []int{3}, upTo(0, 3))}, values(3), ""},
		"an array":    {map[string][]byte{"a.npy": npyBytes(t, []int{2, 1, 1}, []float32{.1, .2})}, []float32{.1, .2}, ""},
		"arrays":      {map[string][]byte{"a.npz": zipOf(t, pair, "")}, []float32{.1, .2, .3, 0, 1. / 255}, "the examples are the arrays x_train (train), x_test (test)"},
	} {
		s, err := ReadSamples(inDir(t, c.files), data.Image(1, 1, 1))
		if err != nil {
			t.Errorf("%s: %s", name, hint.Text(err))
			continue
		}
		if diff := cmp.Diff(c.values, s.Values); diff != "" || strings.Join(s.Notes, "\n") != c.notes {
			t.Errorf("%s: notes %q, want %q; %s", name, s.Notes, c.notes, diff)
		}
	}
	for name, c := range map[string]struct {
		files map[string][]byte
		want  string
	}{
		"sizes":   {map[string][]byte{"train-images-idx3-ubyte": grey(3, 1, 1), "t10k-images-idx3-ubyte": grey(2, 1, 2)}, "its parts hold examples of 1x1x1 and of 1x1x2 (hint: name one of its files)"},
		"cut off": {map[string][]byte{"train-images-idx3-ubyte": grey(3, 1, 1)[:17]}, "train-images-idx3-ubyte: malformed data: "},
		"several": {map[string][]byte{"a.csv": nil, "b.csv": nil}, "holds several files of examples: a.csv, b.csv (hint: name one of the files)"},
		"nothing": {map[string][]byte{"a.txt": nil}, "it holds no pictures but 1 other file: a.txt"},
	} {
		dir := inDir(t, c.files)
		if _, err := ReadSamples(dir, data.Image(1, 1, 1)); err == nil || !strings.HasPrefix(err.Error(), "dataset "+dir+": ") || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}
