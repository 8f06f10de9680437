package measure

import (
	"slices"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
)

// sortedLevels returns n images of 4x4 in ten classes, sorted by class. The pixels of class
// k are between 25k and 25k+9.
func sortedLevels(t *testing.T, name string, n int) *data.Table {
	t.Helper()
	pixels, labels := make([]byte, n*16), make([]int32, n)
	for i := range n {
		labels[i] = int32(i * 10 / n)
		for k := range 16 {
			pixels[i*16+k] = byte(25*int(labels[i]) + (i*7+k*3)%10)
		}
	}
	set, err := data.NewTable(data.NewInfo(name, data.Image(1, 4, 4), data.Label(10)), data.Values{Bytes: pixels}, data.Values{Ints: labels})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// oneOfEach returns the pixels of one image of each class.
func oneOfEach() (pixels []byte) {
	for class := range 10 {
		pixels = append(pixels, slices.Repeat([]byte{byte(25*class + 4)}, 16)...)
	}
	return pixels
}

// TestNearestOfSorted searches 150 of 1000 images, which are sorted by class. An image of
// each class must be found.
func TestNearestOfSorted(t *testing.T) {
	set := sortedLevels(t, "sorted", 1000)
	found, err := Nearest(t.Context(), oneOfEach(), set, 150)
	if err != nil {
		t.Fatal(err)
	}
	searched := data.DrawIndices(1000, 150, realSeed, "measure: nearest")
	for class, i := range found {
		if i/100 != int64(class) || !slices.Contains(searched, i) {
			t.Errorf("the nearest to an image of class %d is number %d, of class %d", class, i, i/100)
		}
	}
}

// TestMemorisationOfSorted compares samples with training and held-out examples that are
// sorted by class. Of the larger set only a part is compared, and it must have all classes.
func TestMemorisationOfSorted(t *testing.T) {
	set := func(name string, n int) *Set {
		s, err := FromData(sortedLevels(t, name, n), name, int64(n))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	samples := &Set{Name: "samples", Field: data.Image(1, 4, 4), Values: make([]float32, 160)}
	units(samples.Values, oneOfEach())
	device := engine.NewDevice(1)
	defer device.Close()
	for _, n := range [][2]int{{2000, 200}, {200, 2000}} {
		task := Task{Seed: 1, Device: device}
		c, err := task.copying(t.Context(), samples, set("training", n[0]), set("held-out", n[1]))
		if err != nil {
			t.Fatal(err)
		}
		const within = 10.0 / 255 * 4 // the largest distance in a class; other classes are further
		for class := range 10 {
			if c.compared != 200 || c.train[class] > within || c.held[class] > within {
				t.Errorf("%d training and %d held-out examples, %d compared: distances of class %d are %.3g and %.3g, want at most %.3g",
					n[0], n[1], c.compared, class, c.train[class], c.held[class], within)
			}
		}
	}
}

// TestFromDataOfSorted draws real examples from a large set that is sorted by class.
func TestFromDataOfSorted(t *testing.T) {
	s, err := FromData(sortedLevels(t, "sorted", 1000), "sorted", 150)
	if err != nil {
		t.Fatal(err)
	}
	var counts [10]int
	for _, label := range s.Labels {
		counts[label]++
	}
	if s.Len() != 150 || slices.Min(counts[:]) < 5 {
		t.Errorf("%d examples; of each class %v", s.Len(), counts)
	}
}
