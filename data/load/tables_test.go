package load

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

func TestTables(t *testing.T) {
	class := func(name string, labels ...string) data.Field {
		return data.Field{Name: name, Kind: data.Class, Classes: len(labels), Labels: labels}
	}
	points := func(names ...string) data.Field {
		return data.Field{Name: "x", Kind: data.Numbers, Shape: []int{len(names)}, Names: names}
	}
	observed := func(names ...string) data.Field {
		f := points(names...)
		f.Name = data.ObservedField
		return f
	}
	for _, c := range []struct {
		name, text string
		fields     []data.Field
		first      data.Row // the first example
		notes      string
	}{
		{"one text", "a,kind,b\n1,dog,2\n3,cat,4\n5,dog,6\n", []data.Field{points("a", "b"), class("class", "cat", "dog")},
			data.Row{{Floats: []float32{1, 2}}, {Ints: []int32{1}}}, ""},
		{"two texts", "a,sex,target\n1,f,yes\n3,f,no\n5,m,no\n", []data.Field{points("a"), class("sex", "f", "m"), class("class", "no", "yes")},
			data.Row{{Floats: []float32{1}}, {Ints: []int32{0}}, {Ints: []int32{1}}}, ""},
		{"no label", "a,sex,x\n1,f,yes\n3,f,no\n5,m,no\n", []data.Field{points("a"), class("sex", "f", "m"), class("x (text)", "no", "yes")},
			data.Row{{Floats: []float32{1}}, {Ints: []int32{0}}, {Ints: []int32{1}}}, ""},
		{"names of rows", "a,name,kind\n1,u,k\n3,v,k\n5,w,l\n", []data.Field{points("a"), class("class", "k", "l")},
			data.Row{{Floats: []float32{1}}, {Ints: []int32{0}}}, "left out: column 2 (name), whose texts are all different"},
		{"counted rows", ",a,kind\n0,1,k\n1,3,k\n2,5,l\n", []data.Field{points("a"), class("class", "k", "l")},
			data.Row{{Floats: []float32{1}}, {Ints: []int32{0}}}, "left out: column 1, which counts the rows"},
		{"commas at the end", "a,kind\n1,k,\n3,k,\n5,l,\n", []data.Field{points("a"), class("class", "k", "l")},
			data.Row{{Floats: []float32{1}}, {Ints: []int32{0}}}, "left out: an empty column at the end of 3 lines"},
		{"missing numbers", "a,kind,b\n1,k,\n?,k,4\n5,l,6\n", []data.Field{points("a", "b"), observed("a", "b"), class("class", "k", "l")},
			data.Row{{Floats: []float32{1, 0}}, {Floats: []float32{1, 0}}, {Ints: []int32{0}}}, "missing: 2 of 6 numbers"},
		{"a text called observed", "a,observed,sex\n1,k,f\n3,k,m\n5,l,m\n", []data.Field{points("a"), class("observed (text)", "k", "l"), class("sex", "f", "m")},
			data.Row{{Floats: []float32{1}}, {Ints: []int32{0}}, {Ints: []int32{0}}}, ""},
		{"no header", "1,k\n3,k\n5,l\n", []data.Field{{Name: "x", Kind: data.Numbers, Shape: []int{1}}, class("class", "k", "l")},
			data.Row{{Floats: []float32{1}}, {Ints: []int32{0}}}, ""},
	} {
		path := filepath.Join(inDir(t, map[string][]byte{"a.csv": []byte(c.text)}), "a.csv")
		set, notes := whole(t, path, Options{})
		if diff := cmp.Diff(c.fields, set.Info().Fields); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
			continue
		}
		if diff := cmp.Diff(c.first, examples(t, set)[0]); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if got := strings.Join(notes, "\n"); got != c.notes {
			t.Errorf("%s: notes %q, want %q", c.name, got, c.notes)
		}
	}
	path := filepath.Join(inDir(t, map[string][]byte{"a.csv": []byte("k,l\na,b\na,b\n")}), "a.csv")
	if _, err := Open(path, data.Train, 1); err == nil || !strings.Contains(err.Error(), "the table has no column of numbers") {
		t.Errorf("texts alone: %v", err)
	}
}

// TestMissingSamples refuses samples of which numbers are missing.
func TestMissingSamples(t *testing.T) {
	path := filepath.Join(inDir(t, map[string][]byte{"a.csv": []byte("a,b\n1,\n0,1\n1,0\n")}), "a.csv")
	for _, like := range []data.Field{data.Point(2), data.Image(1, 1, 2)} {
		_, err := ReadSamples(path, like)
		if err == nil || !strings.Contains(hint.Text(err), "numbers are missing in the table (hint: gander impute fills them)") {
			t.Errorf("like %v: %v", like, err)
		}
	}
}

func TestNamedArrays(t *testing.T) {
	arrays := t.TempDir()
	for name, content := range map[string][]byte{
		"labels.npy": npyBytes(t, []int{3}, []int64{1, 2, 3}),
		"pixels.npy": npyBytes(t, []int{3, 1, 2}, upTo(0, 6)),
		"points.npy": npyBytes(t, []int{4, 2}, make([]float32, 8)),
	} {
		writeFile(t, filepath.Join(arrays, name), content)
	}
	out := t.TempDir()
	path := filepath.Join(out, "a.npz")
	writeFile(t, path, zipOf(t, arrays, ""))

	// In the archive the order is points, pixels, labels.
	set, notes := whole(t, path, Options{})
	if set.Len() != 4 || !set.Info().First().Same(data.Point(2)) {
		t.Errorf("%d of %v", set.Len(), set.Info().First())
	}
	if want := "the examples are the array points; not read: 2 other arrays: pixels, labels"; len(notes) != 1 || notes[0] != want {
		t.Errorf("notes %q, want %q", notes, want)
	}
	set, notes = whole(t, path+":pixels", Options{})
	if set.Len() != 3 || !set.Info().First().Same(data.Image(1, 1, 2)) || len(notes) != 0 {
		t.Errorf("%d of %v, notes %q", set.Len(), set.Info().First(), notes)
	}
	if set, _ := whole(t, out, Options{}); set.Len() != 4 {
		t.Errorf("%d in a folder of one file", set.Len())
	}
	for name, want := range map[string]string{
		path + ":image":  "it has no array image (hint: it has points [4 2], pixels [3 1 2], labels [3])",
		path + ":labels": "shape [3], want (N, H, W)",
		filepath.Join(arrays, "pixels.npy") + ":x": "is a file of kind npy, which has no array x (hint: leave out :x)",
	} {
		if _, err := Open(name, data.Train, 1); err == nil || !strings.Contains(hint.Text(err), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}
