package objective

import "github.com/gander-ml/gander/tensor"

// A smoothed objective is a cross-entropy objective with one-sided label smoothing.
type smoothed struct {
	Adversarial
	target float64
}

// Smooth returns the objective with one-sided label smoothing (Salimans et al. 2016,
// Improved Techniques for Training GANs, section 3.4). The loss of D becomes
// -target E[log D(x)] - (1-target) E[log(1 - D(x))] - E[log(1 - D(G(z)))]. The loss of G
// does not change. target is in (0, 1], for example .9; 1 changes nothing.
//
// The optimal D is target p_data / (p_data + p_g). If p_g = p_data and the target is .9,
// D gives .45 and its loss is 1.37628. Smooth panics with a *[tensor.MisuseError] for a
// target out of range.
func (o Minimax) Smooth(target float64) Adversarial { return smooth(o, target) }

// Smooth returns the objective with one-sided label smoothing. See [Minimax.Smooth].
func (o NonSaturating) Smooth(target float64) Adversarial { return smooth(o, target) }

func smooth(o Adversarial, target float64) Adversarial {
	if !(target > 0 && target <= 1) {
		tensor.Misuse("objective.Smooth", nil, "the target is %g, want more than 0 and at most 1", target)
	}
	return smoothed{o, target}
}

// Discriminator returns the loss of D. With s = score, -r log D(x) - (1-r) log(1 - D(x))
// = softplus(-s) + (1-r) s.
func (o smoothed) Discriminator(real, fake *tensor.Tensor) *tensor.Tensor {
	return o.Adversarial.Discriminator(real, fake).Add(real.Mean().Scale(1 - o.target))
}
