package run_test

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

// The sets of these tests have ten classes and are sorted by class. What is taken from
// them is fewer examples than the first two classes have.
const sortedClasses = 10

// levelOf is the value of all pixels of an image of a class.
func levelOf(class int) byte { return byte(25*class + 5) }

// sortedImages writes 1000 images of 8x8, and returns the path of their folder.
func sortedImages(t *testing.T) string {
	t.Helper()
	const n, size = 1000, 8
	var pixels, labels []byte
	for i := range n {
		class := i * sortedClasses / n
		pixels = append(pixels, slices.Repeat([]byte{levelOf(class)}, size*size)...)
		labels = append(labels, byte(class))
	}
	return writeIDX(t, pixels, labels, n, size)
}

// writeIDX writes n images of size x size pixels with labels as training files, and returns
// the path of their folder.
func writeIDX(t *testing.T, pixels, labels []byte, n, size int) string {
	t.Helper()
	folder := t.TempDir()
	for name, write := range map[string]func(*os.File) error{
		"train-images-idx3-ubyte": func(f *os.File) error { return format.EncodeIDX(f, []int{n, size, size}, pixels) },
		"train-labels-idx1-ubyte": func(f *os.File) error { return format.EncodeIDX(f, []int{n}, labels) },
	} {
		f, err := os.Create(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := write(f); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// TestSortedReals trains on a set that is sorted by class. The picture of real examples
// must show all classes.
func TestSortedReals(t *testing.T) {
	s := begin(t, t.TempDir(), tiny(t, "data.name="+sortedImages(t), "steps=1"))
	end(t, s)
	f, err := os.Open(filepath.Join(s.Folder.SampleFolder(), "reals.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	var shown [256]bool
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			r, _, _, _ := m.At(x, y).RGBA()
			shown[r>>8] = true
		}
	}
	for class := range sortedClasses {
		if !shown[levelOf(class)] {
			t.Errorf("reals.png shows no example of class %d", class)
		}
	}
}

// TestSortedCloud draws the points that lie behind the samples of a run.
func TestSortedCloud(t *testing.T) {
	var text strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&text, "%d,%d\n", i*sortedClasses/1000, i)
	}
	c := tinyMixture(t, "name="+csvFile(t, text.String()))
	set, err := c.OpenData(t.Context(), "", data.Train)
	if err != nil {
		t.Fatal(err)
	}
	s, err := run.DrawnExamples(set, 70, 1)
	if err != nil {
		t.Fatal(err)
	}
	var shown [sortedClasses]bool
	for i := range s.N {
		shown[int(s.Values[2*i])] = true
	}
	if s.N != 70 || slices.Contains(shown[:], false) {
		t.Errorf("%d points; classes with points: %v", s.N, shown)
	}
}

// TestSortedNeighbours searches for the neighbours of one sample of each class among 100
// of 800 training images that are sorted by class.
func TestSortedNeighbours(t *testing.T) {
	c := tiny(t, "data.name="+sortedImages(t))
	set, err := c.OpenData(t.Context(), "", data.Train)
	if err != nil {
		t.Fatal(err)
	}
	samples := picture.Images{N: sortedClasses, Channels: 1, Height: 8, Width: 8}
	for class := range sortedClasses {
		samples.Pixels = append(samples.Pixels, slices.Repeat([]byte{levelOf(class)}, 64)...)
	}
	_, found, err := run.Neighbours(t.Context(), samples, 1, set, 100)
	if err != nil {
		t.Fatal(err)
	}
	for class, n := range found {
		if n.Distance != 0 {
			t.Errorf("no image of class %d was searched: the nearest has distance %g", class, n.Distance)
		}
	}
}
