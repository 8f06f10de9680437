package recipe

import (
	"context"
	"math"
	"testing"

	"github.com/gander-ml/gander/data"
)

// TestSNGANParameters compares the number of parameters with that of Table 3: 2,935,873 for
// D with biases.
func TestSNGANParameters(t *testing.T) {
	system, err := built(t, "sngan", cifar, func(*SNGAN) {})
	if err != nil {
		t.Fatal(err)
	}
	const g = 129*8192 + (512*256+256*128+128*64)*16 + 3*(256+128+64) + 64*27 + 3
	if sizes := trainable(t, system); sizes["D"] != 2_935_873 || sizes["G"] != g {
		t.Errorf("G has %d parameters and D %d, want %d and 2935873", sizes["G"], sizes["D"], g)
	}
}

// TestSNGANForms builds both forms for images of several sizes.
func TestSNGANForms(t *testing.T) {
	for _, form := range []string{"standard", "resnet"} {
		for _, f := range []data.Field{data.Image(3, 32, 32), data.Image(1, 48, 32), data.Image(3, 64, 64), data.Image(1, 28, 28)} {
			system, err := built(t, "sngan", Examples{Info: data.NewInfo("some", f)}, func(s *SNGAN) { s.Form, s.Width = form, 4 })
			if err != nil {
				t.Errorf("%s, %v: %v", form, f, err)
				continue
			}
			if made := makes(t, system, 3); made.Size() != 3*f.Size() {
				t.Errorf("%s, %v: 3 samples are %v", form, f, made)
			}
		}
	}
}

// TestSNGANPlays trains the small form resnet for two rounds with each objective. Each
// round is an update of G, then k updates of D.
func TestSNGANPlays(t *testing.T) {
	for _, goal := range []string{"hinge", "non-saturating"} {
		system, err := built(t, "sngan", cifar, func(s *SNGAN) {
			s.Form, s.Objective, s.Width, s.Batch, s.K, s.FallKimg, s.Pack = "resnet", goal, 2, 4, 3, 1, 2
		})
		if err != nil {
			t.Fatal(err)
		}
		if r := system.Game.Round; len(r) != 2 || r[0].Players[0].Name != "G" || r[0].Times != 1 || r[1].Times != 3 {
			t.Errorf("a round is %+v", r)
		}
		if err := trainerOf(t, system, imitation(t, cifar.Info, 64)).Train(context.Background(), 2, nil); err != nil {
			t.Error(err)
		}
	}
}

// TestSNGANPixels compares the range of pixels with the published x/128 - 1.
func TestSNGANPixels(t *testing.T) {
	for dequantise, want := range map[bool]data.Scale{true: {Lo: -1, Hi: .9921875}, false: {Lo: -1, Hi: 1}} {
		system, err := built(t, "sngan", cifar, func(s *SNGAN) { s.Dequantise, s.Width = dequantise, 2 })
		if err != nil {
			t.Fatal(err)
		}
		if got := system.Outputs[0].Scale; got != want {
			t.Errorf("dequantise = %v: pixels are in %v, want %v", dequantise, got, want)
		}
	}
}

func TestSNGANRefuses(t *testing.T) {
	wantRefused(t, "sngan", map[string]refused[SNGAN]{
		"images of 30x30: its networks make images with sides that are multiples of 4, from 16 to 256 (hint: --set data.size=32)": {
			imagesOf(1, 30, 30), func(*SNGAN) {}},
		"it generates images, and the data are points": {pointsOf(2), func(*SNGAN) {}},
		"label_smoothing = 0.1: the objective of this recipe has no labels to smooth (hint: --set label_smoothing=0": {
			imagesOf(3, 32, 32), func(s *SNGAN) { s.LabelSmoothing = .1 }},
	})
}

// TestSNGANPowerIterations plays a round without learning. Then the weights of D stay as
// they are, and each update of D makes two power iterations: one for real examples and one
// for samples. An update of G makes none that is stored, with any number of minibatches.
func TestSNGANPowerIterations(t *testing.T) {
	const k = 2
	for _, batches := range []int{1, 3} {
		system, err := built(t, "sngan", cifar, func(s *SNGAN) {
			s.Form, s.Width, s.Batch, s.LearningRate, s.K, s.BatchesG = "resnet", 2, 2, 0, k, batches
		})
		if err != nil {
			t.Fatal(err)
		}
		trainer := trainerOf(t, system, imitation(t, cifar.Info, 10))
		weight := variable(t, trainer, "D.0.0.0.0.weight") // [2, 3, 3, 3]
		for _, v := range trainer.Variables() {
			if v.Name == "D.0.0.0.0.weight.u" {
				copy(v.Memory.Float32(), []float32{1, 0}) // far from where the power iteration goes
			}
		}
		want := []float64{1, 0}
		for range 2 * k {
			want = powerIteration(weight, want)
		}
		if err := trainer.Train(context.Background(), 1, nil); err != nil {
			t.Fatal(err)
		}
		for i, got := range variable(t, trainer, "D.0.0.0.0.weight.u") {
			if math.Abs(got-want[i]) > 1e-5 {
				t.Errorf("%d minibatches for G: element %d of u is %g, want %g", batches, i, got, want[i])
			}
		}
	}
}

// powerIteration returns the next vector u of a weight with a row for each element of u.
func powerIteration(weight, u []float64) []float64 {
	columns := len(weight) / len(u)
	v, next, square := make([]float64, columns), make([]float64, len(u)), 0.
	for i, w := range weight {
		v[i%columns] += w * u[i/columns]
	}
	for i, w := range weight {
		next[i/columns] += w * v[i%columns]
	}
	for _, x := range next {
		square += x * x
	}
	for i := range next {
		next[i] /= math.Sqrt(square)
	}
	return next
}
