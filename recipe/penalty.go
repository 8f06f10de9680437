package recipe

import (
	"slices"

	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/tensor"
)

// onePerExample draws one number from U(0, 1) for each example of x: [batch, 1, ...].
func onePerExample(t *game.Trace, x *tensor.Tensor) *tensor.Tensor {
	shape := slices.Repeat([]int{1}, x.Rank())
	shape[0] = x.Dim(0)
	return t.Uniform(0, 1, shape...)
}

// GradientPenalty returns the penalty of WGAN-GP, [objective.GradientPenalty], at random
// points between real and generated examples.
func GradientPenalty(g objective.GradientPenalty) func(*game.Trace, *Play) *tensor.Tensor {
	return func(t *game.Trace, p *Play) *tensor.Tensor {
		return g.Of(p.Score, p.X, p.Made, onePerExample(t, p.X))
	}
}

// R1 returns the penalty [objective.R1] at real examples. It is nil if gamma is 0.
func R1(gamma float64) func(*game.Trace, *Play) *tensor.Tensor {
	if gamma == 0 {
		return nil
	}
	return func(_ *game.Trace, p *Play) *tensor.Tensor { return objective.R1{Gamma: gamma}.At(p.Real, p.X) }
}

// R1AndR2 returns the penalties [objective.R1] at real and at generated examples, with the
// same strength (Huang et al. 2024, R3GAN). It is nil if gamma is 0.
func R1AndR2(gamma float64) func(*game.Trace, *Play) *tensor.Tensor {
	if gamma == 0 {
		return nil
	}
	penalty := objective.R1{Gamma: gamma}
	return func(_ *game.Trace, p *Play) *tensor.Tensor {
		return penalty.At(p.Real, p.X).Add(penalty.At(p.Fake, p.Made))
	}
}
