// Package dirac is the Dirac-GAN of Mescheder et al. 2018 (Which Training Methods for GANs
// do actually Converge?, arXiv 1801.04406): the simplest game of two players. The data is
// one point, 0. G makes one point, theta, and D is linear with the weight psi. The
// equilibrium is (0, 0), and each [Method] finds it or not.
//
// The package exists so that a page of results and the playground play the same game, with
// the objectives, penalties, gradients and optimisers of Gander, in float64 and without
// random numbers. It must not know pages, pictures or files.
package dirac

import (
	"fmt"
	"math"

	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/tensor"
)

// A Method is a training method. The discriminator is linear. As in the paper it gives high
// scores to generated points: the score of x is here -psi x.
type Method struct {
	Name      string
	Objective objective.Adversarial
	Penalty   func(score objective.Score, real, fake *tensor.Tensor) *tensor.Tensor // of D; nil: none
	Clip      float64                                                               // limit of psi; 0: none
	Consensus float64                                                               // weight of consensus optimisation
	Rough     bool                                                                  // the penalty has no derivative at psi = 0
}

// R1 returns the penalty R1 at the data.
func R1(gamma float64) func(score objective.Score, real, fake *tensor.Tensor) *tensor.Tensor {
	return func(score objective.Score, real, _ *tensor.Tensor) *tensor.Tensor {
		return objective.R1{Gamma: gamma}.Of(score, real)
	}
}

// gradientPenalty is the penalty of WGAN-GP. Its gradient is .7 (|psi| - 1) sign(psi).
func gradientPenalty(score objective.Score, real, fake *tensor.Tensor) *tensor.Tensor {
	half := tensor.Full(tensor.Float64, .5, real.Dim(0), 1) // the slope is the same everywhere
	return objective.GradientPenalty{Lambda: .35}.Of(score, real, fake, half)
}

// Methods returns the methods of the paper, and consensus optimisation (Mescheder et al.
// 2017, The Numerics of GANs).
func Methods() []Method {
	return []Method{
		{Name: "GAN", Objective: objective.Minimax{}},
		{Name: "non-saturating GAN", Objective: objective.NonSaturating{}},
		{Name: "GAN, R1 with gamma 0.3", Objective: objective.Minimax{}, Penalty: R1(.3)},
		{Name: "GAN, R1 with gamma 1", Objective: objective.Minimax{}, Penalty: R1(1)},
		{Name: "non-saturating GAN, R1 with gamma 0.3", Objective: objective.NonSaturating{}, Penalty: R1(.3)},
		{Name: "WGAN, psi clipped to 1", Objective: objective.Wasserstein{}, Clip: 1},
		{Name: "WGAN-GP", Objective: objective.Wasserstein{}, Penalty: gradientPenalty, Rough: true},
		{Name: "GAN, consensus optimisation", Objective: objective.Minimax{}, Consensus: 1},
	}
}

// A Point is a state of the game. The equilibrium is (0, 0).
type Point struct{ Theta, Psi float64 }

// Radius returns the distance from the equilibrium.
func (p Point) Radius() float64 { return math.Hypot(p.Theta, p.Psi) }

// Text returns both numbers to six digits, or "0" if both would be 0.
func (p Point) Text() string {
	if max(math.Abs(p.Theta), math.Abs(p.Psi)) < 5e-7 {
		return "0"
	}
	return fmt.Sprintf("%.6f, %.6f", p.Theta, p.Psi)
}

// gradients returns the gradients of the losses of G and D, by theta and by psi, in
// independent games: all are float64[n,1].
func (m Method) gradients(theta, psi *tensor.Tensor) (g, d *tensor.Tensor) {
	score := func(x *tensor.Tensor) *tensor.Tensor { return x.Mul(psi).Neg() }
	games := theta.Dim(0)
	data := tensor.Zeros(tensor.Float64, games, 1)
	real, fake := score(data), score(theta)
	lossD := m.Objective.Discriminator(real, fake)
	if m.Penalty != nil {
		lossD = lossD.Add(m.Penalty(score, data, theta))
	}
	each := float64(games) // a loss is the mean over the games
	g = tensor.Grad(m.Objective.Generator(real, fake), theta).Scale(each)
	d = tensor.Grad(lossD, psi).Scale(each)
	if m.Consensus == 0 {
		return g, d
	}
	lengths := g.Square().Add(d.Square()).Sum().Scale(m.Consensus / 2)
	both := tensor.Grads(lengths, theta, psi)
	return g.Add(both[0]), d.Add(both[1])
}
