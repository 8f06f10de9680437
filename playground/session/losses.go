package session

import (
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/tensor"
)

// players are G and D and how they are judged.
type players struct {
	Settings
	G, D *nn.Network
}

// adversarial returns the objective for real examples x and samples made, both [batch, 2].
// With feature matching it is that of D.
func (s Settings) adversarial(x, made *tensor.Tensor) objective.Adversarial {
	switch s.Objective {
	case "minimax":
		return objective.Minimax{}.Smooth(1 - s.Smoothing)
	case "least-squares":
		return objective.LeastSquares{A: s.TargetA, B: s.TargetB, C: s.TargetC}
	case "hinge":
		return objective.Hinge{}
	case "wasserstein":
		return objective.Wasserstein{}
	case "relativistic":
		return objective.Relativistic{}
	case "loss-sensitive":
		return objective.LossSensitive{Gamma: s.GammaReal, Slope: s.Slope, Margin: objective.Margin(s.Tau, x, made)}
	case "soft-labels":
		return objective.SoftLabels{Real: s.SoftReal, Fake: s.SoftFake, G: s.SoftG}
	case "feature-matching":
		return objective.NonSaturating{}
	}
	return objective.NonSaturating{}.Smooth(1 - s.Smoothing)
}

// logits reports whether logistic(score) is D(x).
func (s Settings) logits() bool {
	switch s.Objective {
	case "minimax", "non-saturating", "soft-labels", "feature-matching":
		return true
	}
	return false
}

// score traces D on examples, [batch, 2] to [batch, 1].
func (p *players) score(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
	return p.D.Apply(c, p.withNoise(c, x))
}

// lossD traces the loss of D, with its penalties.
func (p *players) lossD(c *nn.Context, x, made *tensor.Tensor) *tensor.Tensor {
	score := func(x *tensor.Tensor) *tensor.Tensor { return p.score(c, x) }
	loss := p.adversarial(x, made).Discriminator(score(x), score(made))
	if p.R1 > 0 {
		loss = loss.Add(objective.R1{Gamma: p.R1}.Of(score, x))
	}
	if p.R2 > 0 {
		loss = loss.Add(objective.R1{Gamma: p.R2}.Of(score, made))
	}
	if p.Penalty > 0 {
		e := c.Uniform(0, 1, x.Dim(0), 1)
		loss = loss.Add(objective.GradientPenalty{Lambda: p.Penalty, OneSided: p.OneSided}.Of(score, x, made, e))
	}
	if p.Dragan > 0 {
		u, e := c.Uniform(0, 1, x.Shape()...), c.Uniform(0, 1, x.Dim(0), 1)
		loss = loss.Add(objective.Dragan{Lambda: p.Dragan, K: p.DraganK, Scale: p.DraganScale}.Of(score, x, u, e))
	}
	return loss
}

// lossG traces the loss of G for its samples.
func (p *players) lossG(c *nn.Context, x, made *tensor.Tensor) *tensor.Tensor {
	if p.Objective == "feature-matching" {
		last := p.LayersD - 1
		real := p.D.Activations(c, p.withNoise(c, x))[last]
		fake := p.D.Activations(c, p.withNoise(c, made))[last]
		return objective.FeatureMatching(real, fake)
	}
	return p.adversarial(x, made).Generator(p.score(c, x), p.score(c, made))
}
