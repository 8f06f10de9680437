package dirac

import (
	"context"

	"github.com/gander-ml/gander/tensor"
)

// A Field is the vector field of a method: the direction in which gradient descent with an
// infinitely small learning rate moves. It does not know clipping.
type Field struct {
	theta, psi *tensor.Tensor // inputs, [n, 1]
	g, d       *tensor.Tensor // the gradients
	clip       float64
}

// Field returns the vector field of the method, for n states at a time.
func (m Method) Field(n int) Field {
	theta, psi := inputs(n)
	g, d := m.gradients(theta, psi)
	return Field{theta, psi, g, d, m.Clip}
}

// At returns how theta and psi change at each of the states. Their number must be that given
// to [Method.Field].
func (f Field) At(states ...Point) ([]Point, error) {
	theta, psi := make([]float64, len(states)), make([]float64, len(states))
	for i, p := range states {
		theta[i], psi[i] = p.Theta, p.Psi
	}
	slopes, err := tensor.Eval([]*tensor.Tensor{f.g, f.d}, map[*tensor.Tensor]*tensor.Array{f.theta: array(theta...), f.psi: array(psi...)})
	if err != nil {
		return nil, err
	}
	directions := make([]Point, len(states))
	for i := range directions {
		directions[i] = Point{-slopes[0].Data[i], -slopes[1].Data[i]}
	}
	return directions, nil
}

// Flow returns the exact trajectory from a state: what the steps approach when the learning
// rate goes to 0. It has n+1 points, at times that are dt apart, by the method of Runge and
// Kutta of order 4; psi stays within the clipping. The field must be for one state.
func (f Field) Flow(ctx context.Context, from Point, n int, dt float64) ([]Point, error) {
	p := from
	states := []Point{p}
	for range n {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		sum, at := Point{}, p
		for i, weight := range []float64{1, 2, 2, 1} {
			k, err := f.At(at)
			if err != nil {
				return nil, err
			}
			sum = sum.plus(weight/6, k[0])
			reach := dt / 2
			if i == 2 {
				reach = dt
			}
			at = p.plus(reach, k[0])
		}
		p = p.plus(dt, sum)
		if f.clip > 0 {
			p.Psi = min(max(p.Psi, -f.clip), f.clip)
		}
		states = append(states, p)
	}
	return states, nil
}

// plus returns p + t q.
func (p Point) plus(t float64, q Point) Point { return Point{p.Theta + t*q.Theta, p.Psi + t*q.Psi} }
