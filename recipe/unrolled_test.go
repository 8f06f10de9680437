package recipe

import (
	"testing"

	"github.com/gander-ml/gander/data"
)

// unrolledAfter plays one round of the recipe unrolled and returns a weight of D
// and the statistics.
func unrolledAfter(t *testing.T, change func(*Unrolled)) map[string]float64 {
	t.Helper()
	r, err := Find("unrolled")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := r.Typical()
	if err != nil {
		t.Fatal(err)
	}
	examples.Training = data.NewRing8(data.Train, 1)
	system, err := built(t, "unrolled", examples, func(s *Unrolled) {
		s.Batch, s.Hidden, s.Latent = 16, 8, 4
		change(s)
	})
	if err != nil {
		t.Fatal(err)
	}
	trainer := trainerOf(t, system, examples.Training)
	values := playOn(t, trainer, 1)
	values["D.0.weight"] = variable(t, trainer, "D.0.weight")[0]
	return values
}

// TestUnrolledChangesOnlyG plays a round with and without unrolling. D must make the same
// update. G's loss must be minus that of a D that has learnt more: larger, because D's loss
// falls.
func TestUnrolledChangesOnlyG(t *testing.T) {
	plain := unrolledAfter(t, func(s *Unrolled) { s.Unroll = 0 })
	for _, steps := range []int{1, 5} {
		ahead := unrolledAfter(t, func(s *Unrolled) { s.Unroll = steps })
		if ahead["D.0.weight"] != plain["D.0.weight"] || ahead["loss.D"] != plain["loss.D"] {
			t.Errorf("%d steps: D is %v, without unrolling %v", steps, ahead, plain)
		}
		if ahead["gradient.G"] == plain["gradient.G"] || !(ahead["loss.G"] > -plain["loss.D"]) {
			t.Errorf("%d steps: G is %v, without unrolling %v", steps, ahead, plain)
		}
	}
}

// TestUnrolledMultiplies compares the means of the scores for points of two scales.
func TestUnrolledMultiplies(t *testing.T) {
	once := unrolledAfter(t, func(s *Unrolled) { s.Multiply = 1 })
	twice := unrolledAfter(t, func(s *Unrolled) { s.Multiply = 2 })
	if once["D(x)"] == twice["D(x)"] || once["D(G(z))"] != twice["D(G(z))"] {
		t.Errorf("points as they are give %v, twice as large %v", once, twice)
	}
}
