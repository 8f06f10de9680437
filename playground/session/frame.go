package session

import (
	"math"

	"github.com/gander-ml/gander/hint"
)

// Numbers are the figures of a frame. A figure that is not known is NaN.
type Numbers struct {
	LossD, LossG         float64 // of the last move of each player
	GradientD, GradientG float64 // the Euclidean norms of their gradients
	Real, Fake           float64 // mean D(x) and D(G(z)); mean scores if scores are not logits
	Value                float64 // V(D, G) of equation 1, if scores are logits
	KL, JS               float64 // KL(p_data || p_g) and Jensen-Shannon divergence, smoothed, in nats
	Virtual              float64 // C(G) of theorem 1: -log 4 + 2 JS
	Modes, AllModes      float64 // modes found, and modes; 0 of 0 if the data have none
}

// A Frame is what a page draws of a session. Points are pairs of coordinates. Grids are
// [Side, Side], the row of the smallest y first.
type Frame struct {
	Rounds, UpdatesD, UpdatesG int64
	Phase                      Phase
	Stopped, Hint              string // why training cannot go on, "" if it can
	Word                       *Word  // the word of the referee, nil if there is none
	Logits                     bool   // D(x) is a probability; otherwise Real, Fake and Heat are scores
	Numbers                    Numbers

	Real, Made []float32 // real examples and samples, [n, 2]; the minibatch in slow motion
	RealD      []float32 // D(x), [n]
	MadeD      []float32 // D(G(z)), [n]
	Arrows     []float32 // the direction in which G's loss falls at the first samples, [Arrows, 2], or at the minibatch
	Heat       []float32 // D over the plane as a number from -1, generated, to 1, real; 0 is undecided
	Best       []float32 // D* = p_data / (p_data + p_g), both smoothed; NaN where both are 0
	Density    []float32 // p_data, smoothed, divided by its largest value
	Warp       []float32 // G at the corners of the grid of noise, [(WarpSide+1)^2, 2], or [WarpSide^2+1, 2] with one dimension
}

// Layers are the parts of a frame that cost time. Others are always there.
type Layers struct {
	Heat   bool `json:"heat"`
	Warp   bool `json:"warp"`
	Arrows bool `json:"arrows"`

	Density bool `json:"density"`
}

// Frame computes a frame of the present state. It does not change what follows.
func (s *Session) Frame(layers Layers) *Frame {
	f := &Frame{
		Rounds: s.rounds, UpdatesD: s.updatesD, UpdatesG: s.updatesG, Phase: s.phase, Logits: s.settings.logits(),
		Word:    s.witness.judge(),
		Numbers: Numbers{LossD: s.lossD, LossG: s.lossG, GradientD: s.slopeD, GradientG: s.slopeG},
	}
	if s.stopped != nil {
		f.Stopped, f.Hint = s.stopped.Error(), hint.Of(s.stopped)
		if f.Hint == "" {
			f.Hint = "lower the learning rates, or add a penalty, then reset"
		}
	}
	v := s.view
	v.fixed.program.Run()
	made := v.fixed.program.Output(outMade).Float32()
	q := v.kernel.of(made)
	s.measure(f, made, q)
	f.Best = make([]float32, Side*Side)
	best(f.Best, v.p, q)
	f.show(v, v.fixed, v.real)
	switch {
	case s.phase.Step != "" && s.phase.Step != Update:
		v.batch.set(v.fill.examples(), v.fill.noise())
		v.batch.program.Run()
		f.show(v, v.batch, v.fill.x)
		f.Arrows = clone(v.batch.program.Output(outArrows).Float32())
	case layers.Arrows:
		v.few.program.Run()
		f.Arrows = clone(v.few.program.Output(outArrows).Float32())
	}
	if layers.Heat {
		v.plane.Run()
		f.Heat = v.heat(v.plane.Output(0).Float32(), f.RealD, f.MadeD)
	}
	if layers.Density {
		f.Density = relative(v.p)
	}
	if layers.Warp {
		v.warp.Run()
		f.Warp = clone(v.warp.Output(0).Float32())
	}
	return f
}

// show copies the results of a judged program to the frame.
func (f *Frame) show(v *view, j judged, real []float32) {
	f.Real, f.Made = clone(real), clone(j.program.Output(outMade).Float32())
	f.RealD, f.MadeD = clone(j.program.Output(outReal).Float32()), clone(j.program.Output(outFake).Float32())
	if f.Logits {
		logistic(f.RealD)
		logistic(f.MadeD)
	}
}

// measure fills in the figures of samples with the smoothed density q.
func (s *Session) measure(f *Frame, made []float32, q []float64) {
	n, v := &f.Numbers, s.view
	n.KL, n.JS = divergences(v.p, q)
	n.Virtual = 2*n.JS - math.Log(4)
	if v.shape.modes {
		n.Modes, n.AllModes = float64(v.shape.found(made)), float64(len(v.shape.means))
	}
	real, fake := v.fixed.program.Output(outReal).Float32(), v.fixed.program.Output(outFake).Float32()
	n.Value = math.NaN()
	if f.Logits {
		n.Value = -mean(real, func(t float64) float64 { return softplus(-t) }) - mean(fake, softplus)
		n.Real, n.Fake = mean(real, sigmoid), mean(fake, sigmoid)
		return
	}
	same := func(t float64) float64 { return t }
	n.Real, n.Fake = mean(real, same), mean(fake, same)
}

// heat converts scores over the plane to numbers from -1 to 1. Scores that are not logits
// are compared with the score between real and generated, and divided by the largest
// difference from it in the view.
func (v *view) heat(scores, real, fake []float32) []float32 {
	heat := clone(scores)
	if v.logits() {
		logistic(heat)
		for i, p := range heat {
			heat[i] = 2*p - 1
		}
		return heat
	}
	middle, sign := v.middle(real, fake), 1.
	if v.Objective == "loss-sensitive" {
		sign = -1 // a score is a loss: small for real examples
	}
	widest := 1e-12
	for _, t := range scores {
		widest = max(widest, math.Abs(float64(t)-middle))
	}
	for i, t := range scores {
		heat[i] = float32(sign * (float64(t) - middle) / widest)
	}
	return heat
}

// middle returns the score that is neither real nor generated.
func (v *view) middle(real, fake []float32) float64 {
	switch v.Objective {
	case "least-squares":
		return (v.TargetA + v.TargetB) / 2
	case "hinge":
		return 0
	}
	same := func(t float64) float64 { return t }
	return (mean(real, same) + mean(fake, same)) / 2
}

func clone(v []float32) []float32 { return append([]float32(nil), v...) }

func sigmoid(t float64) float64 { return 1 / (1 + math.Exp(-t)) }

func softplus(t float64) float64 { return max(t, 0) + math.Log1p(math.Exp(-math.Abs(t))) }

func logistic(v []float32) {
	for i, t := range v {
		v[i] = float32(sigmoid(float64(t)))
	}
}

func mean(v []float32, of func(float64) float64) float64 {
	sum := 0.0
	for _, t := range v {
		sum += of(float64(t))
	}
	return sum / float64(len(v))
}
