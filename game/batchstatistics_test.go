package game

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

const statisticsBatch = 6

// normalised is a GAN of numbers whose generator has an average and batch
// normalisation.
func normalised() (*Game, *nn.Network) {
	G := nn.New("G", []int{2}, nn.Linear(3, nn.He, nn.Zeros), nn.BatchNorm, nn.ReLU, nn.GaussianNoise(1), nn.Linear(1, nn.He, nn.Zeros))
	D := nn.New("D", G.Out, nn.Linear(3, nn.He, nn.Zeros), nn.BatchNorm, nn.ReLU, nn.Linear(1, nn.He, nn.Zeros))
	sgd := optim.SGD{LearningRate: optim.Constant(.1), Momentum: optim.Constant(.5)}
	g := &Player{Name: "G", Networks: []*nn.Network{G}, Optimizer: sgd, Average: optim.EMA{Decay: .9}}
	d := &Player{Name: "D", Networks: []*nn.Network{D}, Optimizer: sgd}
	return &Game{
		Players: []*Player{g, d}, Round: Alternate(d, g, 1), Batch: statisticsBatch,
		Play: func(t *Trace) Losses {
			fake := D.Apply(t.Context, G.Apply(t.Context, t.Normal(statisticsBatch, 2)))
			real := D.Apply(t.Context, t.Normal(statisticsBatch, 1))
			var o objective.NonSaturating
			return Losses{"G": o.Generator(real, fake), "D": o.Discriminator(real, fake)}
		},
	}, G
}

// collector trains for some rounds and compiles passes of the generator.
func collector(t *testing.T, rounds int64) (*Trainer, *BatchStatistics) {
	t.Helper()
	device := engine.NewDevice(1)
	t.Cleanup(device.Close)
	g, G := normalised()
	trainer, err := NewTrainer(device, g, nil, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	mustTrain(t, trainer, rounds)
	statistics, err := trainer.NewBatchStatistics(device, 7, func(c *nn.Context) {
		G.Apply(c, c.Normal(statisticsBatch, 2))
	})
	if err != nil {
		t.Fatal(err)
	}
	return trainer, statistics
}

// contents returns the bytes of all variables by their names.
func contents(trainer *Trainer) map[string][]byte {
	m := map[string][]byte{}
	for _, v := range trainer.Variables() {
		m[v.Name] = bytes.Clone(v.Memory.Bytes)
	}
	return m
}

func elements(t *testing.T, trainer *Trainer, name string) []float64 {
	t.Helper()
	for _, v := range trainer.Variables() {
		if v.Name == name {
			return v.Memory.Array(v.Shape...).Data
		}
	}
	t.Fatalf("there is no variable %q", name)
	return nil
}

// plainStatistics computes the averages over passes of the mean and the unbiased
// variance of the first layer, whose weights are averages.
func plainStatistics(t *testing.T, trainer *Trainer, passes int) (mean, variance [3]float64) {
	t.Helper()
	w, b := elements(t, trainer, "average/G.0.weight"), elements(t, trainer, "average/G.0.bias")
	if last := elements(t, trainer, "G.0.weight"); math.Abs(last[0]-w[0]) < .001 {
		t.Fatalf("the weight %g is near its average %g", last[0], w[0])
	}
	for pass := range passes {
		counter := tensor.Const(&tensor.Array{DType: tensor.Uint32, Shape: []int{2}, Data: []float64{float64(pass), 0}})
		key, _ := nn.Seeded(7, counter)("batch statistics draw 1")
		z, err := tensor.Eval([]*tensor.Tensor{tensor.RandomNormal(key, counter, statisticsBatch, 2)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for k := range 3 {
			var sum, squares float64
			for i := range statisticsBatch {
				h := z[0].Data[2*i]*w[k] + z[0].Data[2*i+1]*w[3+k] + b[k]
				sum, squares = sum+h, squares+h*h
			}
			m := sum / statisticsBatch
			mean[k] += m / float64(passes)
			variance[k] += (squares - statisticsBatch*m*m) / (statisticsBatch - 1) / float64(passes)
		}
	}
	return mean, variance
}

// TestBatchStatistics compares collected statistics with plain averages. All other
// variables must be unchanged.
func TestBatchStatistics(t *testing.T) {
	const passes = 5
	trainer, statistics := collector(t, 20)
	before := contents(trainer)
	statistics.Collect(0)
	for name, b := range contents(trainer) {
		if !bytes.Equal(b, before[name]) {
			t.Errorf("0 passes change %s", name)
		}
	}
	statistics.Collect(passes)
	after := contents(trainer)
	for name, b := range after {
		collected := name == "G.1.mean" || name == "G.1.variance"
		if bytes.Equal(b, before[name]) == collected {
			t.Errorf("%s changes: %v, want %v", name, !collected, collected)
		}
	}
	mean, variance := plainStatistics(t, trainer, passes)
	gotMean, gotVariance := elements(t, trainer, "G.1.mean"), elements(t, trainer, "G.1.variance")
	for k := range 3 {
		if math.Abs(gotMean[k]-mean[k]) > 1e-5 || math.Abs(gotVariance[k]-variance[k]) > 1e-5 {
			t.Errorf("channel %d: mean %g, variance %g, want %g, %g", k, gotMean[k], gotVariance[k], mean[k], variance[k])
		}
	}
	for _, v := range trainer.Variables() {
		if v.Name == "G.1.mean" {
			v.Memory.Float32()[1] = float32(math.NaN())
		}
	}
	statistics.Collect(passes)
	for name, b := range contents(trainer) {
		if !bytes.Equal(b, after[name]) {
			t.Errorf("a second collection changes %s, or the values before matter", name)
		}
	}
}

// TestBatchStatisticsLeaveTrainingAlone trains on after a collection and
// without one.
func TestBatchStatisticsLeaveTrainingAlone(t *testing.T) {
	plain, _ := collector(t, 20)
	trainer, statistics := collector(t, 10)
	statistics.Collect(3)
	mustTrain(t, trainer, 20)
	want := contents(plain)
	for name, got := range contents(trainer) {
		if !bytes.Equal(got, want[name]) && name != "G.1.mean" && name != "G.1.variance" {
			t.Errorf("%s depends on whether statistics were collected", name)
		}
	}
}

// TestBatchStatisticsOfTraces has traces that collect nothing and one with an error.
func TestBatchStatisticsOfTraces(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	g, G := normalised()
	trainer, err := NewTrainer(device, g, nil, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	nothing, err := trainer.NewBatchStatistics(device, 1, func(c *nn.Context) { c.Normal(1) })
	if err != nil {
		t.Fatal(err)
	}
	before := contents(trainer)
	nothing.Collect(3)
	for name, b := range contents(trainer) {
		if !bytes.Equal(b, before[name]) {
			t.Errorf("a trace without networks changes %s", name)
		}
	}
	_, err = trainer.NewBatchStatistics(device, 1, func(c *nn.Context) { G.Apply(c, c.Normal(4, 5)) })
	if err == nil || !strings.HasPrefix(err.Error(), "game: batch statistics: ") {
		t.Errorf("a latent vector of another size: error %v", err)
	}
}
