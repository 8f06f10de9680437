package game_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// TestEvaluation plays with other examples than those of training. It reports the recorded
// statistics and the units without a gradient, and changes nothing.
func TestEvaluation(t *testing.T) {
	n := nn.New("N", []int{2}, nn.Linear(4, nn.Constant(1), nn.Constant(-1.5)), nn.ReLU, nn.Linear(1, nn.Constant(1), nil))
	p := &game.Player{Name: "N", Networks: []*nn.Network{n}, Optimizer: optim.SGD{LearningRate: optim.Constant(.1), Momentum: optim.Constant(0)}}
	g := &game.Game{
		Players: []*game.Player{p}, Round: game.Simultaneous(p), Batch: 3, Inputs: []game.Input{{Name: "x", DType: tensor.Float32, Shape: []int{3, 2}}},
		Play: func(t *game.Trace) game.Losses {
			x := t.Data("x")
			t.Record(p, "mean", x.Mean())
			return game.Losses{"N": n.Apply(t.Context, x).Square().Mean()}
		},
	}
	fill := func(v float32) game.Source {
		return game.Fill(func(_ int64, m game.Minibatch) error {
			for i := range m["x"].Float32() {
				m["x"].Float32()[i] = v
			}
			return nil
		}, "x")
	}
	device := engine.NewDevice(1)
	defer device.Close()
	trainer, err := game.NewTrainer(device, g, []game.Source{fill(1)}, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	state := func() (all []byte) {
		for _, v := range trainer.Variables() {
			all = append(all, v.Memory.Bytes...)
		}
		return all
	}
	before := bytes.Clone(state())
	for x, dead := range map[float32]float64{2: 0, .5: 1} { // 2x - 1.5 is positive from 0.75
		e, err := trainer.NewEvaluation(device, []game.Source{fill(x)}, 1, true)
		if err != nil {
			t.Fatal(err)
		}
		statistics, err := e.Run()
		if err != nil || statistics["mean"] != float64(x) {
			t.Errorf("statistics %v, error %v, want the mean %g", statistics, err, x)
		}
		layers := e.Layers()
		if len(layers) != 2 || layers[0].Weight != "N.0.weight" || layers[0].Player != "N" || layers[0].Dead != dead || layers[0].Norm > 0 != (dead == 0) {
			t.Errorf("examples of %g: layers %+v", x, layers)
		}
	}
	if !bytes.Equal(before, state()) {
		t.Error("an evaluation has changed a variable")
	}
	if _, err := trainer.NewEvaluation(device, nil, 1, false); err == nil || !strings.Contains(err.Error(), "no source fills") {
		t.Errorf("without a source: error %v", err)
	}
}
