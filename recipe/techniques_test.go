package recipe

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/objective"
)

// statistics trains a system for the given number of rounds and returns the statistics of
// the last round and the first value of each variable.
func statistics(t *testing.T, system *System, set data.Set, rounds int64) (figures, variables map[string]float64) {
	t.Helper()
	trainer := trainerOf(t, system, set)
	figures, variables = playOn(t, trainer, rounds), map[string]float64{}
	for _, v := range trainer.Variables() {
		variables[v.Name] = v.Memory.Array(v.Shape...).Data[0]
	}
	return figures, variables
}

// TestTechniques trains the small recipes with each technique for three rounds. The loss of
// D must differ from that of plain training.
func TestTechniques(t *testing.T) {
	digits, ring := data.NewDigits(data.Train, 1), data.NewRing8(data.Train, 1)
	small := func(change func(*Techniques)) func(*Digits) {
		return func(s *Digits) { s.Batch, s.Hidden = 12, 16; change(&s.Techniques) }
	}
	plain, err := built(t, "digits", Examples{Info: digits.Info(), Epoch: 100}, small(func(*Techniques) {}))
	if err != nil {
		t.Fatal(err)
	}
	want, _ := statistics(t, plain, digits, 3)
	for name, change := range map[string]func(*Techniques){
		"pack":            func(s *Techniques) { s.Pack = 3 },
		"augment":         func(s *Techniques) { s.Augment = "color,translation,cutout" },
		"label_smoothing": func(s *Techniques) { s.LabelSmoothing = .1 },
		"instance_noise":  func(s *Techniques) { s.InstanceNoise = .3 },
		"history_weight":  func(s *Techniques) { s.HistoryWeight = 100 },
		"dragan":          func(s *Techniques) { s.Dragan = 10 },
		"rate_d":          func(s *Techniques) { s.RateD = 5 },
		"gate":            func(s *Techniques) { s.Gate = .01 },
	} {
		system, err := built(t, "digits", Examples{Info: digits.Info(), Epoch: 100}, small(change))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, _ := statistics(t, system, digits, 3); got["loss.D"] == want["loss.D"] {
			t.Errorf("%s: the loss of D is %g, as in plain training", name, got["loss.D"])
		}
	}
	packed, err := built(t, "mixture", Examples{Info: ring.Info(), Epoch: 100}, func(s *Mixture) { s.Batch, s.Hidden, s.Maxout, s.Pack = 12, 16, 8, 4 })
	if err != nil {
		t.Fatal(err)
	}
	if in := packed.Game.Players[1].Networks[0].In; len(in) != 1 || in[0] != 8 {
		t.Errorf("D of 4 packed points takes %v, want 8 numbers", in)
	}
	statistics(t, packed, ring, 2)
}

// TestNoiseFalls reads the standard deviation of the instance noise over time.
func TestNoiseFalls(t *testing.T) {
	digits := data.NewDigits(data.Train, 1)
	// 12 examples in a round: after 10 rounds, .12 thousand examples are shown.
	for rounds, want := range map[int64]bool{5: true, 12: false} {
		noisy := func(sd float64) map[string]float64 {
			system, err := built(t, "digits", Examples{Info: digits.Info(), Epoch: 100}, func(s *Digits) {
				s.Batch, s.Hidden, s.LearningRate, s.InstanceNoise, s.NoiseKimg = 12, 16, 0, sd, .12
			})
			if err != nil {
				t.Fatal(err)
			}
			figures, _ := statistics(t, system, digits, rounds)
			return figures
		}
		a, b := noisy(.5), noisy(1)
		if differ := a["loss.D"] != b["loss.D"]; differ != want {
			t.Errorf("after %d rounds the noise matters: %v, want %v", rounds, differ, want)
		}
	}
}

// TestADA trains with a target that D always exceeds, so that the probability rises by a
// fixed step every fourth round. It must be in the statistics and in the checkpoint.
func TestADA(t *testing.T) {
	digits := data.NewDigits(data.Train, 1)
	system, err := built(t, "digits", Examples{Info: digits.Info(), Epoch: 100}, func(s *Digits) {
		s.Batch, s.Hidden, s.Augment, s.ADA, s.ADATarget, s.ADAKimg = 12, 16, "bgc", true, -1, 1
	})
	if err != nil {
		t.Fatal(err)
	}
	figures, variables := statistics(t, system, digits, 8)
	const want = 2 * 4 * 12 / 1000.
	if p := figures["augment.p"]; math.Abs(p-want) > 1e-6 || variables["augment.p"] != p {
		t.Errorf("after 8 rounds p is %g in the statistics and %g in the checkpoint, want %g", p, variables["augment.p"], want)
	}
}

// TestTechniquesRefused wants one clear error for each technique that does not fit.
func TestTechniquesRefused(t *testing.T) {
	ring := Examples{Info: data.NewRing8(data.Train, 1).Info()}
	for want, change := range map[string]func(*Mixture){
		"pack = 3 does not divide the batch of 100 examples (hint: --set batch=N, with N a multiple of 3)": func(s *Mixture) { s.Pack = 3 },
		`augment = "color": only images can be augmented, and the data are points (hint: --set augment=)`:  func(s *Mixture) { s.Augment = "color" },
		"ada = true: only images can be augmented, and the data are points (hint: --set ada=false)":        func(s *Mixture) { s.ADA = true },
		`unknown augmentation "colour" (hint: did you mean color?`:                                         func(s *Mixture) { s.Augment = "colour" },
	} {
		_, err := built(t, "mixture", ring, change)
		wantError(t, err, want)
	}
	want := "ada = true, and there is no augmentation to adapt (hint: --set augment=bgc, for example)"
	_, err := built(t, "digits", mnist, func(s *Digits) { s.ADA = true })
	wantError(t, err, want)
}

// TestLongTimes has settings in kimg that are longer than any run. The numbers of rounds do not
// overflow: instance noise stays, and the average stays finite.
func TestLongTimes(t *testing.T) {
	for _, kimg := range []float64{1e300, math.MaxFloat64} {
		if got := stepsOf(kimg, 4); got != mostRounds {
			t.Errorf("%g kimg are %d updates", kimg, got)
		}
		if e := averageOf(kimg, 4); !(e.Decay < 1) {
			t.Errorf("an average of %g kimg has the decay %g", kimg, e.Decay)
		}
		p := Pair{Batch: 4, Objective: objective.Relativistic{}}
		if got := p.rounds(kimg); got != mostRounds {
			t.Errorf("%g kimg are %d rounds", kimg, got)
		}
	}
}
