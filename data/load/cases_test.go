package load

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// Files that people have and that once went wrong: see testdata.
func TestCases(t *testing.T) {
	points := func(names ...string) []data.Field {
		return []data.Field{{Name: "x", Kind: data.Numbers, Shape: []int{2}, Names: names}}
	}
	images := func(channels, height, width int) []data.Field {
		return []data.Field{data.Image(channels, height, width)}
	}
	labels := func(names ...string) data.Field {
		return data.Field{Name: "class", Kind: data.Class, Classes: len(names), Labels: names}
	}
	crop := Options{Height: 8, Width: 8, Fit: format.FitCrop}
	for _, c := range []struct {
		name   string
		o      Options
		n      int64
		fields []data.Field
		notes  string // what they begin with; "" if there are none
	}{
		{"pictures/exif", Options{}, 2, images(3, 16, 16), ""},
		{"pictures/exif_mixed", Options{}, 4, images(3, 16, 24), ""},
		{"pictures/cmyk", Options{}, 3, images(3, 16, 16), ""},
		{"pictures/rgbgrey", Options{}, 5, images(3, 16, 16), ""},
		{"pictures/la_rgb", Options{}, 12, images(4, 16, 16), "6 of 12 pictures converted from colours to colours with transparency: 0000.png, 0007.png, 0014.png, ..."},
		{"pictures/la_rgb", Options{Channels: 3}, 12, images(3, 16, 16), "6 of 12 pictures converted from colours with transparency to colours: 0042.png, 0049.png, 0056.png, ..."},
		{"pictures/la_rgb", Options{Channels: 1}, 12, images(1, 16, 16), "6 of 12 pictures converted from colours to grey: 0000.png, 0007.png, 0014.png, ...\n6 of 12 pictures converted from colours with transparency to grey: 0042.png, 0049.png, 0056.png, ..."},
		{"pictures/grey12in16", Options{}, 3, images(1, 16, 16), "3 pictures: all values are below 1/16 of white: perhaps fewer than 16 bits are in use, but the file does not state the number: 0000.png, 0007.png, 0014.png"},
		{"pictures/mixed_sizes", crop, 12, images(1, 8, 8), ""},
		{"pictures/mixed_sizes", Options{Height: 5, Width: 9, Fit: format.FitPad}, 12, images(1, 5, 9), ""},
		{"pictures/classes_deep", Options{}, 19, []data.Field{data.Image(1, 16, 16), labels("a", "b", "c", "e")}, ""},
		{"idx/dots", Options{}, 100, []data.Field{data.Image(1, 10, 10), data.Label(10)}, ""},
		{"idx/dots/train-images.idx3-ubyte", Options{}, 100, []data.Field{data.Image(1, 10, 10), data.Label(10)}, ""},
		{"idx/dots", crop, 100, []data.Field{data.Image(1, 8, 8), data.Label(10)}, ""},
		{"idx/interleaved10", Options{}, 600, []data.Field{data.Image(1, 8, 8), data.Label(10)}, ""},
		{"csv/header.csv", Options{}, 60, points("x", "y"), ""},
		{"csv/semi.csv", Options{}, 60, points("x", "y"), ""},
		{"csv/tab.csv", Options{}, 60, points(), ""},
		{"csv/index.csv", Options{}, 60, points("x", "y"), "left out: column 1, which counts the rows"},
		{"csv/trail.csv", Options{}, 60, points(), "left out: an empty column at the end of 60 lines"},
		{"csv/label.csv", Options{}, 60, append(points("x", "y"), labels("cat")), ""},
		{"npy/f2.npy", Options{}, 100, images(1, 12, 12), ""},
		{"npy/u2.npy", Options{}, 100, images(1, 12, 12), ""},
		{"npy/rows_u8.npy", Options{Height: 12, Width: 12}, 100, images(1, 12, 12), ""},
	} {
		set, notes := whole(t, "testdata/"+c.name, c.o)
		if set.Len() != c.n {
			t.Errorf("%s: %d examples, want %d", c.name, set.Len(), c.n)
		}
		if diff := cmp.Diff(c.fields, set.Info().Fields); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if got := strings.Join(notes, "\n"); !strings.HasPrefix(got, c.notes) || c.notes == "" && got != "" {
			t.Errorf("%s: notes\n%s\nwant\n%s", c.name, got, c.notes)
		}
	}
}

func TestCasesRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Options
		want string
	}{
		{"pictures/mixed_sizes", Options{}, "the pictures have different sizes: 0042.png is 12x16 (height x width), 0000.png is 16x16 (hint: --set data.size=16 crops them to one size; with --set data.fit=pad nothing is cut off"},
		{"pictures/mixed_sizes", Options{Height: 16, Width: 16}, "0042.png is 12x16 (height x width), data.size is 16x16 (hint: --set data.fit=FIT, with FIT crop, pad or stretch"},
		{"idx/dots", Options{Height: 8, Width: 8}, "its images are 10x10 (height x width), data.size is 8x8 (hint: --set data.fit"},
		{"csv/header.csv", Options{Height: 8, Width: 8}, "it has no images to be brought to a size or converted (hint: leave out data.size"},
		{"csv/inf.csv", Options{}, "line 2, column 2 (y): inf is not finite"},
		{"npy/rows_u8.npy", Options{}, "rows of 144 elements of type []uint8 (hint: for images --set data.size=N, with N their size, such as 28"},
		{"npy/rows_u8.npy", Options{Height: 10, Width: 10}, "rows of 144 values are not images of 10x10 (height x width) (hint: for images --set data.size"},
		{"pictures/exif", Options{Height: 10}, "a size of 10x0 (height, width) (hint: data.size"},
		{"pictures/exif", Options{Channels: 2}, "pictures of 2 channels (hint: data.channels"},
		{"pictures/exif", Options{Height: 10, Width: 10, Fit: "shrink"}, `no way to fit pictures is called "shrink" (hint: data.fit is crop, pad, stretch or none)`},
	} {
		_, err := New("testdata/"+c.name, 1, c.o).Open(t.Context(), data.Train)
		if err == nil || !strings.Contains(hint.Text(err), c.want) || !strings.HasPrefix(err.Error(), "dataset testdata/"+c.name+": ") {
			t.Errorf("%s: error %q, want %q", c.name, hint.Text(err), c.want)
		}
	}
}

// Every class is in every part, however the file is sorted.
func TestPartsHaveAllClasses(t *testing.T) {
	for name, want := range map[string][3]int64{"idx/interleaved10": {480, 60, 60}, "idx/sorted10": {500, 100, 100}} {
		parts := New("testdata/"+name, 3, Options{})
		for split, n := range want {
			set, err := parts.Open(t.Context(), data.Split(split))
			if err != nil {
				t.Fatal(err)
			}
			labels, err := data.ReadLabels(set)
			if err != nil {
				t.Fatal(err)
			}
			counts := make([]int64, 10)
			for _, label := range labels {
				counts[label]++
			}
			if least, most := slices.Min(counts), slices.Max(counts); set.Len() != n || least < n/10-1 || most > n/10+1 {
				t.Errorf("%s: %v of %d: classes %v", name, data.Split(split), set.Len(), counts)
			}
		}
		if notes := parts.Notes(); len(notes) > 0 {
			t.Errorf("%s: notes %v", name, notes)
		}
	}
}

// As runs of older versions divided them, classes are missing, and that is noted.
func TestDealtPartsLackClasses(t *testing.T) {
	parts := New("testdata/idx/interleaved10", 1, Options{Dealt: true})
	if _, err := parts.Open(t.Context(), data.Train); err != nil {
		t.Fatal(err)
	}
	want := []string{"the train part has no examples of 2 of the 10 classes: 8, 9"}
	if diff := cmp.Diff(want, parts.Notes()); diff != "" {
		t.Error(diff)
	}
}
