package augment_test

import (
	"testing"

	"github.com/gander-ml/gander/augment"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// published returns a controller with the settings of the paper.
func published() *augment.Controller {
	return augment.NewController("augment", augment.Adaptive{Target: .6, Kimg: 500, Every: 4})
}

// A loop runs a program that observes scores.
type loop struct {
	scores  []float32
	p       func() float32
	run     func()
	buffers map[string]engine.Memory
}

// newLoop compiles a program in which a controller observes n scores, and a batch of
// the given size.
func newLoop(t testing.TB, a *augment.Controller, n, batch int) *loop {
	t.Helper()
	device := engine.NewDevice(1)
	t.Cleanup(device.Close)
	l := &loop{buffers: map[string]engine.Memory{}}
	store := engine.NewStore()
	for _, p := range a.Network().Params {
		l.buffers[p.Name] = store.Add(p.Value)
	}
	c := nn.NewContext(true, nil)
	scores := tensor.Input("scores", tensor.Float32, n, 1)
	p := a.Observe(c, scores, batch)
	var updates []engine.Update
	for _, param := range c.Changed(a.Network().Params) {
		updates = append(updates, engine.Update{Variable: param.Value, Value: c.Value(param)})
	}
	program, err := device.Compile(store, []*tensor.Tensor{p}, updates...)
	if err != nil {
		t.Fatal(err)
	}
	memory, _ := program.Input(scores)
	l.scores, l.run = memory.Float32(), program.Run
	l.p = func() float32 { return program.Output(0).Float32()[0] }
	return l
}

// fill makes positive of the scores positive and the others negative.
func (l *loop) fill(positive int) {
	for i := range l.scores {
		l.scores[i] = -2
		if i < positive {
			l.scores[i] = .1
		}
	}
}

// TestStep follows the published step to the last digit: .000512 for batch 64.
func TestStep(t *testing.T) {
	l := newLoop(t, published(), 64, 64)
	want := float32(0)
	for i, positive := range []int{
		64, 64, 64, 64, // r = 1
		64, 64, 64, 0, // r = .5, below the target
		64, 60, 52, 58, // r = .828
		52, 51, 51, 51, // r = .602
		51, 51, 51, 51, // r = .594
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // p stays at 0
		64, 64, 64, 64,
	} {
		l.fill(positive)
		l.run()
		switch i {
		case 3, 11, 15, 35:
			want += .000512
		case 7, 19, 23, 27, 31:
			want = max(0, want-.000512)
		}
		if l.p() != want {
			t.Fatalf("p is %v after minibatch %d, want %v", l.p(), i+1, want)
		}
		if state := l.buffers["augment.p"].Float32()[0]; state != want {
			t.Fatalf("augment.p is %v after minibatch %d, want %v", state, i+1, want)
		}
	}
	if want != .000512 {
		t.Errorf("the last p is %v", want)
	}
}

// TestAtTarget leaves p unchanged if the mean sign equals the target exactly.
func TestAtTarget(t *testing.T) {
	l := newLoop(t, published(), 50, 50)
	l.buffers["augment.p"].Float32()[0] = .25
	l.fill(40) // r = (40-10)/50
	for range 8 {
		l.run()
	}
	if l.p() != .25 {
		t.Errorf("p is %v, want .25", l.p())
	}
}

// TestState continues from the buffers of another controller.
func TestState(t *testing.T) {
	first, whole := newLoop(t, published(), 8, 8), newLoop(t, published(), 8, 8)
	first.fill(8)
	whole.fill(8)
	for range 6 {
		first.run()
		whole.run()
	}
	second := newLoop(t, published(), 8, 8)
	for name, m := range first.buffers {
		copy(second.buffers[name].Float32(), m.Float32())
	}
	for range 3 {
		second.fill(8)
		second.run()
		whole.run()
		if second.p() != whole.p() {
			t.Errorf("p is %v after a resume, want %v", second.p(), whole.p())
		}
	}
	if len(first.buffers) != 3 || len(published().Network().Trainable()) != 0 {
		t.Errorf("%d buffers, %d trainable", len(first.buffers), len(published().Network().Trainable()))
	}
}

// TestTwoObservations observes twice in one trace, as two plays of a round do.
func TestTwoObservations(t *testing.T) {
	a := augment.NewController("augment", augment.Adaptive{Target: .6, Kimg: 1, Every: 2})
	c := nn.NewContext(true, nil)
	scores := tensor.Full(tensor.Float32, 1, 10)
	p1 := a.Observe(c, scores, 10)
	p2 := a.Observe(c, scores, 10)
	zeros := map[*tensor.Tensor]*tensor.Array{}
	for _, p := range a.Network().Params {
		zeros[p.Value] = tensor.NewArray(tensor.Float32)
	}
	got, err := tensor.Eval([]*tensor.Tensor{p1, p2, a.P(c)}, zeros)
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Data[0] != 0 || float32(got[1].Data[0]) != .02 || got[2].Data[0] != got[1].Data[0] {
		t.Errorf("p is %v, %v, %v, want 0, .02, .02", got[0].Data, got[1].Data, got[2].Data)
	}
}
