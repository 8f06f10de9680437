package recipe

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/augment"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// Techniques are settings that make the training of a [Pair] more stable. A recipe
// embeds them in its settings, so that each is written once. The zero value of a
// setting, 1 of Pack, RateD and Gate, and no of AdaptiveK, means that the technique is not used.
type Techniques struct {
	Pack int `toml:"pack" min:"1" max:"64" doc:"examples that D judges together, PacGAN (Lin et al. 2018); 1: one at a time"`

	Augment   string  `toml:"augment" doc:"augmentation of what D sees, such as color,translation,cutout (DiffAugment, Zhao et al. 2020) or bgc (Karras et al. 2020); empty: none"`
	ADA       bool    `toml:"ada" doc:"adapt the probability of the augmentation to how much D overfits (Karras et al. 2020); otherwise it is 1"`
	ADATarget float64 `toml:"ada_target" min:"-1" max:"1" doc:"mean sign of D's scores of real examples (less those of generated ones, if the objective is relativistic) that adaptive augmentation aims for"`
	ADAKimg   float64 `toml:"ada_kimg" above:"0" doc:"thousands of real examples in which the probability can change from 0 to 1"`

	LabelSmoothing float64 `toml:"label_smoothing" min:"0" max:"0.5" doc:"one-sided label smoothing (Salimans et al. 2016): D's target for real examples is 1 less this"`
	InstanceNoise  float64 `toml:"instance_noise" min:"0" doc:"standard deviation of normal noise on what D sees, at first (Sonderby et al. 2017)"`
	NoiseKimg      float64 `toml:"noise_kimg" min:"0" doc:"thousands of examples shown until the instance noise has fallen to 0; 0: it does not fall"`
	HistoryWeight  float64 `toml:"history_weight" min:"0" doc:"weight of the squared distance of each player's parameters from their mean over time (historical averaging, Salimans et al. 2016)"`
	Dragan         float64 `toml:"dragan" min:"0" doc:"weight of DRAGAN's penalty on the gradient of D near real examples (Kodali et al. 2017: 10)"`
	RateD          float64 `toml:"rate_d" above:"0" doc:"D's learning rate as a multiple of G's; two time scales (Heusel et al. 2017)"`
	Gate           float64 `toml:"gate" above:"0" max:"1" doc:"D is updated only if its accuracy on the minibatch is at most this (Wu et al. 2016: 0.8); 1: always"`

	AdaptiveK string  `toml:"adaptive_k" oneof:"no accuracy loss-change" doc:"who moves in a round; no: as the recipe has it; accuracy: D if its accuracy on the minibatch is at most k_accuracy, otherwise G; loss-change: D if its loss changes relatively more than k_lambda times that of G, otherwise G (Ouyang and Agam 2021)"`
	KAccuracy float64 `toml:"k_accuracy" above:"0" max:"1" doc:"the limit of adaptive_k = accuracy"`
	KLambda   float64 `toml:"k_lambda" above:"0" doc:"the factor of adaptive_k = loss-change"`
	KMost     int     `toml:"k_most" min:"1" max:"1000" doc:"with adaptive_k, the most updates of one player in a row"`
}

// DefaultTechniques are the techniques of a recipe that uses none by default.
var DefaultTechniques = Techniques{Pack: 1, ADATarget: .6, ADAKimg: 500, RateD: 1, Gate: 1, AdaptiveK: "no", KAccuracy: .8, KLambda: 1, KMost: 10}

// Packed returns the shape of D's input for examples of the given shape. The channels,
// or the numbers, of the examples of a pack are joined.
func (s Techniques) Packed(shape []int) []int {
	shape = slices.Clone(shape)
	shape[0] *= max(s.Pack, 1)
	return shape
}

// unpacked returns the shape of an example from the shape of D's input.
func (s Techniques) unpacked(in []int) []int {
	shape := slices.Clone(in)
	shape[0] /= max(s.Pack, 1)
	return shape
}

// packed joins each Pack adjacent examples of a batch: [n*pack, channels, ...] to
// [n, pack*channels, ...].
func (s Techniques) packed(x *tensor.Tensor) *tensor.Tensor {
	if s.Pack <= 1 {
		return x
	}
	return x.Reshape(append([]int{x.Dim(0) / s.Pack}, s.Packed(x.Shape()[1:])...)...)
}

// prepare applies the techniques to a pair. It returns an error if a technique does not
// fit the pair.
func (s Techniques) prepare(p *Pair) error {
	switch {
	case s.Pack > 1 && p.Batch%s.Pack != 0:
		return hint.Add(fmt.Errorf("pack = %d does not divide the batch of %d examples", s.Pack, p.Batch), "--set batch=N, with N a multiple of %d", s.Pack)
	case s.Pack > 1 && len(p.Given) > 0:
		return hint.Add(fmt.Errorf("pack = %d: examples with the condition %q cannot be packed", s.Pack, p.Given[0].Name), "--set pack=1, or train without conditions")
	case s.Pack > 1 && len(p.Codes) > 0:
		return hint.Add(fmt.Errorf("pack = %d: the code %q is that of one sample, and D would judge several at once", s.Pack, p.Codes[0].Name), "--set pack=1")
	}
	if s.gates() && (p.ObjectiveOf != nil || !objective.Classifies(p.Objective)) {
		return hint.Add(fmt.Errorf("gate = %g: D has no accuracy with the objective of this recipe", s.Gate), "--set gate=1")
	}
	if err := s.prepareAdaptiveK(p); err != nil {
		return err
	}
	if err := s.prepareAugment(p); err != nil {
		return err
	}
	if s.LabelSmoothing > 0 {
		smoother, ok := p.Objective.(interface {
			Smooth(target float64) objective.Adversarial
		})
		if !ok {
			return hint.Add(fmt.Errorf("label_smoothing = %g: the objective of this recipe has no labels to smooth", s.LabelSmoothing),
				"--set label_smoothing=0, or choose a recipe whose objective is non-saturating or minimax")
		}
		p.Objective = smoother.Smooth(1 - s.LabelSmoothing)
	}
	if s.Dragan > 0 {
		p.addPenalty(func(t *game.Trace, now *Play) *tensor.Tensor {
			u := t.Uniform(0, 1, now.X.Shape()...)
			return objective.Dragan{Lambda: s.Dragan, K: 1, Scale: .5}.Of(now.Score, now.X, u, onePerExample(t, now.X))
		})
	}
	if s.HistoryWeight > 0 {
		p.OptimizerG = optim.HistoricalAverage(p.OptimizerG, s.HistoryWeight)
		p.OptimizerD = optim.HistoricalAverage(p.OptimizerD, s.HistoryWeight)
	}
	return nil
}

// prepareAugment reads the policy of augmentation.
func (s Techniques) prepareAugment(p *Pair) (err error) {
	if p.policy, err = augment.Parse(s.Augment); err != nil {
		return err
	}
	switch {
	case p.policy != (augment.Policy{}) && !p.Makes.IsImage():
		return hint.Add(fmt.Errorf("augment = %q: only images can be augmented, and the data are %s", s.Augment, plural(p.Makes)), "--set augment=")
	case s.ADA && !p.Makes.IsImage():
		return hint.Add(fmt.Errorf("ada = true: only images can be augmented, and the data are %s", plural(p.Makes)), "--set ada=false")
	case s.ADA && p.policy == (augment.Policy{}):
		return hint.Add(fmt.Errorf("ada = true, and there is no augmentation to adapt"), "--set augment=bgc, for example")
	case s.ADA:
		p.ada = augment.NewController("augment", augment.Adaptive{Target: s.ADATarget, Kimg: s.ADAKimg, Every: 4})
	}
	return nil
}

// gates reports whether updates of D are skipped.
func (s Techniques) gates() bool { return s.Gate > 0 && s.Gate < 1 }

// gate decides whether D is updated in a play.
func (p *Pair) gate(t *game.Trace, now *Play, goal objective.Adversarial) {
	if !p.Techniques.gates() {
		return
	}
	accuracy := objective.Accuracy(goal, now.Real, now.Fake)
	t.Record(now.Player, "accuracy", accuracy)
	t.Gate(now.Player, accuracy.Compare(tensor.LessEqual, tensor.Scalar(accuracy.DType(), p.Techniques.Gate)))
}

// RateOfD returns the learning rate of D, if that of G is rate.
func (s Techniques) RateOfD(rate optim.Schedule) optim.Schedule {
	if s.RateD == 0 || s.RateD == 1 {
		return rate
	}
	return optim.Product(rate, optim.Constant(s.RateD))
}

// seen returns what D sees of a batch: examples with noise and augmentation.
func (p *Pair) seen(t *game.Trace, x *tensor.Tensor) *tensor.Tensor {
	s := p.Techniques
	if s.InstanceNoise > 0 {
		x = x.Add(t.Normal(x.Shape()...).Mul(p.noiseAfter(t.Step())))
	}
	if p.policy == (augment.Policy{}) {
		return x
	}
	var probability *tensor.Tensor
	if p.ada != nil {
		probability = p.ada.P(t.Context)
	}
	shape := x.Shape()
	images := x.Reshape(append([]int{-1}, p.Makes.Shape...)...)
	return p.policy.Apply(t.Context, images, probability, p.Scale.Lo, p.Scale.Hi).Reshape(shape...)
}

// noiseAfter returns the standard deviation of the instance noise after the given number of
// rounds, a scalar.
func (p *Pair) noiseAfter(rounds *tensor.Tensor) *tensor.Tensor {
	s := p.Techniques
	schedule := optim.Constant(s.InstanceNoise)
	if s.NoiseKimg > 0 {
		schedule = optim.LinearRamp(s.InstanceNoise, 0, 0, p.rounds(s.NoiseKimg), 1)
	}
	return schedule(rounds)
}
