package reproduce

import (
	"context"
	"math"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// A line is the game of Figure 1 of Goodfellow et al. 2014, in one dimension with z uniform
// on (0, 1). With u = log(z / (1 - z)) the generator is G(z) = a u + b + F(u). F is a small
// network that is 0 at first, so that p_g begins as a bell next to that of the data. Because
// G is a function of one number, p_g is computed by change of variables, without sampling.
type line struct {
	data    mixture
	A, F, D *nn.Network
	d, g    *game.Player
	trainer *game.Trainer
	device  *engine.Device
	seed    uint64

	view *engine.Program // G(zs) and D(xs)
	zs   []float64
	xs   []float64
	dx   float64
}

// The grids on which a line is evaluated.
const (
	lineLo    = -7.0 // of x
	lineHi    = 9.0
	lineCells = 800    // of x
	lineZs    = 20_001 // points of z, evenly spaced in (0, 1)
)

// Settings of the training of a line.
const (
	lineBatch   = 256
	lineK       = 3     // updates of D for each update of G
	lineRate    = 1e-3  // learning rate of both players at first
	lineRateMin = 1e-5  // smallest learning rate
	lineDecay   = 1.001 // divisor of the learning rates after each round
)

// newLine returns the game before its first round. The learning rates of both players are
// constant for steady rounds. Then they are divided by lineDecay after each round. With a
// constant rate the players would circle around the solution.
func newLine(device *engine.Device, seed uint64, steady int) (*line, error) {
	l := &line{data: mixture{{1, []float64{0}, 1}}, device: device, seed: seed}
	l.A = nn.New("A", []int{1}, nn.Linear(1, nn.Constant(0.5), nn.Constant(1.6)))
	l.F = nn.New("F", []int{1},
		nn.Linear(32, nn.Uniform(0.5), nn.Uniform(2)), nn.Tanh, nn.Linear(1, nn.Zeros, nn.Zeros))
	l.D = nn.New("D", []int{1},
		nn.Linear(32, nn.Uniform(1), nn.Uniform(2)), nn.Tanh,
		nn.Linear(32, nn.FanIn(1), nn.Zeros), nn.Tanh, nn.Linear(1, nn.FanIn(1), nn.Zeros))
	adam := func(perRound int) optim.Adam {
		return optim.Adam{LearningRate: steadyThenFalling(steady, perRound), Beta1: 0.5, Beta2: 0.99, Epsilon: 1e-8}
	}
	l.d = &game.Player{Name: "D", Networks: []*nn.Network{l.D}, Optimizer: adam(lineK)}
	l.g = &game.Player{Name: "G", Networks: []*nn.Network{l.A, l.F}, Optimizer: adam(1)}
	var err error
	if l.trainer, err = l.play(game.Alternate(l.d, l.g, lineK)); err != nil {
		return nil, err
	}
	l.xs, l.dx = midpoints(lineLo, lineHi, lineCells)
	l.zs, _ = midpoints(0, 1, lineZs)
	still := nn.NewContext(false, nil)
	z, x := column(l.zs), column(l.xs)
	l.view, err = device.Compile(l.trainer.Store(), []*tensor.Tensor{l.generate(still, z), l.D.Apply(still, x)})
	return l, err
}

// lineRateAfter is the learning rate after rounds rounds of decay.
func lineRateAfter(rounds int) float64 {
	return max(lineRateMin, lineRate/math.Pow(lineDecay, float64(rounds)))
}

// steadyThenFalling is the learning rate of a player with perRound updates in each round.
// It is constant for rounds rounds.
func steadyThenFalling(rounds, perRound int) optim.Schedule {
	return func(step *tensor.Tensor) *tensor.Tensor {
		fallen := step.Plus(-float64(rounds * perRound)).Max(tensor.Scalar(step.DType(), 0))
		return optim.ExponentialDecay(lineRate, math.Pow(lineDecay, 1/float64(perRound)), lineRateMin)(fallen)
	}
}

// column returns the values as a constant, [n, 1].
func column(values []float64) *tensor.Tensor {
	return tensor.Const(&tensor.Array{DType: tensor.Float32, Shape: []int{len(values), 1}, Data: values})
}

// generate returns the tensor G(z), [n, 1].
func (l *line) generate(c *nn.Context, z *tensor.Tensor) *tensor.Tensor {
	u := z.Log().Sub(z.Neg().Plus(1).Log())
	return l.A.Apply(c, u).Add(l.F.Apply(c, u))
}

// play compiles the game with the given round.
func (l *line) play(round []game.Move) (*game.Trainer, error) {
	return game.NewTrainer(l.device, &game.Game{
		Players: []*game.Player{l.d, l.g}, Round: round, Batch: lineBatch,
		Play: func(t *game.Trace) game.Losses {
			const least = 1e-6 // so that u is finite
			z := t.Uniform(least, 1-least, lineBatch, 1)
			real, fake := l.D.Apply(t.Context, l.data.sample(t.Context, lineBatch)), l.D.Apply(t.Context, l.generate(t.Context, z))
			o := objective.NonSaturating{}
			return game.Losses{"D": o.Discriminator(real, fake), "G": o.Generator(real, fake)}
		},
	}, nil, l.seed, false)
}

// train plays n rounds of Algorithm 1.
func (l *line) train(ctx context.Context, n int) error { return train(ctx, l.trainer, n) }

// only makes n updates of one player, with the other fixed.
func (l *line) only(ctx context.Context, p *game.Player, n int) error {
	alone, err := l.play([]game.Move{{Players: []*game.Player{p}, Times: 1}})
	if err != nil {
		return err
	}
	copyVariables(alone, l.trainer)
	err = train(ctx, alone, n)
	copyVariables(l.trainer, alone)
	return err
}

// train plays n more rounds.
func train(ctx context.Context, t *game.Trainer, n int) error {
	return t.Train(ctx, t.Step()+int64(n), nil)
}

// copyVariables copies the values of the variables from src to dst, a game with the same
// players.
func copyVariables(dst, src *game.Trainer) {
	from := src.Variables()
	for i, v := range dst.Variables() {
		copy(v.Memory.Bytes, from[i].Memory.Bytes)
	}
}

// evaluate returns the current p_data, p_g and D on the grid of x, and G(z) at zs.
func (l *line) evaluate() (cells []cell, gz []float32) {
	l.view.Run()
	gz = l.view.Output(0).Float32()
	q := l.density(gz)
	for i, logit := range l.view.Output(1).Float32() {
		x := l.xs[i]
		cells = append(cells, cell{x: []float64{x}, volume: l.dx, p: l.data.at(x), q: q[i], logit: float64(logit)})
	}
	return cells, gz
}

// density returns p_g on the cells of x. The probability between two neighbouring zs is
// distributed evenly between their images. In the limit of many zs this is p_z(z) /
// |dG/dz|, summed over all z with G(z) = x.
func (l *line) density(gz []float32) []float64 {
	q := make([]float64, len(l.xs))
	mass := 1 / float64(len(gz)-1)
	for i := 1; i < len(gz); i++ {
		lo, hi := float64(min(gz[i-1], gz[i])), float64(max(gz[i-1], gz[i]))
		first, last := l.cellOf(lo), l.cellOf(hi)
		for c := max(first, 0); c <= min(last, len(q)-1); c++ {
			part := 1.0
			if hi > lo {
				from := lineLo + l.dx*float64(c)
				part = (min(hi, from+l.dx) - max(lo, from)) / (hi - lo)
			}
			q[c] += mass * part / l.dx
		}
	}
	return q
}

// cellOf returns the index of the cell of x.
func (l *line) cellOf(x float64) int { return int(math.Floor((x - lineLo) / l.dx)) }
