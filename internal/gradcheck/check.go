package gradcheck

import (
	"fmt"
	"math"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// An Evaluator computes roots from the values of the inputs, in the same way as
// [tensor.Eval]. It is called many times with the same roots and different
// values. An evaluator that compiles should keep its programs.
type Evaluator func(roots []*tensor.Tensor, inputs map[*tensor.Tensor]*tensor.Array) ([]*tensor.Array, error)

// An Option changes how a case is checked.
type Option func(*settings)

type settings struct {
	eval  Evaluator
	order int
}

// With uses eval instead of [tensor.Eval] to evaluate graphs.
func With(eval Evaluator) Option { return func(s *settings) { s.eval = eval } }

// Order checks derivatives up to order n; the default is 2.
func Order(n int) Option { return func(s *settings) { s.order = n } }

// Check fails t unless the gradients of f at the given point agree with finite
// differences at orders 1 and 2. Float arrays must be float64. Other arrays,
// for example indices, are not changed.
func Check(t testing.TB, name string, f func(x []*tensor.Tensor) *tensor.Tensor, at []*tensor.Array, opts ...Option) {
	t.Helper()
	Case{Name: name, F: f, Inputs: at}.Check(t, opts...)
}

// Check fails t unless the gradients of c agree with finite differences.
func (c Case) Check(t testing.TB, opts ...Option) {
	t.Helper()
	if err := c.Verify(opts...); err != nil {
		t.Error(err)
	}
}

// Verify returns the first disagreement between the gradients of c and finite
// differences. The derivative of order k along a direction is the inner product
// of two vectors: the direction, and the gradient of the derivative of order
// k-1. It must equal the finite difference of the derivative of order k-1 along
// the direction. The directions of lower orders are random, over all inputs
// together.
func (c Case) Verify(opts ...Option) error {
	s := settings{eval: tensor.Eval, order: 2}
	for _, opt := range opts {
		opt(&s)
	}
	tr, err := c.Trace(s.order)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Name, err)
	}
	p := &probe{tr: tr, eval: s.eval, at: c.At(tr), step: c.step()}
	y := p.values([]*tensor.Tensor{tr.Y})
	_, magnitude := inner(y, []*tensor.Array{tr.Weights})
	for k, gradient := range tr.Grads {
		grads := p.values(gradient)
		for _, d := range c.directions() {
			numeric := p.difference(k, d.arrays)
			if p.err != nil {
				return fmt.Errorf("%s: order %d: %w", c.Name, k+1, p.err)
			}
			analytic, _ := inner(grads, d.arrays)
			allowed := bound(k+1, max(math.Abs(analytic), math.Abs(numeric), fraction*norm(grads)), magnitude, p.step)
			if apart := math.Abs(analytic - numeric); !(apart <= allowed) { // also true for NaN
				return fmt.Errorf("%s: order %d along %s: the gradient gives %.12g, finite differences give %.12g: the difference is %.3g, the limit is %.3g",
					c.Name, k+1, d.name, analytic, numeric, apart, allowed)
			}
		}
		_, magnitude = inner(grads, p.given(tr.Along[k]))
	}
	return nil
}

// The allowed relative errors at order 1 and above.
const (
	firstTolerance  = 1e-6
	higherTolerance = 1e-4
)

// fraction of the norm of the gradient is the smallest scale for relative
// errors. The derivative along a direction nearly orthogonal to the gradient is
// a small difference of large terms.
const fraction = 1e-3

// roundoff is the rounding error of a float64, for the few operations on each
// term.
const roundoff = 64 * 0x1p-52

// bound returns the allowed error of a derivative of the given order and scale.
// A difference quotient of a sum of terms cannot be more exact than the
// rounding error of their magnitude divided by the step.
func bound(order int, scale, magnitude, step float64) float64 {
	tolerance := firstTolerance
	if order > 1 {
		tolerance = higherTolerance
	}
	return tolerance*scale + roundoff*magnitude/step
}
