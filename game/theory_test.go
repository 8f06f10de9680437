package game

import (
	"context"
	"math"
	"testing"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// normal is a density with known values.
type normal struct{ mean, sd float64 }

func (n normal) at(x float64) float64 {
	u := (x - n.mean) / n.sd
	return math.Exp(-u*u/2) / (n.sd * math.Sqrt(2*math.Pi))
}

// TestOptimalDiscriminator trains a discriminator alone between two fixed
// densities. By proposition 1 of Goodfellow et al. 2014 it converges to
// p_data / (p_data + p_g), and by theorem 1 its value to -log 4 + 2 JSD.
func TestOptimalDiscriminator(t *testing.T) {
	data, generated := normal{-0.5, 1}, normal{1, 0.7}
	const batch, rounds = 512, 3000
	D := nn.New("D", []int{1},
		nn.Linear(24, nn.He, nn.Uniform(1)), nn.Tanh,
		nn.Linear(24, nn.He, nn.Zeros), nn.Tanh,
		nn.Linear(1, nn.He, nn.Zeros))
	d := &Player{Name: "D", Networks: []*nn.Network{D}, Optimizer: optim.Adam{
		LearningRate: optim.ExponentialDecay(1e-2, 1.0015, 1e-4), Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-8}}
	g := &Game{Players: []*Player{d}, Round: []Move{{[]*Player{d}, 1}}, Batch: batch}
	g.Play = func(t *Trace) Losses {
		real := t.Normal(batch, 1).Scale(data.sd).Plus(data.mean)
		fake := t.Normal(batch, 1).Scale(generated.sd).Plus(generated.mean)
		return Losses{"D": objective.Minimax{}.Discriminator(D.Apply(t.Context, real), D.Apply(t.Context, fake))}
	}
	device := engine.NewDevice(2)
	defer device.Close()
	trainer, err := NewTrainer(device, g, nil, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := trainer.Train(context.Background(), rounds, func() error { return nil }); err != nil {
		t.Fatal(err)
	}

	const points, lo, hi = 1201, -6.0, 6.0
	const dx = (hi - lo) / (points - 1)
	x := tensor.Iota(tensor.Float32, 0, points, 1).Scale(dx).Plus(lo)
	program, err := device.Compile(trainer.store, []*tensor.Tensor{D.Apply(nn.NewContext(false, nil), x).Logistic()})
	if err != nil {
		t.Fatal(err)
	}
	program.Run()
	worst, value, want := 0.0, 0.0, 0.0
	for i, v := range program.Output(0).Float32() {
		at := lo + dx*float64(i)
		p, q, got := data.at(at), generated.at(at), float64(v)
		best := p / (p + q)
		if p > 0.05*data.at(data.mean) || q > 0.05*generated.at(generated.mean) {
			worst = max(worst, math.Abs(got-best))
		}
		value += dx * (p*math.Log(got) + q*math.Log(1-got))
		want += dx * (xlog(p, best) + xlog(q, 1-best)) // -log 4 + 2 JSD
	}
	t.Logf("largest error of D %.4f; value %.4f, -log 4 + 2 JSD = %.4f", worst, value, want)
	if worst > 0.05 {
		t.Errorf("D is off p_data/(p_data+p_g) by %.4f, want less than 0.05", worst)
	}
	if math.Abs(value-want) > 0.02*math.Abs(want) {
		t.Errorf("the value is %.4f, want %.4f within 2%%", value, want)
	}
}

// xlog is x log y, and 0 if x is 0.
func xlog(x, y float64) float64 {
	if x == 0 {
		return 0
	}
	return x * math.Log(y)
}
