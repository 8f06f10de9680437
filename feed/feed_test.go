package feed_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// set returns n examples of a field of every kind, in which all values tell the
// number of the example.
func set(t *testing.T, n int) data.Set {
	t.Helper()
	info := data.NewInfo("four kinds", data.Image(1, 1, 2),
		data.Field{Name: "attributes", Kind: data.Numbers, Shape: []int{3}}, data.Label(10),
		data.Field{Name: "caption", Kind: data.Tokens, Shape: []int{2}, Classes: 50})
	x, attributes := data.NewValues(info.Fields[0], n), data.NewValues(info.Fields[1], n)
	class, caption := data.NewValues(info.Fields[2], n), data.NewValues(info.Fields[3], n)
	for i := range n {
		copy(x.Bytes[2*i:], []byte{byte(i), byte(5 * i)})
		copy(attributes.Floats[3*i:], []float32{float32(i), float32(-i), .5})
		class.Ints[i] = int32(i % 10)
		copy(caption.Ints[2*i:], []int32{int32(i), 7})
	}
	table, err := data.NewTable(info, x, attributes, class, caption)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// four is a game that has an input of every kind.
func four(batch int) *game.Game {
	return &game.Game{Batch: batch, Inputs: []game.Input{
		{Name: "x", DType: tensor.Float32, Shape: []int{batch, 2}},
		{Name: "negative", DType: tensor.Float32, Shape: []int{batch, 1, 1, 2}},
		{Name: "attributes", DType: tensor.Float32, Shape: []int{batch, 3}},
		{Name: "class", DType: tensor.Int32, Shape: []int{batch}},
		{Name: "caption", DType: tensor.Int32, Shape: []int{batch, 2}},
	}}
}

var inputs = []feed.Input{
	{Name: "x", Scale: data.Scale{Lo: 0, Hi: 255}}, {Name: "attributes"}, {Name: "class"}, {Name: "caption"},
}

func source(t *testing.T, s data.Set, g *game.Game, inputs ...feed.Input) *feed.Source {
	t.Helper()
	source, err := feed.New(s, g, 3, inputs...)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// memory returns memory for inputs of a game.
func memory(g *game.Game, names ...string) game.Minibatch {
	m := game.Minibatch{}
	for _, in := range g.Inputs {
		switch {
		case !slices.Contains(names, in.Name):
		case in.DType == tensor.Int32:
			m[in.Name] = engine.MemoryOf(make([]int32, tensor.Size(in.Shape)))
		default:
			m[in.Name] = engine.MemoryOf(make([]float32, tensor.Size(in.Shape)))
		}
	}
	return m
}

// next returns the numbers of the examples of the next minibatch, in which all
// fields must be of the same examples.
func next(t *testing.T, s *feed.Source, g *game.Game) (numbers []int) {
	t.Helper()
	m := memory(g, s.Inputs()...)
	if err := s.Next(m); err != nil {
		t.Fatal(err)
	}
	for row := range g.Batch {
		i := int(m["x"].Float32()[2*row])
		numbers = append(numbers, i)
		if got := m["x"].Float32()[2*row+1]; got != float32(5*i) {
			t.Errorf("example %d has pixel %g, want %d", i, got, 5*i)
		}
		if diff := cmp.Diff([]float32{float32(i), float32(-i), .5}, m["attributes"].Float32()[3*row:][:3]); diff != "" {
			t.Errorf("attributes of example %d: %s", i, diff)
		}
		if got := m["class"].Int32()[row]; int(got) != i%10 {
			t.Errorf("example %d has class %d, want %d", i, got, i%10)
		}
		if diff := cmp.Diff([]int32{int32(i), 7}, m["caption"].Int32()[2*row:][:2]); diff != "" {
			t.Errorf("caption of example %d: %s", i, diff)
		}
	}
	return numbers
}

// TestNextKeepsExamplesTogether reads fields of every kind through two epochs.
func TestNextKeepsExamplesTogether(t *testing.T) {
	g := four(4)
	s := source(t, set(t, 6), g, inputs...)
	if diff := cmp.Diff([]string{"x", "attributes", "class", "caption"}, s.Inputs()); diff != "" {
		t.Error(diff)
	}
	times := make([]int, 6)
	for range 3 {
		for _, i := range next(t, s, g) {
			times[i]++
		}
	}
	if diff := cmp.Diff([]int{2, 2, 2, 2, 2, 2}, times); diff != "" || s.Position() != 12 {
		t.Errorf("position %d, examples were shown so often: %s", s.Position(), diff)
	}
}

// TestPosition goes on from a position, whatever was read before.
func TestPosition(t *testing.T) {
	g, examples := four(4), set(t, 25)
	whole := source(t, examples, g, inputs...)
	for range 5 {
		next(t, whole, g)
	}
	resumed := source(t, examples, g, inputs...)
	next(t, resumed, g)
	if err := resumed.SetPosition(whole.Position()); err != nil {
		t.Fatal(err)
	}
	for range 9 {
		if diff := cmp.Diff(next(t, whole, g), next(t, resumed, g)); diff != "" {
			t.Fatal(diff)
		}
	}
	if err := resumed.SetPosition(-1); err == nil {
		t.Error("a negative position was taken")
	}
}

// TestNamesAndScales fills an input from a field with another name, in the range of
// the input. It reads nothing for an input that no play reads.
func TestNamesAndScales(t *testing.T) {
	g := four(3)
	s := source(t, set(t, 40), g, feed.Input{Name: "negative", Field: "x", Scale: data.Scale{Lo: 1, Hi: -1}}, feed.Input{Name: "class"})
	m := memory(g, "negative", "class")
	if err := s.Next(m); err != nil {
		t.Fatal(err)
	}
	for row, class := range m["class"].Int32() {
		first := m["negative"].Float32()[2*row]
		if i := int((1-first)*255/2 + .5); i%10 != int(class) || first > 1 || first < .6 {
			t.Errorf("class %d has a first pixel of %g, that of example %d", class, first, i)
		}
	}
	if err := s.Next(memory(g, "class")); err != nil || s.Position() != 6 {
		t.Errorf("position %d, error %v", s.Position(), err)
	}
}

func TestNewRefuses(t *testing.T) {
	examples := set(t, 9)
	for _, c := range []struct {
		name      string
		batch     int
		input     feed.Input
		say, tell string
	}{
		{"no such field", 2, feed.Input{Name: "x", Field: "y"},
			`dataset four kinds has no field "y", which fills the input "x" of the game`,
			"it has x, attributes, class, caption; choose a dataset that has y"},
		{"no such input", 2, feed.Input{Name: "y"},
			`the game has no input "y" for field y of dataset four kinds`, "it has x, negative, attributes, class, caption"},
		{"another size", 2, feed.Input{Name: "attributes", Field: "x"},
			`dataset four kinds: field x is 1x1x2, and the input "attributes" takes float32[2 3] for 2 examples`,
			"choose a dataset whose x fits"},
		{"classes for numbers", 2, feed.Input{Name: "x", Field: "caption"},
			`dataset four kinds: field caption is 2 tokens of 50, and the input "x" takes float32[2 2] for 2 examples`,
			"choose a dataset whose caption fits"},
		{"numbers for classes", 2, feed.Input{Name: "caption", Field: "x"},
			`dataset four kinds: field x is 1x1x2, and the input "caption" takes int32[2 2] for 2 examples`,
			"choose a dataset whose x fits"},
		{"no batch", 0, feed.Input{Name: "x", Scale: data.Scale{Lo: 0, Hi: 0.01}}, "dataset four kinds: minibatches of 0 examples, want at least 1", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := feed.New(examples, four(c.batch), 1, c.input)
			if err == nil || err.Error() != c.say || hint.Of(err) != c.tell {
				t.Errorf("source %v, error %v, want %q (hint: %s)", s, err, c.say, c.tell)
			}
		})
	}
}

// mean is a game in which a number w follows the mean of a class and of images.
func mean(batch int) *game.Game {
	W := nn.New("W", []int{1}, nn.Linear(1, nn.Zeros, nn.Zeros))
	w := &game.Player{Name: "w", Networks: []*nn.Network{W}, Optimizer: optim.SGD{LearningRate: optim.Constant(.01), Momentum: optim.Constant(0)}}
	g := &game.Game{Players: []*game.Player{w}, Round: []game.Move{{Players: []*game.Player{w}, Times: 2}}, Batch: batch}
	g.Inputs = []game.Input{
		{Name: "x", DType: tensor.Float32, Shape: []int{batch, 784}},
		{Name: "class", DType: tensor.Int32, Shape: []int{batch}},
	}
	g.Play = func(t *game.Trace) game.Losses {
		class := t.Data("class").Convert(tensor.Float32)
		t.Record(w, "class", class.Mean())
		guess := W.Apply(t.Context, class.KeepDims(1))
		return game.Losses{"w": guess.Sub(t.Data("x").Mean()).Square().Mean()}
	}
	return g
}

// TestRoundAllocatesNothing trains on images and their labels.
func TestRoundAllocatesNothing(t *testing.T) {
	device := engine.NewDevice(2)
	defer device.Close()
	digits, err := data.Subset(data.NewDigits(data.Train, 1), 0, 100) // whose epochs are shuffled
	if err != nil {
		t.Fatal(err)
	}
	g := mean(8)
	s := source(t, digits, g, feed.Input{Name: "x", Scale: data.Scale{Lo: 0, Hi: 0.01}}, feed.Input{Name: "class"})
	trainer, err := game.NewTrainer(device, g, []game.Source{s}, 1, true)
	if err != nil {
		t.Fatal(err)
	}
	ctx, rounds, nothing := context.Background(), int64(0), func() error { return nil }
	if n := testing.AllocsPerRun(50, func() {
		rounds++
		if err := trainer.Train(ctx, rounds, nothing); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("a round allocates %g times", n)
	}
	if want := rounds * 2 * 8; s.Position() != want || trainer.Shown() != want {
		t.Errorf("%d examples read and %d shown, want %d", s.Position(), trainer.Shown(), want)
	}
}

// TestUnreadInputs has a game that declares two inputs and reads neither. A source
// fills one of them.
func TestUnreadInputs(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	g := mean(4)
	for _, name := range []string{"filled", "not filled"} {
		g.Inputs = append(g.Inputs, game.Input{Name: name, DType: tensor.Int32, Shape: []int{4}})
	}
	s := source(t, data.NewDigits(data.Train, 1), g, feed.Input{Name: "x", Scale: data.Scale{Lo: 0, Hi: 0.01}}, feed.Input{Name: "class"}, feed.Input{Name: "filled", Field: "class"})
	trainer, err := game.NewTrainer(device, g, []game.Source{s}, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := trainer.Train(context.Background(), 2, func() error { return nil }); err != nil || s.Position() != 2*2*4 {
		t.Errorf("position %d, error %v", s.Position(), err)
	}
}
