package augment_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/augment"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/tensor"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"": "", " ": "", "color": "color", "cutout, color": "color,cutout",
		"color,translation,cutout": "color,translation,cutout",
		"bgc":                      "bgc", "geom,ada-color,blit": "bgc", "geom,blit": "bg", "blit": "blit",
		"ada-color,color": "ada-color,color", "cutout,bg": "bg,cutout",
	} {
		p := parse(t, text)
		if p.String() != want {
			t.Errorf("Parse(%q) is %q, want %q", text, p, want)
		}
		if again := parse(t, p.String()); again != p {
			t.Errorf("Parse(%q) is %q, not equal to %q", p.String(), again, p)
		}
	}
	if parse(t, "") != (augment.Policy{}) {
		t.Error("the policy of an empty text is not the zero Policy")
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, message, hint string }{
		{"colour", `unknown augmentation "colour"`, "did you mean color?"},
		{"color,translate", `unknown augmentation "translate"`, "did you mean translation?"},
		{"Cutout", `unknown augmentation "Cutout"`, "did you mean cutout?"},
		{"color,", `unknown augmentation ""`, "known are"},
		{"mixup", `unknown augmentation "mixup"`, "known are bgc, bg, blit, geom, ada-color, color, translation, cutout"},
		{"color,color", "an earlier word already contains operations of", "remove color"},
		{"bgc,geom", "an earlier word already contains operations of", "remove geom"},
	} {
		p, err := augment.Parse(c.text)
		switch {
		case err == nil:
			t.Errorf("Parse(%q) is %q, want an error", c.text, p)
		case !strings.Contains(err.Error(), c.message) || !strings.Contains(hint.Of(err), c.hint):
			t.Errorf("Parse(%q): %s, want %q and hint %q", c.text, hint.Text(err), c.message, c.hint)
		}
	}
}

func TestMisuse(t *testing.T) {
	x := tensor.Zeros(tensor.Float32, 2, 3, 4, 4)
	p := parse(t, "color")
	for name, build := range map[string]func(){
		"want images":      func() { p.Apply(seeded(1), tensor.Zeros(tensor.Float32, 2, 16), nil, -1, 1) },
		"black is 1":       func() { p.Apply(seeded(1), x, nil, 1, -1) },
		"float32 scalar":   func() { p.Apply(seeded(1), x, tensor.Zeros(tensor.Float32, 2), -1, 1) },
		"Every is 0":       func() { augment.NewController("augment", augment.Adaptive{Target: .6, Kimg: 500}) },
		"the target is 2":  func() { augment.NewController("augment", augment.Adaptive{Target: 2, Kimg: 500, Every: 4}) },
		"Kimg is 0":        func() { augment.NewController("augment", augment.Adaptive{Target: .6, Every: 4}) },
		"a batch of 0":     func() { published().Observe(seeded(1), tensor.Zeros(tensor.Float32, 4), 0) },
		"no scores, or a ": func() { published().Observe(seeded(1), tensor.Zeros(tensor.Float32, 0), 4) },
	} {
		err := tensor.Try(build)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want a misuse with %q", err, name)
		}
	}
}

// TestGradients checks the gradients of each operation by the images, orders 1 and 2.
// The square makes the second order depend on the images.
func TestGradients(t *testing.T) {
	for _, name := range operationNames() {
		for _, shape := range [][]int{{2, 3, 5, 4}, {2, 1, 3, 3}} {
			gradcheck.Check(t, name, func(x []*tensor.Tensor) *tensor.Tensor {
				return augment.Only(name).Apply(seeded(5), x[0].Square(), nil, 0, 1)
			}, []*tensor.Array{images(shape...)})
		}
	}
}

// TestPenalty checks the gradient of a gradient penalty that is taken through a
// whole policy, by a weight of the discriminator.
func TestPenalty(t *testing.T) {
	for _, text := range wholePolicies {
		p := parse(t, text)
		gradcheck.Check(t, text, func(in []*tensor.Tensor) *tensor.Tensor {
			x, weight := in[0], in[1]
			score := p.Apply(seeded(5), x, tensor.Scalar(tensor.Float32, .8), -1, 1).Mul(weight).Tanh().Sum()
			return tensor.Grad(score, x).Square().Sum()
		}, []*tensor.Array{images(2, 3, 4, 5), images(2, 3, 4, 5)}, gradcheck.Order(1))
	}
}

// TestNever wants every bit of the images unchanged at probability 0, in both
// engines and for ranges in which arithmetic rounds.
func TestNever(t *testing.T) {
	for _, text := range wholePolicies {
		for _, shape := range shapes {
			for _, span := range [][2]float64{{-1, 1}, {0, 255}, {.1, .7}} {
				x := images(shape...)
				got := applied(t, parse(t, text), x, 0, span[0], span[1], 2)
				if !slices.Equal(got, x.Data) {
					t.Errorf("%s changes images %v at probability 0", text, shape)
				}
				x32 := tensor.Const(x).Convert(tensor.Float32)
				both := run(t, x32, parse(t, text).Apply(seeded(2), x32, probability(0), span[0], span[1]))
				if !slices.Equal(both[0], both[1]) {
					t.Errorf("%s changes compiled images %v at probability 0", text, shape)
				}
			}
		}
	}
}

// effective holds the share of 16x16 images that an operation changes when it applies,
// if that is not 1: a shift can be by 0, a turn by 0 degrees.
var effective = map[string]float64{
	"xflip": 1. / 2, "rotate90": 3. / 4, "xint": 15. / 16, "luma-flip": 1. / 2, "translation": 24. / 25,
}

// TestShares counts the images that each operation changes: all at probability 1 and
// above and without a probability, three tenths at .3. Then it takes into account that
// an operation can have the strength 0.
func TestShares(t *testing.T) {
	const n = 1024
	x := seeded(1).Uniform(-1, 1, n, 3, 16, 16)
	for _, name := range operationNames() {
		var counts []*tensor.Tensor
		probabilities := []float64{always, 1, 1.5, .3}
		for i, prob := range probabilities {
			y := augment.Only(name).Apply(seeded(uint64(20+i)), x, probability(prob), -1, 1)
			changed := y.Compare(tensor.NotEqual, x).Convert(tensor.Float32).MaxOver(1, 2, 3)
			counts = append(counts, changed.Mean())
		}
		for i, share := range run(t, counts...) {
			want := 1.
			if probabilities[i] == .3 {
				want = .3
			}
			if e, ok := effective[name]; ok {
				want *= e
			}
			if se := math.Sqrt(want * (1 - want) / n); math.Abs(float64(share[0])-want) > 3.5*se {
				t.Errorf("%s at probability %g changes %.4f of the images, want %.4f +- %.4f",
					name, probabilities[i], share[0], want, se)
			}
		}
	}
}

// TestIndependence draws the operations of a policy for an image independently: the
// number of applied operations has the variance of a binomial distribution.
func TestIndependence(t *testing.T) {
	const n, p = 4096, .3
	x := tensor.Const(images(n, 3, 4, 4)).Convert(tensor.Float32)
	// Brightness changes the mean of an image; contrast changes its deviations.
	y := parse(t, "color").Apply(seeded(4), x, probability(p), -1, 1)
	pixel := func(v *tensor.Tensor) *tensor.Tensor { return v.Mean(1).KeepDims(1) }
	centred := func(v *tensor.Tensor) *tensor.Tensor { v = pixel(v); return v.Sub(v.Mean(2, 3).KeepDims(2, 3)) }
	out := run(t, y.Mean(1, 2, 3).Sub(x.Mean(1, 2, 3)).Abs(), centred(y).Sub(centred(x)).Abs().MaxOver(1, 2, 3))
	both := 0.
	for i := range n {
		if out[0][i] > 1e-5 && out[1][i] > 1e-5 {
			both++
		}
	}
	if share, se := both/n, math.Sqrt(p*p*(1-p*p)/n); math.Abs(share-p*p) > 3.5*se {
		t.Errorf("two operations with probability %g both apply to %.4f of the images, want %.4f +- %.4f", p, share, p*p, se)
	}
}

// TestSeeds wants equal results for equal seeds, and other results for another seed
// and for a second call.
func TestSeeds(t *testing.T) {
	x := images(3, 3, 8, 8)
	for _, text := range wholePolicies {
		p := parse(t, text)
		first := applied(t, p, x, always, -1, 1, 1)
		if !slices.Equal(first, applied(t, p, x, always, -1, 1, 1)) {
			t.Errorf("%s: equal seeds give different images", text)
		}
		if slices.Equal(first, applied(t, p, x, always, -1, 1, 2)) {
			t.Errorf("%s: different seeds give equal images", text)
		}
		c := seeded(1)
		both := run(t, p.Apply(c, tensor.Const(x).Convert(tensor.Float32), nil, -1, 1),
			p.Apply(c, tensor.Const(x).Convert(tensor.Float32), nil, -1, 1))
		if slices.Equal(both[0], both[1]) {
			t.Errorf("%s: two calls give equal images", text)
		}
	}
}

// TestOwnDraws replaces one image of a batch. The results of the others do not change.
func TestOwnDraws(t *testing.T) {
	for _, text := range wholePolicies {
		x := images(3, 3, 6, 6)
		before := applied(t, parse(t, text), x, always, -1, 1, 1)
		size := len(x.Data) / 3
		for i := range size {
			x.Data[size+i] = 100
		}
		after := applied(t, parse(t, text), x, always, -1, 1, 1)
		if !slices.Equal(before[:size], after[:size]) || !slices.Equal(before[2*size:], after[2*size:]) {
			t.Errorf("%s: one image changes the result of another", text)
		}
	}
}

// TestContrastKeepsMean wants the mean of an image unchanged, and TestSaturation a
// single channel.
func TestContrastKeepsMean(t *testing.T) {
	x := images(4, 3, 6, 5)
	got := applied(t, augment.Only("contrast"), x, always, -1, 1, 3)
	size := len(x.Data) / 4
	for i := range 4 {
		var before, after float64
		for k := range size {
			before += x.Data[i*size+k]
			after += got[i*size+k]
		}
		wantNear(t, "mean", []float64{after / float64(size)}, []float64{before / float64(size)}, 1e-12)
	}
}

func TestSaturationOfOneChannel(t *testing.T) {
	x := images(4, 1, 6, 5)
	if !slices.Equal(applied(t, augment.Only("saturation"), x, always, -1, 1, 3), x.Data) {
		t.Error("saturation changes an image with one channel")
	}
}

// BenchmarkApply runs a policy and its gradient by the images: 64 images, 3x32x32.
func BenchmarkApply(b *testing.B) {
	for _, text := range wholePolicies {
		b.Run(text, func(b *testing.B) {
			device := engine.NewDevice(0)
			defer device.Close()
			x := tensor.Input("x", tensor.Float32, 64, 3, 32, 32)
			dy := tensor.Input("dy", tensor.Float32, 64, 3, 32, 32)
			y := parse(b, text).Apply(seeded(1), x, probability(.5), -1, 1)
			program, err := device.Compile(nil, []*tensor.Tensor{y, tensor.Grad(y.Mul(dy).Sum(), x)})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				program.Run()
			}
		})
	}
}
