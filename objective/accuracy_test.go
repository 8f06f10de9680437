package objective

import (
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// TestAccuracy counts by hand.
func TestAccuracy(t *testing.T) {
	real := tensor.Const(array([]int{4, 1}, 2, 0, -.5, .6))
	fake := tensor.Const(array([]int{4, 1}, -1, 0, .4, .7))
	for name, c := range map[string]struct {
		objective Adversarial
		want      float64
	}{
		"logits: 3 of 4 and 2 of 4":                {NonSaturating{}, .625},
		"smoothed logits":                          {Minimax{}.Smooth(.9), .625},
		"hinge":                                    {Hinge{}, .625},
		"limit 1/2: 2 of 4 and 3 of 4":             {LeastSquares{A: 0, B: 1, C: 1}, .625},
		"limit -1: 4 of 4 and 1 of 4":              {LeastSquares{A: -2, B: 0, C: 0}, .625},
		"limit .65: 1 of 4 and 3 of 4":             {LeastSquares{A: .3, B: 1, C: 1}, .5},
		"pairs: 1 of 4, and an equal pair is none": {Relativistic{}, .25},
	} {
		wantValue(t, name, Accuracy(c.objective, real, fake), c.want, 1e-7)
	}
	for _, o := range []Adversarial{Wasserstein{}, LossSensitive{}} {
		if Classifies(o) {
			t.Errorf("%T has an accuracy", o)
		}
		if err := tensor.Try(func() { Accuracy(o, real, fake) }); err == nil {
			t.Errorf("%T: no misuse", o)
		}
	}
}
