package reproduce

import (
	"context"
	"fmt"
	"math"

	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/tensor"
)

var dirac = Target{
	Name:   "dirac",
	Title:  "The Dirac-GAN: which methods converge in the simplest game",
	Source: "Mescheder et al. 2018, Which Training Methods for GANs do actually Converge? (arXiv 1801.04406), sections 2 and 3",
	Takes:  "a second",
	make:   makeDirac,
}

// The settings of the games. The data is at 0 and the generator makes the point theta,
// which is 1 at first.
const (
	diracRate  = .2 // learning rate of both players
	diracSteps = 500
	diracDrawn = 100 // steps in the picture
)

// A diracMethod is a training method of the Dirac-GAN. Its discriminator is linear. As in
// the paper it gives high scores to generated points: the score of x is here -psi x.
type diracMethod struct {
	Name      string
	objective objective.Adversarial
	penalty   func(score objective.Score, real, fake *tensor.Tensor) *tensor.Tensor // nil: none
	clip      float64                                                               // limit of psi; 0: none
	consensus float64                                                               // weight of consensus optimisation
	rough     bool                                                                  // the penalty has no derivative at psi = 0
	aside     bool                                                                  // not in the picture, where more lines could not be told apart
}

// diracR1 returns the penalty R1.
func diracR1(gamma float64) func(score objective.Score, real, fake *tensor.Tensor) *tensor.Tensor {
	return func(score objective.Score, real, _ *tensor.Tensor) *tensor.Tensor {
		return objective.R1{Gamma: gamma}.Of(score, real)
	}
}

// diracGP is the penalty of WGAN-GP. Its gradient is .7 (|psi| - 1) sign(psi).
func diracGP(score objective.Score, real, fake *tensor.Tensor) *tensor.Tensor {
	half := tensor.Full(tensor.Float64, .5, 1, 1) // the slope is the same everywhere
	return objective.GradientPenalty{Lambda: .35}.Of(score, real, fake, half)
}

// diracMethods are the methods of the paper, and consensus optimisation (Mescheder et al.
// 2017, The Numerics of GANs).
var diracMethods = []diracMethod{
	{Name: "GAN", objective: objective.Minimax{}},
	{Name: "non-saturating GAN", objective: objective.NonSaturating{}},
	{Name: "GAN, R1 with gamma 0.3", objective: objective.Minimax{}, penalty: diracR1(.3), aside: true},
	{Name: "GAN, R1 with gamma 1", objective: objective.Minimax{}, penalty: diracR1(1)},
	{Name: "non-saturating GAN, R1 with gamma 0.3", objective: objective.NonSaturating{}, penalty: diracR1(.3), aside: true},
	{Name: "WGAN, psi clipped to 1", objective: objective.Wasserstein{}, clip: 1},
	{Name: "WGAN-GP", objective: objective.Wasserstein{}, penalty: diracGP, rough: true},
	{Name: "GAN, consensus optimisation", objective: objective.Minimax{}, consensus: 1},
}

// A diracPoint is a state of the game. The equilibrium is (0, 0).
type diracPoint struct{ Theta, Psi float64 }

// Radius returns the distance from the equilibrium.
func (p diracPoint) Radius() float64 { return math.Hypot(p.Theta, p.Psi) }

// Text returns both numbers to six digits, or "0" if both would be 0.
func (p diracPoint) Text() string {
	if max(math.Abs(p.Theta), math.Abs(p.Psi)) < 5e-7 {
		return "0"
	}
	return fmt.Sprintf("%.6f, %.6f", p.Theta, p.Psi)
}

// gradients returns the gradients of the losses of G and D: by theta and by psi. Both are
// float64[1,1].
func (m diracMethod) gradients(theta, psi *tensor.Tensor) (g, d *tensor.Tensor) {
	score := func(x *tensor.Tensor) *tensor.Tensor { return x.Mul(psi).Neg() }
	data := tensor.Zeros(tensor.Float64, 1, 1)
	real, fake := score(data), score(theta)
	lossD := m.objective.Discriminator(real, fake)
	if m.penalty != nil {
		lossD = lossD.Add(m.penalty(score, data, theta))
	}
	g, d = tensor.Grad(m.objective.Generator(real, fake), theta), tensor.Grad(lossD, psi)
	if m.consensus == 0 {
		return g, d
	}
	lengths := g.Square().Add(d.Square()).Sum().Scale(m.consensus / 2)
	both := tensor.Grads(lengths, theta, psi)
	return g.Add(both[0]), d.Add(both[1])
}

// A diracGame is the graph of one step of a method.
type diracGame struct {
	theta, psi         *tensor.Tensor // inputs
	nextTheta, nextPsi *tensor.Tensor // the step of each player from the inputs
}

func (m diracMethod) game() diracGame {
	theta, psi := tensor.Input("theta", tensor.Float64, 1, 1), tensor.Input("psi", tensor.Float64, 1, 1)
	g, d := m.gradients(theta, psi)
	var sgd optim.Optimizer = optim.SGD{LearningRate: optim.Constant(diracRate), Momentum: optim.Constant(0)}
	first, velocity := tensor.Scalar(tensor.Float64, 0), []*tensor.Tensor{tensor.Zeros(tensor.Float64, 1, 1)}
	nextTheta, _ := sgd.Next(theta, velocity, g, first)
	if m.clip > 0 {
		sgd = optim.ClipWeights(sgd, m.clip)
	}
	nextPsi, _ := sgd.Next(psi, velocity, d, first)
	return diracGame{theta, psi, nextTheta, nextPsi}
}

// at computes roots for a state.
func (g diracGame) at(p diracPoint, roots ...*tensor.Tensor) ([]float64, error) {
	scalar := func(v float64) *tensor.Array {
		return &tensor.Array{DType: tensor.Float64, Shape: []int{1, 1}, Data: []float64{v}}
	}
	arrays, err := tensor.Eval(roots, map[*tensor.Tensor]*tensor.Array{g.theta: scalar(p.Theta), g.psi: scalar(p.Psi)})
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
func (g diracGame) step(p diracPoint, alternating bool) (diracPoint, error) {
	if !alternating {
		next, err := g.at(p, g.nextTheta, g.nextPsi)
		if err != nil {
			return p, err
		}
		return diracPoint{next[0], next[1]}, nil
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

// path returns the states before and after each of n steps from (1, 1).
func (g diracGame) path(ctx context.Context, n int, alternating bool) ([]diracPoint, error) {
	p := diracPoint{1, 1}
	states := []diracPoint{p}
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

// rates returns the factors by which small distances from the equilibrium change in one
// step: the largest absolute values of the eigenvalues of the derivative of the step.
func (g diracGame) rates() (simultaneous, alternating float64, err error) {
	t, p := tensor.Grads(g.nextTheta.Sum(), g.theta, g.psi), tensor.Grads(g.nextPsi.Sum(), g.theta, g.psi)
	v, err := g.at(diracPoint{}, t[0], t[1], p[0], p[1])
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

// A diracRow is the results of a method.
type diracRow struct {
	Name                  string
	First, Tenth, Last    diracPoint // after 1, 10 and 500 simultaneous steps
	Alternating           diracPoint // after 500 alternating steps
	Rate, AlternatingRate float64    // NaN if the step has no derivative at the equilibrium
	path                  []diracPoint
}

// diracTable plays the game with every method.
func diracTable(ctx context.Context) ([]diracRow, error) {
	var rows []diracRow
	for _, m := range diracMethods {
		g := m.game()
		path, err := g.path(ctx, diracSteps, false)
		if err != nil {
			return nil, err
		}
		turns, err := g.path(ctx, diracSteps, true)
		if err != nil {
			return nil, err
		}
		row := diracRow{Name: m.Name, First: path[1], Tenth: path[10], Last: path[diracSteps], Alternating: turns[diracSteps],
			Rate: math.NaN(), AlternatingRate: math.NaN(), path: path}
		if !m.rough {
			if row.Rate, row.AlternatingRate, err = g.rates(); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// RateText returns both rates, or a dash.
func (r diracRow) RateText() string {
	if math.IsNaN(r.Rate) {
		return "- | -"
	}
	return fmt.Sprintf("%.6f | %.6f", r.Rate, r.AlternatingRate)
}

// diracFound is the input of the page.
type diracFound struct {
	Rate  float64
	Steps int
	Rows  []diracRow
}

func makeDirac(ctx context.Context, j *job) error {
	rows, err := diracTable(ctx)
	if err != nil {
		return err
	}
	curves := plot.Curves{XLabel: "simultaneous steps", YLabel: "distance from the equilibrium", LogY: true}
	for i, r := range rows {
		if diracMethods[i].aside {
			continue
		}
		s := plot.Series{Name: r.Name}
		for i, p := range r.path[:diracDrawn+1] {
			s.X, s.Y = append(s.X, float64(i)), append(s.Y, p.Radius())
		}
		curves.Series = append(curves.Series, s)
	}
	if err := j.draw("distance", curves); err != nil {
		return err
	}
	return j.finish(diracFound{diracRate, diracSteps, rows})
}
