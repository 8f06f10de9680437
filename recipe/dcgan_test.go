package recipe

import (
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
)

// TestDCGANParameters compares numbers of parameters with those of the published code.
func TestDCGANParameters(t *testing.T) {
	celeba := Examples{Info: data.NewInfo("faces", data.Image(3, 64, 64)), Epoch: 1000}
	for _, c := range []struct {
		name     string
		examples Examples
		change   func(*DCGAN)
		g, d     int
	}{
		{"mnist", mnist, func(*DCGAN) {}, 6_820_538, 6_688_202},
		{"64 pixels in PyTorch's examples", celeba, func(s *DCGAN) { s.Kernel, s.Width, s.Noise = 4, 64, "normal" }, 3_576_704, 2_765_568},
	} {
		system, err := built(t, "dcgan", c.examples, c.change)
		if err != nil {
			t.Fatal(err)
		}
		if sizes := trainable(t, system); sizes["G"] != c.g || sizes["D"] != c.d {
			t.Errorf("%s: G has %d parameters and D %d, want %d and %d", c.name, sizes["G"], sizes["D"], c.g, c.d)
		}
	}
}

// TestDCGANForms builds the networks for images of several sizes and with each setting of
// the normalisation.
func TestDCGANForms(t *testing.T) {
	for _, c := range []struct {
		field  data.Field
		change func(*DCGAN)
	}{
		{data.Image(3, 32, 32), func(*DCGAN) {}},
		{data.Image(1, 28, 28), func(s *DCGAN) { s.Form = "faces" }},
		{data.Image(4, 48, 32), func(s *DCGAN) { s.Kernel = 4 }},
		{data.Image(1, 16, 20), func(s *DCGAN) { s.Pack, s.Minibatch = 2, 10 }},
		{data.Image(1, 16, 20), func(s *DCGAN) { s.Form, s.Pack, s.Minibatch = "mnist", 2, 10 }},
		{data.Image(3, 32, 32), func(s *DCGAN) { s.Norm = "none" }},
		{data.Image(3, 32, 32), func(s *DCGAN) { s.Norm, s.Reference = "virtual", 5 }},
		{data.Image(3, 32, 32), func(s *DCGAN) { s.Kernel = 3 }},
	} {
		system, err := built(t, "dcgan", Examples{Info: data.NewInfo("some", c.field)}, func(s *DCGAN) { s.Width = 4; c.change(s) })
		if err != nil {
			t.Errorf("%v: %v", c.field, err)
			continue
		}
		if made := makes(t, system, 3); made.Size() != 3*c.field.Size() {
			t.Errorf("%v: 3 samples are %v", c.field, made)
		}
	}
}

// TestDCGANAuto chooses the form by the data: mnist for small grey images with labels.
func TestDCGANAuto(t *testing.T) {
	for _, c := range []struct {
		fields []data.Field
		change func(*DCGAN)
		low    float64 // the number for black: 0 in the form mnist
	}{
		{[]data.Field{data.Image(1, 28, 28), data.Label(10)}, func(*DCGAN) {}, 0},
		{[]data.Field{data.Image(1, 28, 28), data.Label(10)}, func(s *DCGAN) { s.Conditional = "no" }, -1},
		{[]data.Field{data.Image(1, 28, 28), data.Label(10)}, func(s *DCGAN) { s.Form, s.Conditional = "mnist", "no" }, 0},
		{[]data.Field{data.Image(1, 28, 28)}, func(*DCGAN) {}, -1},
		{[]data.Field{data.Image(3, 28, 28), data.Label(10)}, func(*DCGAN) {}, -1},
	} {
		system, err := built(t, "dcgan", Examples{Info: data.NewInfo("some", c.fields...)}, func(s *DCGAN) { s.Width = 4; c.change(s) })
		if err != nil {
			t.Fatal(err)
		}
		if got := system.Outputs[0].Scale.Lo; got != c.low {
			t.Errorf("%v: black is %g, want %g", c.fields, got, c.low)
		}
	}
}

// TestDCGANRefuses wants one clear error for settings and data that do not fit.
func TestDCGANRefuses(t *testing.T) {
	noLabels := Examples{Info: data.NewInfo("some", data.Image(1, 28, 28))}
	wantRefused(t, "dcgan", map[string]refused[DCGAN]{
		"conditional = yes, and dataset some has no labels (hint: --set conditional=no":                    {noLabels, func(s *DCGAN) { s.Conditional = "yes" }},
		"norm = virtual: the reference batch has no labels (hint: --set conditional=no)":                   {mnist, func(s *DCGAN) { s.Norm = "virtual" }},
		"pack = 2: examples with the condition \"class\" cannot be packed":                                 {mnist, func(s *DCGAN) { s.Pack = 2 }},
		"pack = 3 does not divide the batch of 128 examples (hint: --set batch=N, with N a multiple of 3)": {noLabels, func(s *DCGAN) { s.Pack = 3 }},
		"images of 30x50: its networks make images with sides that are multiples of 4, from 16 to 256 (hint: --set data.size=32x52)": {
			Examples{Info: data.NewInfo("some", data.Image(1, 30, 50))}, func(*DCGAN) {}},
	})
}

// TestReferenceBatch draws the reference batch from the training set, in the range of the
// pixels.
func TestReferenceBatch(t *testing.T) {
	images := mnist
	images.Training = data.NewDigits(data.Train, 1)
	init, err := referenceBatch(images, 7, data.Scale{Lo: -1, Hi: 1})
	if err != nil {
		t.Fatal(err)
	}
	values := make([]float64, 7*28*28)
	init(values, []int{7, 1, 28, 28}, nil)
	least, most := 2., -2.
	for _, v := range values {
		least, most = min(least, v), max(most, v)
	}
	if least != -1 || most < .9 {
		t.Errorf("the pixels are from %g to %g", least, most)
	}
	var _ nn.Initializer = init
}
