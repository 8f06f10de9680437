package dirac

import (
	"context"
	"math"

	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// A Game is the graph of one step of a method.
type Game struct {
	theta, psi         *tensor.Tensor // inputs
	nextTheta, nextPsi *tensor.Tensor // the step of each player from the inputs
}

// Game returns the game in which both players take steps of gradient descent with the given
// learning rate.
func (m Method) Game(rate float64) Game {
	theta, psi := inputs(1)
	g, d := m.gradients(theta, psi)
	var sgd optim.Optimizer = optim.SGD{LearningRate: optim.Constant(rate), Momentum: optim.Constant(0)}
	first, velocity := tensor.Scalar(tensor.Float64, 0), []*tensor.Tensor{tensor.Zeros(tensor.Float64, 1, 1)}
	nextTheta, _ := sgd.Next(theta, velocity, g, first)
	if m.Clip > 0 {
		sgd = optim.ClipWeights(sgd, m.Clip)
	}
	nextPsi, _ := sgd.Next(psi, velocity, d, first)
	return Game{theta, psi, nextTheta, nextPsi}
}

func inputs(n int) (theta, psi *tensor.Tensor) {
	return tensor.Input("theta", tensor.Float64, n, 1), tensor.Input("psi", tensor.Float64, n, 1)
}

// array returns the numbers as float64[n,1].
func array(v ...float64) *tensor.Array {
	return &tensor.Array{DType: tensor.Float64, Shape: []int{len(v), 1}, Data: v}
}

// at computes roots for a state.
func (g Game) at(p Point, roots ...*tensor.Tensor) ([]float64, error) {
	arrays, err := tensor.Eval(roots, map[*tensor.Tensor]*tensor.Array{g.theta: array(p.Theta), g.psi: array(p.Psi)})
	if err != nil {
		return nil, err
	}
	values := make([]float64, len(arrays))
	for i, a := range arrays {
		values[i] = a.Data[0]
	}
	return values, nil
}

// step takes one step of both players. Alternating, D moves after G and against the new
// theta.
func (g Game) step(p Point, alternating bool) (Point, error) {
	if !alternating {
		next, err := g.at(p, g.nextTheta, g.nextPsi)
		if err != nil {
			return p, err
		}
		return Point{next[0], next[1]}, nil
	}
	theta, err := g.at(p, g.nextTheta)
	if err != nil {
		return p, err
	}
	p.Theta = theta[0]
	psi, err := g.at(p, g.nextPsi)
	if err != nil {
		return p, err
	}
	p.Psi = psi[0]
	return p, nil
}

// Path returns the states before and after each of n steps: n+1 points. In an alternating
// step G moves first. It ends with the error of ctx when ctx ends.
func (g Game) Path(ctx context.Context, from Point, n int, alternating bool) ([]Point, error) {
	p := from
	states := []Point{p}
	for range n {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		next, err := g.step(p, alternating)
		if err != nil {
			return nil, err
		}
		p, states = next, append(states, next)
	}
	return states, nil
}

// Rates returns the factors by which small distances from the equilibrium change in one
// step: the largest absolute values of the eigenvalues of the derivative of the step. They
// have no meaning for a method that is Rough.
func (g Game) Rates() (simultaneous, alternating float64, err error) {
	t, p := tensor.Grads(g.nextTheta.Sum(), g.theta, g.psi), tensor.Grads(g.nextPsi.Sum(), g.theta, g.psi)
	v, err := g.at(Point{}, t[0], t[1], p[0], p[1])
	if err != nil {
		return 0, 0, err
	}
	a, b, c, d := v[0], v[1], v[2], v[3]
	return spectralRadius(a, b, c, d), spectralRadius(a, b, c*a, c*b+d), nil
}

// spectralRadius returns the largest absolute value of the eigenvalues of the matrix
// (a, b; c, d).
func spectralRadius(a, b, c, d float64) float64 {
	half, determinant := (a+d)/2, a*d-b*c
	inRoot := half*half - determinant
	if inRoot < 0 { // a complex pair
		return math.Sqrt(determinant)
	}
	return math.Abs(half) + math.Sqrt(inRoot)
}
