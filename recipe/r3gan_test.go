package recipe

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/random"
)

// TestR3GANParameters compares the numbers of parameters for 32x32 with those of Config E:
// 20.73 and 20.68 million. With classes there are two tables, and D has an output for each
// channel.
func TestR3GANParameters(t *testing.T) {
	labelled := Examples{Info: data.NewInfo("cifar", data.Image(3, 32, 32), data.Label(10)), Epoch: 50_000}
	for _, c := range []struct {
		conditional string
		g, d        int
	}{
		{"no", 20_732_160, 20_683_776},
		{"yes", 20_732_160 + 10*64 + 64*768, 20_683_776 + 767*768 + 10*768},
	} {
		system, err := built(t, "r3gan", labelled, func(s *R3GAN) { s.Conditional = c.conditional })
		if err != nil {
			t.Fatal(err)
		}
		if sizes := trainable(t, system); sizes["G"] != c.g || sizes["D"] != c.d {
			t.Errorf("conditional = %s: G has %d parameters and D %d, want %d and %d", c.conditional, sizes["G"], sizes["D"], c.g, c.d)
		}
	}
}

// TestR3GANInitialValues compares the standard deviations of the initial weights with the
// published formula.
func TestR3GANInitialValues(t *testing.T) {
	system, err := built(t, "r3gan", cifar, func(*R3GAN) {})
	if err != nil {
		t.Fatal(err)
	}
	const gain = .8246
	want := map[string]float64{
		"G.0.weight": 1. / 8, "G.1.basis": 1, // the linear layer reads 64 numbers
		"G.2.0.0.0.weight": gain / math.Sqrt(768), "G.2.0.0.2.weight": gain / math.Sqrt(144), "G.2.0.0.4.weight": 0,
		"D.0.weight": 1 / math.Sqrt(3), "D.8.0.basis": 1. / 4, "D.9.weight": 1 / math.Sqrt(768),
	}
	for _, player := range system.Game.Players {
		for _, p := range player.Networks[0].Params {
			sd, ok := want[p.Name]
			if !ok {
				continue
			}
			delete(want, p.Name)
			values := make([]float64, p.Value.Size())
			p.Init(values, p.Value.Shape(), random.New(1, p.Name))
			sum := 0.
			for _, v := range values {
				sum += v * v
			}
			n := float64(len(values))
			if got := math.Sqrt(sum / n); math.Abs(got-sd) > 4*sd/math.Sqrt(2*n) {
				t.Errorf("%s begins with the standard deviation %g, want %g", p.Name, got, sd)
			}
		}
	}
	for name := range want {
		t.Errorf("there is no parameter %s", name)
	}
}

// TestR3GANForms builds small networks for images of several sizes.
func TestR3GANForms(t *testing.T) {
	for _, f := range []data.Field{data.Image(3, 28, 28), data.Image(1, 32, 16), data.Image(3, 128, 128), data.Image(3, 8, 12)} {
		system, err := built(t, "r3gan", Examples{Info: data.NewInfo("some", f)}, func(s *R3GAN) { s.Width, s.Blocks, s.Group = 8, 1, 4 })
		if err != nil {
			t.Errorf("%v: %v", f, err)
			continue
		}
		if made := makes(t, system, 3); made.Size() != 3*f.Size() {
			t.Errorf("%v: 3 samples are %v", f, made)
		}
	}
}

// r3ganStatistics trains a small R3GAN for some rounds and returns the statistics of the last
// round.
func r3ganStatistics(t *testing.T, rounds int64, change func(*R3GAN)) map[string]float64 {
	t.Helper()
	examples := Examples{Info: data.NewInfo("some", data.Image(1, 8, 8), data.Label(3)), Epoch: 64}
	system, err := built(t, "r3gan", examples, func(s *R3GAN) {
		s.Width, s.Blocks, s.Group, s.Batch, s.Latent = 4, 1, 4, 8, 4
		change(s)
	})
	if err != nil {
		t.Fatal(err)
	}
	return playOn(t, trainerOf(t, system, imitation(t, examples.Info, 64)), rounds)
}

// TestR3GANPenalties compares D's loss with each choice of the penalties. The penalties of
// the first round add up, and have the weight gamma / 2.
func TestR3GANPenalties(t *testing.T) {
	loss := func(penalties string, gamma float64, goal string) float64 {
		return r3ganStatistics(t, 1, func(s *R3GAN) { s.Penalties, s.Gamma, s.Objective = penalties, gamma, goal })["loss.D"]
	}
	for _, goal := range []string{"relativistic", "non-saturating"} {
		none, r1, r2, both := loss("none", 1, goal), loss("r1", 1, goal), loss("r2", 1, goal), loss("both", 1, goal)
		if !(r1 > none) || !(r2 > none) || math.Abs(both-(r1+r2-none)) > 1e-5*both {
			t.Errorf("%s: losses without penalties %g, with R1 %g, R2 %g, both %g", goal, none, r1, r2, both)
		}
		if twice := loss("both", 2, goal); math.Abs(twice-none-2*(both-none)) > 1e-5*twice {
			t.Errorf("%s: the penalties are %g with gamma 1, %g with gamma 2", goal, both-none, twice-none)
		}
	}
}

// TestR3GANPlays trains small networks with classes, and with augmentation.
func TestR3GANPlays(t *testing.T) {
	for name, change := range map[string]func(*R3GAN){
		"classes":      func(s *R3GAN) { s.Conditional, s.BurnInKimg = "yes", .016 },
		"augmentation": func(s *R3GAN) { s.Augment = "translation" },
		"no average":   func(s *R3GAN) { s.HalfLifeKimg, s.BurnInKimg = 0, 0 },
		"packs":        func(s *R3GAN) { s.Pack = 2 },
	} {
		if got := r3ganStatistics(t, 3, change); got["loss.D"] == 0 || got["loss.G"] == 0 {
			t.Errorf("%s: statistics %v", name, got)
		}
	}
}

func TestR3GANRefuses(t *testing.T) {
	wantRefused(t, "r3gan", map[string]refused[R3GAN]{
		"conditional = yes, and dataset cifar has no labels (hint: --set conditional=no": {
			cifar, func(s *R3GAN) { s.Conditional = "yes" }},
		"group = 16 does not divide the 24 channels within a block (hint: --set group=N, with N a divisor of 24, or change width)": {
			cifar, func(s *R3GAN) { s.Width = 12 }},
		"images of 33x32: its networks make images with sides that are multiples of 2, from 8 to 256 (hint: --set data.size=34x32)": {
			imagesOf(3, 33, 32), func(*R3GAN) {}},
	})
}
