package recipe

import (
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/tensor"
)

// TestBiGANParameters compares the numbers of parameters with those of the published
// networks: no biases, and no scales or shifts in the normalisation.
func TestBiGANParameters(t *testing.T) {
	for form, wantD := range map[string]int{
		"bigan":                  784*1024 + 1024*1024 + 50*1024 + 1024,
		"latent-regressor":       784*1024 + 1024*1024 + 1024,
		"joint-latent-regressor": 784*1024 + 1024*1024 + 1024,
	} {
		system, err := built(t, "bigan", mnist, func(s *BiGAN) { s.Form = form })
		if err != nil {
			t.Fatal(err)
		}
		sizes := trainable(t, system)
		if g, e := 2*50*1024+1024*1024+1024*784, 784*1024+1024*1024+1024*50; sizes["G"] != g || sizes["E"] != e || sizes["D"] != wantD {
			t.Errorf("%s: G, E and D have %d, %d and %d parameters, want %d, %d and %d", form, sizes["G"], sizes["E"], sizes["D"], g, e, wantD)
		}
	}
}

// TestBiGANBegins compares the first losses with the row of epoch 0 in the published log,
// 0.6932: D's last layer is 0 at first. The latent regressor begins at E(x) = 0, so its
// cross entropy is ln 2 too.
func TestBiGANBegins(t *testing.T) {
	small := Examples{Info: data.NewInfo("small", data.Image(1, 8, 8)), Epoch: 64}
	for form, want := range map[string][3]float64{ // of D, G and E, in ln 2
		"bigan":                  {1, 1, 1},
		"latent-regressor":       {1, 1, 1},
		"joint-latent-regressor": {1, 1.25, .25},
	} {
		system, err := built(t, "bigan", small, func(s *BiGAN) { s.Form, s.Hidden, s.Batch = form, 16, 8 })
		if err != nil {
			t.Fatal(err)
		}
		losses := playOn(t, trainerOf(t, system, imitation(t, small.Info, 64)), 1)
		for i, player := range []string{"D", "G", "E"} {
			if got := losses[game.LossPrefix+player]; math.Abs(got-want[i]*math.Ln2) > 1e-5 {
				t.Errorf("%s: the first loss of %s is %g, want %g", form, player, got, want[i]*math.Ln2)
			}
		}
	}
}

// TestBiGANOutputs traces all outputs, and wants encodings within the range of z.
func TestBiGANOutputs(t *testing.T) {
	for _, field := range []data.Field{data.Image(1, 28, 28), data.Image(3, 5, 7)} {
		system, err := built(t, "bigan", Examples{Info: data.NewInfo("some", field)}, func(s *BiGAN) { s.Hidden = 16 })
		if err != nil {
			t.Fatal(err)
		}
		for name, size := range map[string]int{"G": field.Size(), "E": 50, "reconstruction": field.Size()} {
			made := madeBy(t, system, name, 3)
			if made.Dim(0) != 3 || made.Size() != 3*size {
				t.Errorf("%v: 3 of %s are %v, want %d numbers each", field, name, made, size)
			}
		}
	}
}

// TestBiGANRate compares the learning rate with that of the authors' code: constant, then
// falling exponentially to a hundredth.
func TestBiGANRate(t *testing.T) {
	s := BiGAN{LearningRate: 2e-4, Batch: 100, HoldKimg: 1, FallKimg: 2, FallTo: .01}
	for kimg, want := range map[float64]float64{0: 2e-4, 1: 2e-4, 2: 2e-5, 3: 2e-6, 9: 2e-6} {
		step := tensor.Scalar(tensor.Float32, kimg*1000/float64(s.Batch))
		got, err := tensor.Eval([]*tensor.Tensor{s.rate()(step)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got[0].Data[0]/want-1) > 1e-5 {
			t.Errorf("after %g kimg the rate is %g, want %g", kimg, got[0].Data[0], want)
		}
	}
}

func TestBidirectionalRefuses(t *testing.T) {
	points := Examples{Info: data.NewInfo("points", data.Point(2))}
	for want, build := range map[string]func() (*System, error){
		"recipe bigan: it generates images, and the data are points (hint: ": func() (*System, error) { return built(t, "bigan", points, func(*BiGAN) {}) },
		"recipe bigan: images of 3x200x200 (channels, height, width) have 120000 values": func() (*System, error) {
			return built(t, "bigan", Examples{Info: data.NewInfo("large", data.Image(3, 200, 200))}, func(*BiGAN) {})
		},
		"recipe ali: it generates points, and the data are images (hint: ": func() (*System, error) { return built(t, "ali", mnist, func(*ALI) {}) },
	} {
		if _, err := build(); err == nil || !strings.Contains(hint.Text(err), want) {
			t.Errorf("error %v, want %q", hint.Text(orNone(err)), want)
		}
	}
}
