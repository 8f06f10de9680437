package reproduce

import (
	"context"
	"math"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/tensor"
)

var theory = Target{
	Name:   "theory",
	Title:  "The theory: the optimal discriminator and the value of the game",
	Source: "Goodfellow et al. 2014, Generative Adversarial Nets (arXiv 1406.2661), section 4: proposition 1 and theorem 1",
	Takes:  "about a minute",
	Uses:   []string{"seeds"},
	make:   makeTheory,
}

// theoryFound is the input of the page of the theory.
type theoryFound struct {
	Seeds     []uint64
	Known     []knownFound
	Games     []gameFound
	Log4      float64 // -log 4
	GameLimit limits
}

// limits is the settings of the games, for the page.
type limits struct{ Rounds, K, Batch int }

func makeTheory(ctx context.Context, j *job) error {
	j.defaultSeeds(1, 2, 3)
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	found := theoryFound{Seeds: j.Seeds, Log4: -math.Log(4), GameLimit: limits{gameRounds, lineK, lineBatch}}
	var pictures []func() error // all drawn at the end, so that an interrupted call leaves none
	for _, k := range []known{inOne, inTwo} {
		for i, seed := range j.Seeds {
			j.say("optimal discriminator in %s, seed %d", k.Title, seed)
			cells, err := k.train(ctx, device, seed, j.rounds(k.Rounds))
			if err != nil {
				return err
			}
			found.Known = append(found.Known, k.judge(cells, seed))
			if i == 0 {
				pictures = append(pictures, func() error { return k.draw(j, cells) })
			}
		}
	}
	for i, seed := range j.Seeds {
		j.say("game in one dimension, seed %d", seed)
		a, err := playToEnd(ctx, device, seed, j.rounds(gameWarm), j.rounds(gameRounds))
		if err != nil {
			return err
		}
		found.Games = append(found.Games, a.judge(seed))
		if i == 0 {
			pictures = append(pictures, func() error { return a.draw(j) })
		}
	}
	for _, draw := range pictures {
		if err := draw(); err != nil {
			return err
		}
	}
	return j.finish(found)
}

// A known is a pair of known densities. A discriminator is trained to distinguish them.
type known struct {
	Title      string
	P, Q       mixture // of the data, of the generator
	Units      int     // of both hidden layers of D, tanh
	Batch      int
	Rounds     int
	lo, hi     float64 // of the grid, along every axis
	cells      int     // along every axis
	dimensions int
}

var inOne = known{
	Title: "one dimension",
	P:     mixture{{0.6, []float64{-1.5}, 0.5}, {0.4, []float64{1}, 0.8}},
	Q:     mixture{{1, []float64{0.5}, 1.2}},
	Units: 32, Batch: 1024, Rounds: 3000, lo: -7, hi: 7, cells: 1400, dimensions: 1,
}

var inTwo = known{
	Title: "two dimensions",
	P:     mixture{{1. / 3, []float64{-1.2, -0.8}, 0.5}, {1. / 3, []float64{1.2, -0.8}, 0.5}, {1. / 3, []float64{0, 1.3}, 0.5}},
	Q:     mixture{{1, []float64{0.3, 0}, 1.2}},
	Units: 48, Batch: 1024, Rounds: 4000, lo: -6, hi: 6, cells: 240, dimensions: 2,
}

// train trains D and returns its logits on the grid.
func (k known) train(ctx context.Context, device *engine.Device, seed uint64, rounds int) ([]cell, error) {
	D := nn.New("D", []int{k.dimensions},
		nn.Linear(k.Units, nn.FanIn(1.7), nn.Uniform(2)), nn.Tanh,
		nn.Linear(k.Units, nn.FanIn(1.7), nn.Zeros), nn.Tanh,
		nn.Linear(1, nn.FanIn(1), nn.Zeros))
	d := &game.Player{Name: "D", Networks: []*nn.Network{D}, Optimizer: optim.Adam{
		LearningRate: optim.ExponentialDecay(1e-2, 1.0015, 1e-4), Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-8}}
	trainer, err := game.NewTrainer(device, &game.Game{
		Players: []*game.Player{d}, Round: []game.Move{{Players: []*game.Player{d}, Times: 1}}, Batch: k.Batch,
		Play: func(t *game.Trace) game.Losses {
			real, fake := D.Apply(t.Context, k.P.sample(t.Context, k.Batch)), D.Apply(t.Context, k.Q.sample(t.Context, k.Batch))
			return game.Losses{"D": objective.Minimax{}.Discriminator(real, fake)}
		},
	}, nil, seed, false)
	if err != nil {
		return nil, err
	}
	if err := train(ctx, trainer, rounds); err != nil {
		return nil, err
	}
	cells := k.grid(k.cells)
	at := make([]float64, 0, len(cells)*k.dimensions)
	for _, c := range cells {
		at = append(at, c.x...)
	}
	x := tensor.Const(&tensor.Array{DType: tensor.Float32, Shape: []int{len(cells), k.dimensions}, Data: at})
	view, err := device.Compile(trainer.Store(), []*tensor.Tensor{D.Apply(nn.NewContext(false, nil), x)})
	if err != nil {
		return nil, err
	}
	view.Run()
	for i, logit := range view.Output(0).Float32() {
		cells[i].logit = float64(logit)
	}
	return cells, nil
}

// grid returns the cells with both densities, n along every axis.
func (k known) grid(n int) []cell {
	xs, width := midpoints(k.lo, k.hi, n)
	var cells []cell
	add := func(volume float64, x ...float64) {
		cells = append(cells, cell{x: x, volume: volume, p: k.P.at(x...), q: k.Q.at(x...)})
	}
	for _, x := range xs {
		if k.dimensions == 1 {
			add(width, x)
			continue
		}
		for _, y := range xs {
			add(width*width, x, y)
		}
	}
	return cells
}

// D is compared with its optimum where a density is at least knownShare of its maximum.
// Elsewhere there are almost no examples.
const knownShare = 0.05

// knownFound is the figures of D compared with its optimum.
type knownFound struct {
	known
	Seed       uint64
	Worst      float64 // largest |D - D*| where a density is at least a twentieth of its maximum
	Value      float64 // of the trained D
	Criterion  float64 // -log 4 + 2 JSD
	JSD        float64
	Quadrature float64 // change of the criterion on a grid twice as fine
}

// judge returns the figures of a trained D.
func (k known) judge(cells []cell, seed uint64) knownFound {
	return knownFound{
		known: k, Seed: seed, Worst: worst(cells, knownShare), Value: value(cells),
		Criterion: criterion(cells), JSD: jsd(cells),
		Quadrature: math.Abs(criterion(k.grid(2*k.cells)) - criterion(cells)),
	}
}

// Short returns the difference between the optimum and the value of the trained D.
func (f knownFound) Short() float64 { return f.Criterion - f.Value }

// In two dimensions, one of knownDrawn points of the grid is drawn.
const knownDrawn = 17

// draw draws D and its optimum: as curves in one dimension, as points in two.
func (k known) draw(j *job, cells []cell) error {
	if k.dimensions == 1 {
		return j.draw("discriminator-1d", k.curves(cells))
	}
	var best, got []float64
	p, q := highest(cells)
	for i, c := range cells {
		if i%knownDrawn == 0 && (c.p >= knownShare*p || c.q >= knownShare*q) {
			best, got = append(best, c.best()), append(got, c.d())
		}
	}
	diagonal, _ := midpoints(0, 1, 400)
	return j.draw("discriminator-2d", plot.Scatter{
		XLabel: "optimal D(x), from the densities", YLabel: "D(x) as trained", Range: [2]float64{-0.02, 1.02},
		Clouds: []plot.Cloud{{Name: "equal", X: diagonal, Y: diagonal}, {Name: "points of the grid", X: best, Y: got}},
	})
}

// curves returns D and its optimum in one dimension.
func (k known) curves(cells []cell) plot.Curves {
	var x, p, q, d, best []float64
	for _, c := range cells {
		if c.p < 1e-4 && c.q < 1e-4 {
			continue
		}
		x, p, q = append(x, c.x[0]), append(p, c.p), append(q, c.q)
		d, best = append(d, c.d()), append(best, c.best())
	}
	return plot.Curves{
		XLabel: "x", YLabel: "density; D(x)", YRange: [2]float64{0, 1},
		Series: []plot.Series{
			{Name: "D(x) as trained", X: x, Y: d}, {Name: "optimal D(x)", X: x, Y: best, Faint: true},
			{Name: "p_data(x)", X: x, Y: p}, {Name: "p_g(x)", X: x, Y: q},
		},
	}
}
