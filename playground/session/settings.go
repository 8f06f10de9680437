package session

import (
	"errors"
	"fmt"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/settings"
)

// Settings are all settings of a session. [Fields] describes them for a page.
type Settings struct {
	Data  string `toml:"data" group:"Data" label:"points" oneof:"line gaussians2 gaussians8 ring disjoint spiral moons swissroll grid own" doc:"the distribution p_data that G learns; own: points that you draw or give as CSV"`
	Batch int    `toml:"batch" group:"Data" label:"minibatch" min:"1" max:"1000" doc:"m of Algorithm 1: examples and noise vectors of one update"`
	Seed  uint64 `toml:"seed" group:"Data" label:"seed" max:"999999" doc:"of the initial weights, the noise and the examples; equal seeds give equal frames"`

	Noise  string `toml:"noise" group:"Noise z" label:"distribution" oneof:"uniform normal" doc:"the distribution of z: uniform in [-1, 1] or standard normal"`
	Latent int    `toml:"latent" group:"Noise z" label:"dimensions" min:"1" max:"2" doc:"numbers in z; with 1, the samples of G are on a curve"`

	LayersG    int    `toml:"layers_g" group:"Networks" label:"hidden layers of G" min:"0" max:"5" doc:"hidden layers of G; with 0, G is linear"`
	UnitsG     int    `toml:"units_g" group:"Networks" label:"units of G" min:"1" max:"128" doc:"units of each hidden layer of G"`
	LayersD    int    `toml:"layers_d" group:"Networks" label:"hidden layers of D" min:"0" max:"5" doc:"hidden layers of D; with 0, D separates by a straight line"`
	UnitsD     int    `toml:"units_d" group:"Networks" label:"units of D" min:"1" max:"128" doc:"units of each hidden layer of D"`
	Activation string `toml:"activation" group:"Networks" label:"activation" oneof:"relu leaky-relu tanh sigmoid softplus" doc:"of the hidden layers of both; leaky-relu has the slope 0.2"`
	NormG      string `toml:"norm_g" group:"Networks" label:"normalisation of G" oneof:"none batch" doc:"batch: batch normalisation in the hidden layers of G"`
	NormD      string `toml:"norm_d" group:"Networks" label:"normalisation of D" oneof:"none spectral" doc:"spectral: spectral normalisation of all weights of D"`

	Objective string  `toml:"objective" group:"Objective" label:"objective" oneof:"minimax non-saturating least-squares hinge wasserstein relativistic loss-sensitive soft-labels feature-matching" doc:"the losses of D and G"`
	Smoothing float64 `toml:"smoothing" group:"Objective" label:"label smoothing" min:"0" max:"0.9" for:"minimax non-saturating" doc:"the target of D for real examples is 1 minus this (one-sided, Salimans et al. 2016)"`
	TargetA   float64 `toml:"target_a" group:"Objective" label:"a" min:"-2" max:"2" for:"least-squares" doc:"target of D for samples"`
	TargetB   float64 `toml:"target_b" group:"Objective" label:"b" min:"-2" max:"2" for:"least-squares" doc:"target of D for real examples"`
	TargetC   float64 `toml:"target_c" group:"Objective" label:"c" min:"-2" max:"2" for:"least-squares" doc:"target of G for its samples"`
	SoftReal  float64 `toml:"soft_real" group:"Objective" label:"real label" min:"0" max:"1" for:"soft-labels" doc:"target of D for real examples"`
	SoftFake  float64 `toml:"soft_fake" group:"Objective" label:"fake label" min:"0" max:"1" for:"soft-labels" doc:"target of D for samples"`
	SoftG     float64 `toml:"soft_g" group:"Objective" label:"label of G" min:"0" max:"1" for:"soft-labels" doc:"target of G for its samples"`
	Tau       float64 `toml:"tau" group:"Objective" label:"margin" min:"0" max:"10" for:"loss-sensitive" doc:"the margin of a pair is this times the distance |x - G(z)| (L1)"`
	Slope     float64 `toml:"slope" group:"Objective" label:"slope" min:"-1" max:"1" for:"loss-sensitive" doc:"nu of GLS-GAN: 0 is LS-GAN, 1 has the gradients of WGAN"`
	GammaReal float64 `toml:"gamma_real" group:"Objective" label:"weight of real losses" min:"0" max:"10" for:"loss-sensitive" doc:"weight of E[L(x)] in the loss of D"`

	R1            float64 `toml:"r1" group:"Penalties and cures" label:"R1" min:"0" max:"100" doc:"gamma of gamma/2 E|grad D(x)|^2 at real examples; 0: none"`
	R2            float64 `toml:"r2" group:"Penalties and cures" label:"R2" min:"0" max:"100" doc:"the same at samples; 0: none"`
	Penalty       float64 `toml:"gradient_penalty" group:"Penalties and cures" label:"gradient penalty" min:"0" max:"100" doc:"lambda of WGAN-GP, between examples and samples; 0: none, 10 in the paper"`
	OneSided      bool    `toml:"one_sided" group:"Penalties and cures" label:"one-sided" doc:"the gradient penalty ignores gradients shorter than 1"`
	Dragan        float64 `toml:"dragan" group:"Penalties and cures" label:"DRAGAN" min:"0" max:"100" doc:"lambda of the penalty near real examples; 0: none, 10 in the paper"`
	DraganK       float64 `toml:"dragan_k" group:"Penalties and cures" label:"k of DRAGAN" min:"0" max:"10" doc:"the length of the gradient that DRAGAN does not penalise"`
	DraganScale   float64 `toml:"dragan_scale" group:"Penalties and cures" label:"noise of DRAGAN" min:"0" max:"5" doc:"of the points near examples, in standard deviations of the minibatch"`
	Clip          float64 `toml:"clip" group:"Penalties and cures" label:"weight clipping" min:"0" max:"10" doc:"limit of every weight of D (WGAN uses 0.01); 0: none"`
	InstanceNoise float64 `toml:"instance_noise" group:"Penalties and cures" label:"instance noise" min:"0" max:"2" doc:"standard deviation of noise on all that D sees in training"`
	Unroll        int     `toml:"unroll" group:"Penalties and cures" label:"unrolled updates" min:"0" max:"10" doc:"updates of D that G looks ahead (Metz et al. 2017)"`
	History       float64 `toml:"history" group:"Penalties and cures" label:"historical averaging" min:"0" max:"10" doc:"weight of the distance of the weights from their mean so far (Salimans et al. 2016)"`
	Average       float64 `toml:"average" group:"Penalties and cures" label:"average of G" min:"0" max:"0.9999" doc:"decay of a moving average of G's weights, with which the samples are shown; 0: none"`

	Optimizer  string  `toml:"optimizer" group:"Training" label:"optimiser" oneof:"sgd adam rmsprop" doc:"of G, and of D unless D has its own"`
	OptimizerD string  `toml:"optimizer_d" group:"Training" label:"optimiser of D" oneof:"same sgd adam rmsprop" doc:"same: that of G"`
	RateG      float64 `toml:"rate_g" group:"Training" label:"learning rate of G" min:"0" max:"10" doc:"step size of G"`
	RateD      float64 `toml:"rate_d" group:"Training" label:"learning rate of D" min:"0" max:"10" doc:"step size of D"`
	Momentum   float64 `toml:"momentum" group:"Training" label:"momentum" min:"0" max:"0.999" for:"sgd" doc:"of gradient descent"`
	Beta1      float64 `toml:"beta1" group:"Training" label:"beta1" min:"0" max:"0.999" for:"adam" doc:"decay of Adam's mean of the gradients"`
	Beta2      float64 `toml:"beta2" group:"Training" label:"beta2" min:"0" max:"0.99999" for:"adam" doc:"decay of Adam's mean of their squares"`
	Decay      float64 `toml:"decay" group:"Training" label:"decay" min:"0.1" max:"0.9999" for:"rmsprop" doc:"of the mean of the squared gradients"`
	KD         int     `toml:"k_d" group:"Training" label:"k of D" min:"0" max:"50" doc:"updates of D in a round: k of Algorithm 1"`
	KG         int     `toml:"k_g" group:"Training" label:"k of G" min:"0" max:"50" doc:"updates of G in a round, 1 in Algorithm 1"`
	Together   bool    `toml:"simultaneous" group:"Training" label:"simultaneous" doc:"both move at the same time, from one minibatch: k is not used"`
}

// Default returns the settings of a session at first: networks and minibatch are those of
// GAN Lab.
func Default() Settings {
	return Settings{
		Data: "gaussians2", Batch: 150, Seed: 1, Noise: "uniform", Latent: 2,
		LayersG: 1, UnitsG: 14, LayersD: 1, UnitsD: 14, Activation: "relu", NormG: "none", NormD: "none",
		Objective: "non-saturating", TargetA: 0, TargetB: 1, TargetC: 1, SoftReal: .9, SoftFake: .1, SoftG: .9, Tau: 1, Slope: 0,
		DraganK: 1, DraganScale: .5,
		Optimizer: "adam", OptimizerD: "same", RateG: .005, RateD: .005, Momentum: .5, Beta1: .5, Beta2: .999, Decay: .99,
		KD: 1, KG: 1,
	}
}

// optimizerOfD returns the name of D's optimiser.
func (s Settings) optimizerOfD() string {
	if s.OptimizerD == "same" {
		return s.Optimizer
	}
	return s.OptimizerD
}

// Set changes settings by assignments such as "data=ring". An unknown name and a value out
// of range are errors, and then no setting changes.
func (s *Settings) Set(assignments ...string) error {
	next := *s
	for _, a := range assignments {
		if err := settings.Set(&next, a); err != nil {
			return err
		}
	}
	if err := next.Check(); err != nil {
		return err
	}
	*s = next
	return nil
}

// maxWork limits the cost of a round, in multiplications of one example's forward pass
// times updates and examples: a page must never wait for seconds.
const maxWork = 1e9

// Check returns an error if a setting is out of range or if settings do not fit together.
func (s Settings) Check() error {
	if err := settings.Check(s); err != nil {
		return err
	}
	network := func(layers, units int) float64 { return float64(max(layers, 1) * units * max(units, 2)) }
	updates := float64(s.KD+s.KG) * float64(s.Unroll+1)
	switch work := updates * float64(s.Batch) * (network(s.LayersG, s.UnitsG) + network(s.LayersD, s.UnitsD)); {
	case s.KD == 0 && s.KG == 0 && !s.Together:
		return hint.Add(errors.New("k of D and k of G are both 0: nobody would move"), "set one of them to 1")
	case s.Objective == "feature-matching" && s.LayersD == 0:
		return hint.Add(errors.New("feature matching compares the last hidden layer of D, and D has none"), "give D a hidden layer")
	case s.Objective == "feature-matching" && s.Unroll > 0:
		return hint.Add(errors.New("feature matching has no loss of D to look ahead"), "set unrolled updates to 0, or choose another objective")
	case work > maxWork:
		return hint.Add(fmt.Errorf("a round of these settings is %.0f times too large to watch", work/maxWork), "use fewer updates, units or examples")
	}
	return nil
}
