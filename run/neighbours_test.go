package run_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

// TestNeighbours looks for the last samples of two rows, one of which is a copy
// and one 51/255 = 0.2 away in each of the four pixels that differ.
func TestNeighbours(t *testing.T) {
	set := data.NewDigits(data.Train, 1)
	field := set.Info().First()
	size := field.Size()
	samples := picture.Images{N: 4, Channels: field.Shape[0], Height: field.Shape[1], Width: field.Shape[2]}
	samples.Pixels = make([]byte, samples.N*size)
	copies := []int64{9, 4} // of the images in the last column
	for i, k := range copies {
		if err := set.Read(data.Row{{Bytes: samples.Slice(2*i+1, 2*i+2).Pixels}, {}}, k); err != nil {
			t.Fatal(err)
		}
	}
	want := slices.Clone(samples.Pixels)
	for p := range 4 {
		changed := &samples.Slice(3, 4).Pixels[p*size/4]
		if *changed < 51 {
			*changed += 51
		} else {
			*changed -= 51
		}
	}
	nearest, list, err := run.Neighbours(t.Context(), samples, 2, set, 20)
	if err != nil {
		t.Fatal(err)
	}
	for i, distance := range []float64{0, .4} {
		if list[i].Index != copies[i] || math.Abs(list[i].Distance-distance) > 1e-12 {
			t.Errorf("row %d: %+v, want number %d at %g", i, list[i], copies[i], distance)
		}
		if !slices.Equal(nearest.Slice(i, i+1).Pixels, want[(2*i+1)*size:(2*i+2)*size]) {
			t.Errorf("row %d: the image is not number %d", i, copies[i])
		}
	}
	if len(list) != 2 || nearest.N != 2 {
		t.Errorf("%d neighbours, %d images of two rows", len(list), nearest.N)
	}

	samples.Width, samples.Height = field.Shape[2]/2, field.Shape[1]*2
	_, _, err = run.Neighbours(t.Context(), samples, 2, set, 20)
	if err == nil || !strings.Contains(hint.Text(err), "examples of digits are 1x28x28, samples are 1x56x14 (hint: ") {
		t.Errorf("samples of another shape give %v", err)
	}
}
