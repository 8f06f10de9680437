package model

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

func newSession(t *testing.T) *Session {
	t.Helper()
	device := engine.NewDevice(1)
	t.Cleanup(device.Close)
	return &Session{Device: device, Store: engine.NewStore(), Seed: 1}
}

// compile compiles a model, with plain gradient descent unless the test sets an optimiser.
func compile(t *testing.T, s *Session, c Config) *Model {
	t.Helper()
	if c.Optimizer == nil {
		c.Optimizer = sgd(.25, 0)
	}
	m, err := s.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func train(t *testing.T, m *Model, x, y []float32) float64 {
	t.Helper()
	loss, err := m.TrainOnBatch(x, y)
	if err != nil {
		t.Fatal(err)
	}
	return loss
}

func predict(t *testing.T, s *Session, batch int, x []float32, networks ...*nn.Network) []float32 {
	t.Helper()
	p, err := s.Predictor(batch, networks...)
	if err != nil {
		t.Fatal(err)
	}
	y, err := p.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// line is the network x*weight + bias of one number.
func line(name string, weight, bias float64) *nn.Network {
	return nn.New(name, []int{1}, nn.Linear(1, nn.Constant(weight), nn.Constant(bias)))
}

func sgd(rate, momentum float64) optim.Optimizer {
	return optim.SGD{LearningRate: optim.Constant(rate), Momentum: optim.Constant(momentum)}
}

// contents returns the elements of all variables by their names.
func (s *Session) contents() map[string][]float64 {
	m := map[string][]float64{}
	for _, v := range s.Store.Variables() {
		memory, _ := s.Store.Memory(v)
		m[v.Attr().(tensor.InputAttr).Name] = memory.Array(v.Shape()...).Data
	}
	return m
}

// wantChanged fails unless exactly the named variables differ from before.
func wantChanged(t *testing.T, s *Session, before map[string][]float64, want ...string) {
	t.Helper()
	var got []string
	for name, values := range s.contents() {
		if !slices.Equal(values, before[name]) {
			got = append(got, name)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("changed are\n%q, want\n%q", got, want)
	}
}

func wantNear(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-5*(1+math.Abs(want))) {
		t.Errorf("%s is %g, want %g", what, got, want)
	}
}

// byHand is a GAN of numbers: G is az + b, the logit of D is wx + c. Its optimiser is
// gradient descent with momentum.
type byHand struct {
	rate, momentum         float64
	a, b, w, c             float64
	velA, velB, velW, velC float64
}

func (h *byHand) generate(z float64) float64 { return h.a*z + h.b }

// error returns p - target, which is the gradient of the loss with respect to the logit,
// and the loss.
func (h *byHand) error(x, target float64) (e, loss float64) {
	p := 1 / (1 + math.Exp(-h.w*x-h.c))
	return p - target, -target*math.Log(p) - (1-target)*math.Log(1-p)
}

func (h *byHand) descend(value, velocity *float64, gradient float64) {
	*velocity = h.momentum**velocity - h.rate*gradient
	*value += *velocity
}

// trainD takes a step of D on two examples and returns the loss before it.
func (h *byHand) trainD(x [2]float64, target float64) (loss float64) {
	var w, c float64
	for _, x := range x {
		e, l := h.error(x, target)
		w, c, loss = w+e*x/2, c+e/2, loss+l/2
	}
	h.descend(&h.w, &h.velW, w)
	h.descend(&h.c, &h.velC, c)
	return loss
}

// trainG takes a step of G through D.
func (h *byHand) trainG(z [2]float64, target float64) (loss float64) {
	var a, b float64
	for _, z := range z {
		e, l := h.error(h.generate(z), target)
		a, b, loss = a+e*h.w*z/2, b+e*h.w/2, loss+l/2
	}
	h.descend(&h.a, &h.velA, a)
	h.descend(&h.b, &h.velB, b)
	return loss
}

// TestTheThreeCalls compares three rounds with a computation by hand. The loss of each
// call depends on the changes by the earlier calls.
func TestTheThreeCalls(t *testing.T) {
	h := &byHand{rate: .2, momentum: .5, a: .5, b: .1, w: -1, c: .3}
	s := newSession(t)
	G, D := line("G", h.a, h.b), line("D", h.w, h.c)
	config := Config{Name: "D", Networks: []*nn.Network{D}, Loss: BinaryCrossEntropy, Optimizer: sgd(h.rate, h.momentum), Batch: 2}
	d := compile(t, s, config)
	config.Name, config.Networks, config.Frozen = "combined", []*nn.Network{G, D}, []*nn.Network{D}
	combined := compile(t, s, config)
	g, err := s.Predictor(2, G)
	if err != nil {
		t.Fatal(err)
	}
	ones, zeros := []float32{1, 1}, []float32{0, 0}
	for range 3 {
		wantNear(t, "loss on real numbers", train(t, d, []float32{1, 2}, ones), h.trainD([2]float64{1, 2}, 1))
		fake, err := g.Predict([]float32{-.5, .8})
		if err != nil {
			t.Fatal(err)
		}
		plain := [2]float64{h.generate(-.5), h.generate(.8)}
		wantNear(t, "a generated number", float64(fake[0]), plain[0])
		wantNear(t, "a generated number", float64(fake[1]), plain[1])
		wantNear(t, "loss on generated numbers", train(t, d, fake, zeros), h.trainD(plain, 0))
		wantNear(t, "loss of G", train(t, combined, []float32{1.5, -1}, ones), h.trainG([2]float64{1.5, -1}, 1))
	}
	got := s.contents()
	for name, want := range map[string]float64{
		"G.0.weight": h.a, "G.0.bias": h.b, "D.0.weight": h.w, "D.0.bias": h.c,
		"D/velocity/D.0.weight": h.velW, "combined/velocity/G.0.bias": h.velB, "D/step": 6, "combined/step": 3,
	} {
		wantNear(t, name, got[name][0], want)
	}
}

// TestFrozenNetworksKeepTheirVariables has two networks with running statistics
// and directions of power iteration.
func TestFrozenNetworksKeepTheirVariables(t *testing.T) {
	layers := []nn.Layer{nn.SpectralNorm(nn.Linear(2, nn.He, nil)), nn.BatchNorm}
	G, D := nn.New("G", []int{2}, layers...), nn.New("D", []int{2}, layers...)
	s := newSession(t)
	config := Config{Name: "D", Networks: []*nn.Network{D}, Loss: MeanSquaredError, Batch: 3}
	d := compile(t, s, config)
	config.Name, config.Networks, config.Frozen = "combined", []*nn.Network{G, D}, []*nn.Network{D}
	combined := compile(t, s, config)
	x, y := []float32{1, 2, -3, 4, 5, -6}, []float32{1, 0, 0, 1, 1, 0}
	changes := func(model, network string) []string {
		names := []string{model + "/step", network + ".0.weight.u", network + ".1.mean", network + ".1.variance"}
		for _, p := range []string{".0.weight", ".1.scale", ".1.shift"} {
			names = append(names, network+p, model+"/velocity/"+network+p)
		}
		return names
	}
	before := s.contents()
	train(t, combined, x, y)
	wantChanged(t, s, before, changes("combined", "G")...)
	before = s.contents()
	train(t, d, x, y)
	wantChanged(t, s, before, changes("D", "D")...)
}

// TestFrozenNetworksBehaveAsInTraining has a frozen batch normalisation of
// numbers of mean 5 and variance 14.
func TestFrozenNetworksBehaveAsInTraining(t *testing.T) {
	s := newSession(t)
	G, D := line("G", 1, 0), nn.New("D", []int{1}, nn.BatchNorm)
	m := compile(t, s, Config{Name: "m", Networks: []*nn.Network{G, D}, Frozen: []*nn.Network{D}, Loss: MeanSquaredError, Batch: 4})
	want := 0.0
	for _, x := range []float64{1, 3, 5, 11} {
		normalised := (x - 5) / math.Sqrt(14+1e-5)
		want += (normalised - 2) * (normalised - 2) / 4
	}
	wantNear(t, "the loss", train(t, m, []float32{1, 3, 5, 11}, []float32{2, 2, 2, 2}), want)
}

// TestOwnOptimiserState has two models of one network. The velocity of a model, and its
// learning rate, which grows with its steps, do not depend on the other model. Each model
// uses the parameters that the other has changed.
func TestOwnOptimiserState(t *testing.T) {
	s := newSession(t)
	growing := func(step *tensor.Tensor) *tensor.Tensor { return step.Plus(1).Scale(.1) }
	config := Config{
		Networks: []*nn.Network{line("N", 0, 0)}, Loss: MeanSquaredError, Batch: 1,
		Optimizer: optim.SGD{LearningRate: growing, Momentum: optim.Constant(.5)},
	}
	config.Name = "first"
	first := compile(t, s, config)
	config.Name = "second"
	second := compile(t, s, config)
	bias, velocity, steps := 0.0, [2]float64{}, [2]float64{}
	for _, i := range []int{0, 1, 1, 0, 1} {
		m := []*Model{first, second}[i]
		wantNear(t, "the loss", train(t, m, []float32{0}, []float32{4}), (bias-4)*(bias-4))
		velocity[i] = .5*velocity[i] - .1*(steps[i]+1)*2*(bias-4)
		steps[i]++
		bias += velocity[i]
	}
	wantNear(t, "the bias", s.contents()["N.0.bias"][0], bias)
}

// TestGradientsAreTransformedTogether clips the norm of (3, 4) to 1.
func TestGradientsAreTransformedTogether(t *testing.T) {
	s := newSession(t)
	m := compile(t, s, Config{
		Name: "m", Networks: []*nn.Network{line("N", 0, 0)}, Batch: 1, Optimizer: optim.ClipGlobalNorm(sgd(1, 0), 1),
		Loss: func(prediction, target *tensor.Tensor) *tensor.Tensor { return prediction.Mul(target).Sum() },
	})
	train(t, m, []float32{.75}, []float32{4})
	wantNear(t, "the weight", s.contents()["N.0.weight"][0], -.6)
	wantNear(t, "the bias", s.contents()["N.0.bias"][0], -.8)
}

// TestDropoutDrawsAnew finds the dropped elements from the loss: an element i that is
// kept, and doubled, adds 2 to the power i.
func TestDropoutDrawsAnew(t *testing.T) {
	const n = 20
	s := newSession(t)
	N := nn.New("N", []int{n}, nn.Dropout(.5))
	config := Config{Networks: []*nn.Network{N}, Batch: 1}
	config.Loss = func(prediction, target *tensor.Tensor) *tensor.Tensor { return prediction.Mul(target).Sum() }
	x, y := slices.Repeat([]float32{.5}, n), make([]float32, n)
	for i := range y {
		y[i] = float32(int(1) << i)
	}
	drawn := map[float64]bool{}
	for _, config.Name = range []string{"first", "second"} {
		m := compile(t, s, config)
		for range 10 {
			drawn[train(t, m, x, y)] = true
		}
	}
	if len(drawn) != 20 {
		t.Errorf("20 calls drop %d sets of elements", len(drawn))
	}
	if y := predict(t, s, 1, x, N); !slices.Equal(y, x) {
		t.Errorf("dropout predicts %v", y)
	}
}

// TestPredict compares predictions for 5 examples, 2 at a time, with the plain
// evaluation of two networks that were trained.
func TestPredict(t *testing.T) {
	s := newSession(t)
	A := nn.New("A", []int{1, 4}, nn.Conv(2, nn.Window{Kernel: 3, Stride: 1}, nn.He, nn.Zeros), nn.BatchNorm, nn.Dropout(.5), nn.ReLU)
	B := nn.New("B", A.Out, nn.Linear(3, nn.He, nn.Zeros), nn.BatchNorm, nn.Tanh)
	m := compile(t, s, Config{Name: "m", Networks: []*nn.Network{A, B}, Loss: MeanSquaredError, Batch: 2})
	x := []float32{1, 2, 3, 4, 4, -1, 3, 2, 1, 5, -2, 2, 7, 7, 1, 2, 3, 0, 0, 1}
	for range 10 {
		train(t, m, x[:8], []float32{1, 0, 0, 0, 0, 1})
	}
	values := map[*tensor.Tensor]*tensor.Array{}
	for _, v := range s.Store.Variables() {
		memory, _ := s.Store.Memory(v)
		values[v] = memory.Array(v.Shape()...)
	}
	in := tensor.NewArray(tensor.Float32, 5, 1, 4)
	for i, v := range x {
		in.Data[i] = float64(v)
	}
	c := nn.NewContext(false, nil)
	want, err := tensor.Eval([]*tensor.Tensor{B.Apply(c, A.Apply(c, tensor.Const(in)))}, values)
	if err != nil {
		t.Fatal(err)
	}
	before := s.contents()
	got := predict(t, s, 2, x, A, B)
	if len(got) != len(want[0].Data) {
		t.Fatalf("%d numbers, want %d", len(got), len(want[0].Data))
	}
	for i, w := range want[0].Data {
		wantNear(t, "a prediction", float64(got[i]), w)
	}
	wantChanged(t, s, before)
	if y := predict(t, s, 2, nil, A, B); len(y) != 0 {
		t.Errorf("the predictions for nothing are %v", y)
	}
}

// TestWrongNumbersOfValues wants errors, and no change of a variable.
func TestWrongNumbersOfValues(t *testing.T) {
	s := newSession(t)
	N := nn.New("N", []int{3}, nn.Linear(2, nn.He, nn.Zeros))
	m := compile(t, s, Config{Name: "m", Networks: []*nn.Network{N}, Loss: MeanSquaredError, Batch: 2})
	before := s.contents()
	for _, c := range []struct {
		x, y      int
		say, tell string
	}{
		{5, 4, "model m: there are 5 values of inputs, want 6", "a minibatch of inputs is float32[2,3]"},
		{6, 2, "model m: there are 2 values of targets, want 4", "a minibatch of targets is float32[2,2]"},
		{0, 0, "model m: there are 0 values of inputs, want 6", "a minibatch of inputs is float32[2,3]"},
	} {
		_, err := m.TrainOnBatch(make([]float32, c.x), make([]float32, c.y))
		if err == nil || err.Error() != c.say || hint.Of(err) != c.tell {
			t.Errorf("%d and %d values: error %v, want %s", c.x, c.y, err, c.say)
		}
	}
	p, err := s.Predictor(2, N)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Predict(make([]float32, 4)); err == nil || !strings.HasPrefix(err.Error(), "predictor: ") {
		t.Errorf("the prediction for 4 values: error %v", err)
	}
	wantChanged(t, s, before)
}

// TestCompileErrors wants errors, and no new variable.
func TestCompileErrors(t *testing.T) {
	s := newSession(t)
	N, wide := line("N", 1, 0), nn.New("wide", []int{5}, nn.Linear(1, nn.He, nn.Zeros))
	good := Config{Name: "m", Networks: []*nn.Network{N}, Loss: MeanSquaredError, Batch: 2}
	compile(t, s, good)
	good.Name = "other"
	before := s.contents()
	for want, change := range map[string]func(*Config){
		`two variables are called "m/step"`:                           func(c *Config) { c.Name = "m" },
		`two variables are called "N.0.weight"`:                       func(c *Config) { c.Networks = []*nn.Network{line("N", 2, 0)} },
		"network wide is in Config.Frozen but not in Config.Networks": func(c *Config) { c.Frozen = []*nn.Network{wide} },
		"1 networks and a batch of 0, want at least 1":                func(c *Config) { c.Batch = 0 },
		"one of Config.Networks is nil":                               func(c *Config) { c.Networks = []*nn.Network{N, nil} },
		"0 networks and a batch of 2, want at least 1":                func(c *Config) { c.Networks = nil },
		"float32[2,1]":                         func(c *Config) { c.Networks = []*nn.Network{N, wide} },
		"want a float scalar to differentiate": func(c *Config) { c.Loss = (*tensor.Tensor).Sub },
		"condition \"class\" is missing":       func(c *Config) { c.Networks = []*nn.Network{conditional()} },
	} {
		c := good
		c.Optimizer = sgd(1, 0)
		change(&c)
		_, err := s.Compile(c)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "model "+c.Name+": ") {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	for want, networks := range map[string][]*nn.Network{
		`two variables are called "N.0.weight"`: {line("N", 2, 0)},
		"0 networks":                            nil,
		"a network is nil":                      {N, nil},
		"float32[2,1]":                          {N, wide},
	} {
		_, err := s.Predictor(2, networks...)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "predictor: ") {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	wantChanged(t, s, before)
}

func conditional() *nn.Network {
	return nn.New("C", []int{1}, nn.Concat(nn.Class("class"), nn.OneHot(3)), nn.Linear(1, nn.He, nn.Zeros))
}

func TestDivergence(t *testing.T) {
	s := newSession(t)
	m := compile(t, s, Config{Name: "m", Networks: []*nn.Network{line("N", 1, 0)}, Loss: MeanSquaredError, Batch: 1})
	train(t, m, []float32{0}, []float32{0})
	loss, err := m.TrainOnBatch([]float32{1e30}, []float32{0})
	var diverged *DivergedError
	if !errors.As(err, &diverged) || *diverged != (DivergedError{"m", 2, math.Inf(1)}) || !math.IsInf(loss, 1) {
		t.Fatalf("loss %g, error %v", loss, err)
	}
	if want := "model m: training diverged in step 2: the loss is +Inf"; err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
	if loss, err := m.TrainOnBatch([]float32{1}, []float32{0}); !errors.As(err, &diverged) || diverged.Step != 3 {
		t.Errorf("after it: loss %g, error %v", loss, err)
	}
}
