package optim

import (
	"math"
	"testing"
)

func TestSGD(t *testing.T) {
	velocity := 0.0
	descend(t, SGD{Constant(0.05), Constant(0.9)}, 20, func(_ int, x, g float64) float64 {
		velocity = 0.9*velocity - 0.05*g
		return x + velocity
	})
}

func TestAdam(t *testing.T) {
	const rate, beta1, beta2, epsilon = 0.1, 0.5, 0.999, 1e-8
	var m, v float64
	descend(t, Adam{LearningRate: Constant(rate), Beta1: beta1, Beta2: beta2, Epsilon: epsilon}, 20, func(step int, x, g float64) float64 {
		m = beta1*m + (1-beta1)*g
		v = beta2*v + (1-beta2)*g*g
		n := float64(step + 1)
		return x - rate*m/(1-math.Pow(beta1, n))/(math.Sqrt(v/(1-math.Pow(beta2, n)))+epsilon)
	})
}

func TestAdamWithoutMomentum(t *testing.T) {
	var v float64
	descend(t, Adam{LearningRate: Constant(0.1), Beta2: 0.9, Epsilon: 1e-8}, 10, func(step int, x, g float64) float64 {
		v = 0.9*v + 0.1*g*g
		return x - 0.1*g/(math.Sqrt(v/(1-math.Pow(0.9, float64(step+1))))+1e-8)
	})
}

func TestAdamWithEpsilonInTheRoot(t *testing.T) {
	const rate, beta1, beta2, epsilon = 0.1, 0.5, 0.99, 4
	var m, v float64
	o := Adam{LearningRate: Constant(rate), Beta1: beta1, Beta2: beta2, Epsilon: epsilon, EpsilonInside: true}
	descend(t, o, 20, func(step int, x, g float64) float64 {
		m = beta1*m + (1-beta1)*g
		v = beta2*v + (1-beta2)*g*g
		n := float64(step + 1)
		return x - rate*m/(1-math.Pow(beta1, n))/math.Sqrt(v/(1-math.Pow(beta2, n))+epsilon)
	})
}

func TestAdamWithAScheduleOfBeta2(t *testing.T) {
	const rate = 0.1
	var v float64
	o := Adam{LearningRate: Constant(rate), Beta2Schedule: Cosine(.9, .99, 10), Epsilon: 1e-8}
	descend(t, o, 20, func(step int, x, g float64) float64 {
		beta := .9 + .09*(1-math.Cos(math.Pi*min(float64(step)/10, 1)))/2
		v = beta*v + (1-beta)*g*g
		return x - rate*g/(math.Sqrt(v/(1-math.Pow(beta, float64(step+1))))+1e-8)
	})
}

func TestAdamW(t *testing.T) {
	const rate, decay = 0.1, 0.3
	var v float64
	o := AdamW{Adam{LearningRate: Constant(rate), Beta2: 0.9, Epsilon: 1e-8}, decay}
	descend(t, o, 20, func(step int, x, g float64) float64 {
		v = 0.9*v + 0.1*g*g
		x -= rate * decay * x // first the decay, as PyTorch does
		return x - rate*g/(math.Sqrt(v/(1-math.Pow(0.9, float64(step+1))))+1e-8)
	})
}

func TestRMSProp(t *testing.T) {
	const rate, decay, epsilon = 0.05, 0.9, 0.3
	for name, c := range map[string]struct {
		inside, one bool
		start       float64
		divisor     func(square float64) float64
	}{
		"PyTorch":      {false, false, 0, func(s float64) float64 { return math.Sqrt(s) + epsilon }},
		"inside":       {true, false, 0, func(s float64) float64 { return math.Sqrt(s + epsilon) }},
		"TensorFlow 1": {true, true, 1, func(s float64) float64 { return math.Sqrt(s + epsilon) }},
	} {
		t.Run(name, func(t *testing.T) {
			square := c.start
			o := RMSProp{LearningRate: Constant(rate), Decay: decay, Epsilon: epsilon, EpsilonInside: c.inside, StartAtOne: c.one}
			descend(t, o, 20, func(_ int, x, g float64) float64 {
				square = decay*square + (1-decay)*g*g
				return x - rate*g/c.divisor(square)
			})
		})
	}
}

// descent is gradient descent without momentum.
func descent(rate float64) Optimizer { return SGD{Constant(rate), Constant(0)} }

func TestWrappersOfOneStep(t *testing.T) {
	const rate = 0.1
	clip := func(x, limit float64) float64 { return min(max(x, -limit), limit) }
	for name, c := range map[string]struct {
		o    Optimizer
		next func(x, g float64) float64
	}{
		"L2":           {L2(descent(rate), 0.5), func(x, g float64) float64 { return x - rate*(g+0.5*x) }},
		"clip weights": {ClipWeights(descent(rate), 1.7), func(x, g float64) float64 { return clip(x-rate*g, 1.7) }},
		"clip value":   {ClipValue(descent(rate), 1.5), func(x, g float64) float64 { return x - rate*clip(g, 1.5) }},
		"clip norm":    {ClipNorm(descent(rate), 1.5), func(x, g float64) float64 { return x - rate*clip(g, 1.5) }},
		"all of them": {ClipWeights(ClipNorm(L2(descent(rate), 0.5), 2.5), 1.9), func(x, g float64) float64 {
			return clip(x-rate*(clip(g, 2.5)+0.5*x), 1.9)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			descend(t, c.o, 20, func(_ int, x, g float64) float64 { return c.next(x, g) })
		})
	}
}

func TestWrappersKeepTheSlots(t *testing.T) {
	velocity := 0.0
	o := ClipValue(L2(SGD{Constant(0.05), Constant(0.9)}, 0.5), 100)
	descend(t, o, 20, func(_ int, x, g float64) float64 {
		velocity = 0.9*velocity - 0.05*(g+0.5*x)
		return x + velocity
	})
}
