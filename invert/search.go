package invert

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Settings of L-BFGS.
const (
	memory    = 20   // pairs of steps and changes of the gradient
	decrease  = 1e-4 // part of the predicted decrease that a step must give
	shortest  = 1e-8 // of a step, as a part of the one that was tried first
	firstStep = .1   // length of the first step, in standard deviations of a number
)

// A search minimises the squared distance of one example by L-BFGS (Nocedal and Wright
// 2006, algorithm 7.5) with backtracking. It needs the value of one point at a time, so that the
// points of many searches are computed together. A point may be moved before it is judged:
// then the step is the one to the point that was judged.
type search struct {
	trial []float32 // the point to judge next

	best     []float32 // the best point so far
	latents  []float32 // of the best point
	value    float64   // its squared distance; +Inf: none is known
	gradient []float64

	direction []float64
	length    float64 // of the step to the trial, in directions
	pairs     []pair  // the newest last
}

// A pair is a step, and the change of the gradient.
type pair struct{ step, change []float64 }

// A judgement is the value and the gradient of a point.
type judgement struct {
	at       []float32 // the point, after it was moved
	value    float64
	gradient []float32
	latents  []float32
}

// newSearch begins at a point.
func newSearch(at []float32) *search {
	return &search{trial: slices.Clone(at), best: slices.Clone(at), value: math.Inf(1)}
}

// judged takes the judgement of the trial, and chooses the next trial.
func (s *search) judged(j judgement) {
	if s.latents == nil {
		s.latents = slices.Clone(j.latents)
	}
	finite := !math.IsNaN(j.value) && !math.IsInf(j.value, 0)
	switch {
	case math.IsInf(s.value, 1):
		if !finite {
			return // the same point again; there is nothing better to do
		}
		s.accept(j)
	case finite && j.value < s.value && j.value <= s.value+decrease*s.slope(j.at):
		s.accept(j)
	default:
		if s.length /= 2; s.length < shortest {
			if s.pairs == nil { // the gradient itself leads nowhere: the point is exact to rounding
				s.length = 0
			} else {
				s.pairs = nil
				s.turn()
			}
		}
	}
	for k, d := range s.direction {
		s.trial[k] = float32(float64(s.best[k]) + s.length*d)
	}
}

// slope returns the change of the value that the gradient predicts for a point, at most 0.
func (s *search) slope(at []float32) float64 {
	sum := 0.0
	for k, v := range at {
		sum += s.gradient[k] * (float64(v) - float64(s.best[k]))
	}
	return min(sum, 0)
}

// accept makes the trial the best point.
func (s *search) accept(j judgement) {
	at, next := j.at, make([]float64, len(j.at))
	for k, g := range j.gradient {
		next[k] = float64(g)
	}
	if s.gradient != nil {
		p := pair{make([]float64, len(at)), make([]float64, len(at))}
		for k := range at {
			p.step[k], p.change[k] = float64(at[k])-float64(s.best[k]), next[k]-s.gradient[k]
		}
		if floats.Dot(p.step, p.change) > 1e-10*floats.Dot(p.change, p.change) {
			s.pairs = append(s.pairs, p)
			s.pairs = s.pairs[max(0, len(s.pairs)-memory):]
		}
	}
	copy(s.best, at)
	copy(s.latents, j.latents)
	s.value, s.gradient = j.value, next
	s.turn()
}

// turn chooses a direction from the best point.
func (s *search) turn() {
	s.length = 1
	s.direction = make([]float64, len(s.gradient))
	floats.AddScaled(s.direction, -1, s.gradient)
	if len(s.pairs) == 0 {
		if steep := floats.Norm(s.gradient, 2); steep > 0 {
			s.length = firstStep * math.Sqrt(float64(len(s.gradient))) / steep
		}
		return
	}
	along := make([]float64, len(s.pairs))
	for i := len(s.pairs) - 1; i >= 0; i-- {
		p := s.pairs[i]
		along[i] = floats.Dot(p.step, s.direction) / floats.Dot(p.step, p.change)
		floats.AddScaled(s.direction, -along[i], p.change)
	}
	newest := s.pairs[len(s.pairs)-1]
	floats.Scale(floats.Dot(newest.step, newest.change)/floats.Dot(newest.change, newest.change), s.direction)
	for i, p := range s.pairs {
		back := floats.Dot(p.change, s.direction) / floats.Dot(p.step, p.change)
		floats.AddScaled(s.direction, along[i]-back, p.step)
	}
}
