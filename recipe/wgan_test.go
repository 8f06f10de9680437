package recipe

import (
	"context"
	"slices"
	"testing"

	"github.com/gander-ml/gander/data"
)

// TestWGANParameters compares numbers of parameters with those of the authors' networks.
func TestWGANParameters(t *testing.T) {
	for _, c := range []struct {
		name     string
		examples Examples
		change   func(*WGAN)
		g, d     int
	}{
		{"DCGAN, 64 pixels", imagesOf(3, 64, 64), func(*WGAN) {}, 3_576_704, 2_765_568},
		{"no normalisation in G", imagesOf(3, 64, 64), func(s *WGAN) { s.NormG = false }, 3_576_704 - 2*(512+256+128+64), 2_765_568},
		{"no normalisation in D", imagesOf(3, 64, 64), func(s *WGAN) { s.NormD = false }, 3_576_704, 2_765_568 - 2*(128+256+512)},
		{"constant channels in G", imagesOf(3, 64, 64), func(s *WGAN) { s.NormG, s.ConstantG = false, true },
			100*64*16 + 3*64*64*16 + 64*3*16, 2_765_568},
		{"fully connected, 64 pixels", imagesOf(3, 64, 64), func(s *WGAN) { s.Form = "mlp" },
			100*512 + 512 + 2*(512*512+512) + 512*12_288 + 12_288, 12_288*512 + 512 + 2*(512*512+512) + 513},
		{"fully connected, MNIST", mnist, func(s *WGAN) { s.Form = "mlp" }, 979_216, 927_745},
	} {
		system, err := built(t, "wgan", c.examples, c.change)
		wantSizes(t, c.name, system, err, c.g, c.d)
	}
	for _, shape := range [][3]int{{1, 28, 28}, {3, 32, 32}, {1, 16, 20}} {
		examples := imagesOf(shape[0], shape[1], shape[2])
		system, err := built(t, "wgan", examples, func(s *WGAN) { s.Width, s.Pack, s.Optimizer = 4, 2, "adam" })
		if err != nil {
			t.Errorf("%v: %v", shape, err)
		} else if made := makes(t, system, 3); made.Size() != 3*examples.First().Size() {
			t.Errorf("%v: 3 samples are %v", shape, made)
		}
	}
}

// TestWGANWarmUp counts the updates of the critic before each of the first 1200 updates of
// G. The authors' code makes 100 if the number of updates of G so far is below 25 or a
// multiple of 500, otherwise 5.
func TestWGANWarmUp(t *testing.T) {
	for _, c := range []struct {
		change func(*WGAN)
		want   func(g int) int
	}{
		{func(*WGAN) {}, func(g int) int {
			if g < 25 || g%500 == 0 {
				return 100
			}
			return 5
		}},
		{func(s *WGAN) { s.CriticSteps, s.WarmFirst, s.WarmEvery = 7, 30, 20 }, func(g int) int {
			if g < 30 || g%20 == 0 {
				return 105 // rounded up
			}
			return 7
		}},
		{func(s *WGAN) { s.WarmFirst, s.WarmEvery = 3, 0 }, func(g int) int {
			if g < 3 {
				return 100
			}
			return 5
		}},
		{func(s *WGAN) { s.WarmFirst, s.WarmEvery = 0, 1 }, func(int) int { return 100 }},
	} {
		s := *settingsOf[WGAN](t, "wgan")
		c.change(&s)
		round := int64(0)
		for g := range 1200 {
			critic := s.CriticSteps
			for s.onlyD(round) {
				critic += s.CriticSteps
				round++
			}
			round++
			if critic != c.want(g) {
				t.Fatalf("%+v: %d updates of the critic before update %d of G, want %d", s, critic, g, c.want(g))
			}
		}
	}
	if phases := (WGAN{CriticSteps: 5, WarmUp: 5}).phases(nil, nil); phases != nil {
		t.Error("5 updates of 5 are a warm-up")
	}
}

// TestWGANClips plays rounds with and without warm-ups. After each, all weights of D are
// within the limit. G moves only in the last round of a warm-up.
func TestWGANClips(t *testing.T) {
	const clip = .01
	system, err := built(t, "wgan", mnist, func(s *WGAN) {
		s.Form, s.Hidden, s.Batch, s.CriticSteps, s.WarmUp, s.WarmFirst, s.LearningRate = "mlp", 16, 8, 2, 6, 2, .01
	})
	if err != nil {
		t.Fatal(err)
	}
	trainer := trainerOf(t, system, data.NewDigits(data.Train, 1))
	d := system.Game.Players[1]
	var moved []int64
	if err := trainer.Train(context.Background(), 8, func() error {
		for _, param := range d.Networks[0].Trainable() {
			m, _ := trainer.Store().Memory(param.Value)
			if most := max(slices.Max(m.Float32()), -slices.Min(m.Float32())); most > clip {
				t.Errorf("round %d: a number of %s is %g", trainer.Step(), param.Name, most)
			}
		}
		trainer.Statistics(func(name string, _ float64) {
			if name == "loss.G" {
				moved = append(moved, trainer.Step())
			}
		})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if want := []int64{3, 6, 7, 8}; !slices.Equal(moved, want) {
		t.Errorf("G moved in rounds %v, want %v", moved, want)
	}
}

func TestWGANRefuses(t *testing.T) {
	same := func(*WGAN) {}
	wantRefused(t, "wgan", map[string]refused[WGAN]{
		"images of 30x30: its networks make images with sides that are multiples of 4, from 16 to 256": {imagesOf(1, 30, 30), same},
		"it generates images, and the data are points":                                                 {pointsOf(2), same},
		"the objective of this recipe has no labels to smooth":                                         {mnist, func(s *WGAN) { s.LabelSmoothing = .1 }},
	})
	for _, wrong := range []string{"clip=0", "clip=-1", "critic_steps=0", "optimizer=sgd", "warm_up=-1"} {
		wantUnset(t, "wgan", wrong)
	}
}
