package recipe

import (
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

func mixture(t *testing.T, change func(*Mixture)) *System {
	t.Helper()
	r, err := Find("mixture")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := r.Typical()
	if err != nil {
		t.Fatal(err)
	}
	settings := r.Settings()
	change(settings.(*Mixture))
	system, err := r.Build(settings, examples)
	if err != nil {
		t.Fatal(err)
	}
	return system
}

// TestMixtureIsAsPublished compares the system with the configuration of its authors:
// the shapes and the initial standard deviation of all parameters.
func TestMixtureIsAsPublished(t *testing.T) {
	system := mixture(t, func(*Mixture) {})
	want := map[string]struct {
		shape    []int
		mean, sd float64
	}{
		"G.0.weight": {[]int{2, 400}, 0, .02}, "G.3.weight": {[]int{400, 400}, 0, .02},
		"G.6.weight": {[]int{400, 400}, 0, .02}, "G.9.weight": {[]int{400, 400}, 0, .02},
		"G.12.weight": {[]int{400, 2}, 0, .02}, "G.12.bias": {[]int{2}, 0, 0},
		"D.0.weight": {[]int{2, 1000}, 0, .02}, "D.0.bias": {[]int{1000}, 0, 0},
		"D.1.weight": {[]int{200, 1000}, 0, .02}, "D.1.bias": {[]int{1000}, 0, 0},
		"D.2.weight": {[]int{200, 1000}, 0, .02}, "D.2.bias": {[]int{1000}, 0, 0},
		"D.3.weight": {[]int{200, 1}, 0, .02}, "D.3.bias": {[]int{1}, 0, 0},
	}
	for _, player := range system.Game.Players {
		for _, network := range player.Networks {
			for _, p := range network.Trainable() {
				w, ok := want[p.Name]
				switch {
				case strings.HasSuffix(p.Name, ".scale"):
					w.shape, w.mean, ok = []int{400}, 1, true
				case strings.HasSuffix(p.Name, ".shift"):
					w.shape, ok = []int{400}, true
				}
				delete(want, p.Name)
				if !ok || tensor.Size(w.shape) != p.Value.Size() {
					t.Errorf("parameter %s of %v is not published", p.Name, p.Value.Shape())
					continue
				}
				mean, sd := spread(p.Init, w.shape)
				few := 5 / math.Sqrt(float64(p.Value.Size())) // standard errors, with some room
				if math.Abs(mean-w.mean) > few*w.sd+1e-12 || math.Abs(sd-w.sd) > few*w.sd+1e-12 {
					t.Errorf("%s begins with mean %g and deviation %g, want %g and %g", p.Name, mean, sd, w.mean, w.sd)
				}
			}
		}
	}
	for name := range want {
		t.Errorf("there is no parameter %s", name)
	}
	if g := system.Game; g.Batch != 100 || len(g.Round) != 1 || len(g.Round[0].Players) != 2 || g.Round[0].Times != 1 {
		t.Errorf("a round is %+v of batches of %d, want both players at once on 100", g.Round, g.Batch)
	}
	r, err := Find("mixture")
	if err != nil || r.Kimg*1000 != 400*float64(data.NewRing8(data.Train, 0).Len()) {
		t.Errorf("%g kimg are not 400 epochs, error %v", r.Kimg, err)
	}
}

func spread(init func([]float64, []int, *random.Stream), shape []int) (mean, sd float64) {
	values := make([]float64, tensor.Size(shape))
	init(values, shape, random.New(1, "test"))
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		sd += (v - mean) * (v - mean) / float64(len(values))
	}
	return mean, math.Sqrt(sd)
}

func TestMixtureAlternates(t *testing.T) {
	system := mixture(t, func(s *Mixture) { s.Simultaneous, s.K, s.Objective = false, 3, "minimax" })
	round := system.Game.Round
	if len(round) != 2 || round[0].Times != 3 || round[0].Players[0].Name != "D" || round[1].Players[0].Name != "G" {
		t.Errorf("a round is %+v, want 3 moves of D, then one of G", round)
	}
}

func TestMixtureRefusesImages(t *testing.T) {
	r, err := Find("mixture")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Build(r.Settings(), mnist); err == nil || !strings.Contains(hint.Text(err), "it generates points, and the data are images (hint: ") {
		t.Errorf("images: error %v", err)
	}
	if _, err := r.Build(r.Settings(), Examples{Info: data.NewInfo("wide", data.Point(1<<20))}); err == nil || !strings.Contains(hint.Text(err), "at most 16384") {
		t.Errorf("huge points: error %v", err)
	}
}
