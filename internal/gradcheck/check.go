package gradcheck

import (
	"fmt"
	"math"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// An Evaluator computes roots from the values of the inputs, as [tensor.Eval]
// does. It is called many times with the same roots and inputs of other
// values, so one that compiles keeps its programs.
type Evaluator func(roots []*tensor.Tensor, inputs map[*tensor.Tensor]*tensor.Array) ([]*tensor.Array, error)

// An Option changes how a case is checked.
type Option func(*settings)

type settings struct {
	eval  Evaluator
	order int
}

// With evaluates graphs by eval in place of [tensor.Eval].
func With(eval Evaluator) Option { return func(s *settings) { s.eval = eval } }

// Order checks derivatives up to order n in place of 2.
func Order(n int) Option { return func(s *settings) { s.order = n } }

// Check fails t unless the gradients of f at the point given agree with finite
// differences at orders 1 and 2. Arrays of floats must be float64; others, such
// as indices, are kept as they are.
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
// of the direction with the gradient of the derivative of order k-1, and that
// must equal the change of the latter from this point along the direction. The
// earlier directions are random, over all inputs jointly.
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
			if apart := math.Abs(analytic - numeric); !(apart <= allowed) { // NaN is a disagreement too
				return fmt.Errorf("%s: order %d along %s: the gradient gives %.12g, differences give %.12g: they are %.3g apart, at most %.3g is allowed",
					c.Name, k+1, d.name, analytic, numeric, apart, allowed)
			}
		}
		_, magnitude = inner(grads, p.given(tr.Along[k]))
	}
	return nil
}

// The relative error allowed at order 1 and above.
const (
	firstTolerance  = 1e-6
	higherTolerance = 1e-4
)

// fraction of the length of the gradient is the least that errors are measured
// against: the derivative along a direction at nearly right angles to it is a
// small difference of large terms.
const fraction = 1e-3

// roundoff is that of a float64, for the few operations on each term.
const roundoff = 64 * 0x1p-52

// bound returns the error allowed for a derivative of the given order and
// scale. A difference quotient of a sum of terms is not more exact than their
// magnitude's rounding error divided by the step.
func bound(order int, scale, magnitude, step float64) float64 {
	tolerance := firstTolerance
	if order > 1 {
		tolerance = higherTolerance
	}
	return tolerance*scale + roundoff*magnitude/step
}
