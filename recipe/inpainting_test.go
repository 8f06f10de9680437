package recipe

import (
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// TestMasks draws masks of each kind, and counts their observed pixels and shapes.
func TestMasks(t *testing.T) {
	const n, h, w = 400, 12, 16
	c := nn.NewContext(true, nn.Seeded(1, tensor.Zeros(tensor.Uint32, 2)))
	draw := func(kinds ...string) []float64 {
		t.Helper()
		m := drawMasks(c, kinds, n, h, w)
		values, err := tensor.Eval([]*tensor.Tensor{m}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := "float32[400 1 12 16]"; m.String() != want && m.Size() != n*h*w {
			t.Fatalf("masks are %v, want %s", m, want)
		}
		for _, v := range values[0].Data {
			if v != 0 && v != 1 {
				t.Fatalf("a mask has the value %v", v)
			}
		}
		return values[0].Data
	}
	observed := func(mask []float64) (sum int) {
		for _, v := range mask {
			sum += int(v)
		}
		return sum
	}
	seen := map[string]int{} // each shape, by its observed pixels
	masks := draw("halves", "centre", "border")
	for i := range n {
		mask := masks[i*h*w : (i+1)*h*w]
		var text strings.Builder
		for _, at := range []int{0, w - 1, (h - 1) * w, (h-1)*w + w - 1, h/2*w + w/2} { // the corners and the middle
			text.WriteByte(byte('0' + mask[at]))
		}
		seen[text.String()]++
		want := map[string]int{"00001": 48, "11110": h*w - 48}
		if wanted, ok := want[text.String()]; ok && observed(mask) != wanted || !ok && observed(mask) != h*w/2 {
			t.Errorf("a mask with the corners and the middle %s has %d observed pixels", text.String(), observed(mask))
		}
	}
	for _, centre := range []string{"00001", "11110"} { // a third of the masks each
		if seen[centre] < 100 || seen[centre] > 170 {
			t.Errorf("the masks are %v", seen)
		}
	}
	if len(seen) != 6 {
		t.Errorf("the masks are %v, want four halves, the centre and all but it", seen)
	}
	least, most := h*w, 0
	masks = draw("blocks")
	for i := range n {
		k := observed(masks[i*h*w : (i+1)*h*w])
		k = min(k, h*w-k) // of the rectangle, if it has less than half of the pixels
		least, most = min(least, k), max(most, k)
	}
	if least != 12 || most < 85 {
		t.Errorf("rectangles, or what is around them, have %d to %d pixels", least, most)
	}
	sum, square := 0., 0.
	masks = draw("pixels")
	for i := range n {
		p := float64(observed(masks[i*h*w:(i+1)*h*w])) / (h * w)
		sum, square = sum+p/n, square+p*p/n
	}
	if sd := math.Sqrt(square - sum*sum); math.Abs(sum-.5) > .06 || math.Abs(sd-math.Sqrt(1./12)) > .03 {
		t.Errorf("the share of observed pixels has mean %.3f and standard deviation %.3f", sum, sd)
	}
}

// TestNamedMasks checks the shapes that a user can name.
func TestNamedMasks(t *testing.T) {
	want := map[string]string{ // of 4x4 pixels
		"keep-left": "1100110011001100", "keep-right": "0011001100110011",
		"keep-top": "1111111100000000", "keep-bottom": "0000000011111111",
		"keep-centre": "0000011001100000", "keep-border": "1111100110011111", "keep-nothing": "0000000000000000",
	}
	for _, m := range namedMasks(4, 4) {
		var text strings.Builder
		for _, v := range m.Values {
			text.WriteByte(byte('0' + v))
		}
		if text.String() != want[m.Name] {
			t.Errorf("%s is %s, want %s", m.Name, text.String(), want[m.Name])
		}
		delete(want, m.Name)
	}
	if len(want) > 0 {
		t.Errorf("without a mask: %v", want)
	}
}

// TestInpaintingForms builds the networks for images of several sizes, and completes with
// the masks that the game draws.
func TestInpaintingForms(t *testing.T) {
	for _, field := range []data.Field{data.Image(1, 28, 28), data.Image(3, 32, 32), data.Image(4, 16, 20), data.Image(1, 50, 33)} {
		system, err := built(t, "inpainting", Examples{Info: data.NewInfo("some", field)}, func(s *Inpainting) { s.Width, s.Hidden = 4, 8 })
		if err != nil {
			t.Errorf("%v: %v", field, err)
			continue
		}
		if made := makes(t, system, 3); made.Size() != 3*field.Size() {
			t.Errorf("%v: 3 samples are %v", field, made)
		}
		mask := system.Outputs[0].Given[1]
		drawn := mask.Draw(nn.NewContext(true, nn.Seeded(1, tensor.Zeros(tensor.Uint32, 2))), 3)
		if drawn.String() != mask.Input("m", 3).String() {
			t.Errorf("%v: masks are %v, want %v", field, drawn, mask.Input("m", 3))
		}
	}
}

// TestInpaintingRefuses wants one clear error for data and settings that do not fit.
func TestInpaintingRefuses(t *testing.T) {
	small := Examples{Info: data.NewInfo("some", data.Image(1, 8, 8))}
	points := Examples{Info: data.NewInfo("points", data.Point(2))}
	wantRefused(t, "inpainting", map[string]refused[Inpainting]{
		"images of 8x8: it makes images with sides from 16 to 256 (hint: --set data.size=16":        {small, func(*Inpainting) {}},
		"it generates images, and the data are points (hint: gander recipes lists those for points": {points, func(*Inpainting) {}},
		"masks is empty (hint: name one or more of halves, centre, border, blocks, pixels":          {mnist, func(s *Inpainting) { s.Masks = nil }},
	})
}
