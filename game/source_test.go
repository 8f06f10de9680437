package game

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// reader is a game of one number, w, with loss (w - mean x)^2 for each of the
// inputs that a play reads, in two moves a round.
func reader(reads ...string) *Game {
	W := scalar("W", 1)
	w := &Player{Name: "w", Networks: []*nn.Network{W}, Optimizer: optim.SGD{LearningRate: optim.Constant(.25), Momentum: optim.Constant(0)}}
	g := &Game{Players: []*Player{w}, Round: []Move{{[]*Player{w}, 2}}, Batch: 3}
	for _, name := range []string{"a", "b", "c"} {
		g.Inputs = append(g.Inputs, Input{Name: name, DType: tensor.Float32, Shape: []int{3, 1}})
	}
	g.Play = func(t *Trace) Losses {
		loss := tensor.Scalar(tensor.Float32, 0)
		for _, name := range reads {
			x := t.Data(name)
			loss = loss.Add(W.Apply(t.Context, x).Sub(x).Square().Mean())
		}
		return Losses{"w": loss}
	}
	return g
}

// ones returns a source that fills inputs with 1, 2, 3, ... from call to call,
// and records the inputs of each call.
type ones struct {
	inputs   []string
	position int64
	asked    [][]string
	err      error
}

func (s *ones) Inputs() []string { return s.inputs }
func (s *ones) Position() int64  { return s.position }

func (s *ones) SetPosition(position int64) error {
	s.position = position
	return nil
}

func (s *ones) Next(m Minibatch) error {
	var names []string
	for name, memory := range m {
		names = append(names, name)
		for i := range memory.Float32() {
			memory.Float32()[i] = float32(s.position + 1)
		}
	}
	slices.Sort(names)
	s.asked = append(s.asked, names)
	s.position++
	return s.err
}

// newTrainer compiles a game on a new device.
func newTrainer(t *testing.T, g *Game, sources ...Source) (*Trainer, error) {
	t.Helper()
	device := engine.NewDevice(1)
	t.Cleanup(device.Close)
	return NewTrainer(device, g, sources, 1, false)
}

func mustTrain(t *testing.T, trainer *Trainer, rounds int64) {
	t.Helper()
	if err := trainer.Train(context.Background(), rounds, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
}

// TestSourcesFillWhatIsRead computes two rounds of two plays by hand. One source fills
// two inputs. Another fills an input that no play reads.
func TestSourcesFillWhatIsRead(t *testing.T) {
	first, second, idle := &ones{inputs: []string{"b", "a"}}, &ones{inputs: []string{"c", "d"}}, &ones{inputs: []string{"e"}}
	trainer, err := newTrainer(t, reader("a", "c"), first, second, idle)
	if err != nil {
		t.Fatal(err)
	}
	mustTrain(t, trainer, 2)
	for i, want := range [][]string{{"a"}, {"c"}, nil} {
		s := []*ones{first, second, idle}[i]
		calls := 0
		for _, names := range s.asked {
			calls++
			if !slices.Equal(names, want) {
				t.Errorf("source %d is asked for %v, want %v", i, names, want)
			}
		}
		if plays := 4 * min(len(want), 1); calls != plays || s.Position() != int64(plays) {
			t.Errorf("source %d is asked %d times, want once for each of %d plays", i, calls, plays)
		}
	}
	w := 1.0
	for play := range 4 {
		w -= .25 * 4 * (w - float64(play+1)) // both inputs are play+1
	}
	if got := valueOf(t, trainer, "W.0.w"); !near(got, w) {
		t.Errorf("w = %g, want %g", got, w)
	}
	if got := trainer.Sources(); len(got) != 3 || got[1] != Source(second) {
		t.Errorf("the sources are %v", got)
	}
}

func valueOf(t *testing.T, trainer *Trainer, name string) float64 {
	t.Helper()
	for _, v := range trainer.Variables() {
		if v.Name == name {
			return v.Memory.Array(v.Shape...).Data[0]
		}
	}
	t.Fatalf("there is no variable %q", name)
	return 0
}

// TestShown counts examples: a minibatch for each play that reads one, and one
// minibatch a round if none does.
func TestShown(t *testing.T) {
	for _, c := range []struct {
		game *Game
		want int
	}{
		{reader("a"), 6}, {reader("a", "b"), 6}, {reader(), 3},
		{quarrel(1e-3, func(a, b *Player) []Move { return Alternate(a, b, 4) }), 1},
	} {
		trainer, err := newTrainer(t, c.game, &ones{inputs: []string{"a", "b"}})
		if err != nil {
			t.Fatal(err)
		}
		mustTrain(t, trainer, 7)
		if trainer.Examples() != c.want || trainer.Shown() != 7*int64(c.want) {
			t.Errorf("%d examples a round and %d in 7, want %d", trainer.Examples(), trainer.Shown(), c.want)
		}
	}
}

func TestInputsAreFilledOnce(t *testing.T) {
	fill := func(inputs ...string) Source { return Fill(func(_ int64, _ Minibatch) error { return nil }, inputs...) }
	for _, c := range []struct {
		name      string
		sources   []Source
		say, tell string
	}{
		{"no source", nil, `game: no source fills the input "a", which a play reads`, "the game has no source"},
		{"the first that is missing", []Source{fill("x")}, `no source fills the input "a", which a play reads`, "the sources fill x"},
		{"another input", []Source{fill("c"), fill("a")}, `no source fills the input "b", which a play reads`, "the sources fill a, c"},
		{"twice", []Source{fill("a", "b"), fill("c", "b")}, `game: two sources fill the input "b"`, "only one source may return it from Inputs"},
		{"twice by one", []Source{fill("a", "b", "a")}, `game: two sources fill the input "a"`, "only one source may return it from Inputs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 20 { // maps have no order, errors have
				_, err := newTrainer(t, reader("b", "a"), c.sources...)
				if err == nil || !strings.HasSuffix(err.Error(), c.say) || hint.Of(err) != c.tell {
					t.Fatalf("error %v, want %q (hint: %s)", hint.Text(orNone(err)), c.say, c.tell)
				}
			}
		})
	}
}

func orNone(err error) error {
	if err == nil {
		return errors.New("none")
	}
	return err
}

// TestNames wants errors for two parameters with the same name, of two networks or of
// one, and for two players with the same name.
func TestNames(t *testing.T) {
	g := reader("a")
	g.Players = append(g.Players, &Player{Name: "v", Networks: []*nn.Network{scalar("W", 2)}, Optimizer: g.Players[0].Optimizer})
	_, err := newTrainer(t, g, &ones{inputs: []string{"a"}})
	if err == nil || !strings.Contains(err.Error(), `two parameters are called "W.0.w": give each network a different name`) {
		t.Errorf("two networks of one name: error %v", err)
	}
	g = reader("a")
	g.Players = append(g.Players, &Player{Name: "w", Optimizer: g.Players[0].Optimizer})
	_, same := newTrainer(t, g, &ones{inputs: []string{"a"}})
	if same == nil || !strings.Contains(same.Error(), `two players are called "w"`) || hint.Of(same) == "" {
		t.Errorf("two players of one name: error %v", same)
	}
	misuse := tensor.Try(func() {
		nn.New("W", []int{1}, func(b *nn.Builder, _ []int) nn.Apply {
			b.Param("w", nn.Zeros)
			b.Param("w", nn.Zeros)
			return nil
		})
	})
	if misuse == nil || !strings.Contains(misuse.Error(), "network W has two parameters of this name") {
		t.Errorf("two parameters of one name in a network: %v", misuse)
	}
	var typed *tensor.MisuseError
	if !errors.As(err, &typed) || !errors.As(misuse, &typed) {
		t.Errorf("%T and %T, want misuse", err, misuse)
	}
}

// TestSourceFails wants training to end when a source can no longer fill its input.
func TestSourceFails(t *testing.T) {
	s := &ones{inputs: []string{"a"}, err: errors.New("no more examples")}
	trainer, err := newTrainer(t, reader("a"), s)
	if err != nil {
		t.Fatal(err)
	}
	if err := trainer.Train(context.Background(), 3, func() error { return nil }); !errors.Is(err, s.err) || trainer.Step() != 0 {
		t.Errorf("step %d, error %v", trainer.Step(), err)
	}
}

// TestFill counts the calls of a function, except those that fail.
func TestFill(t *testing.T) {
	fail := errors.New("fail")
	var now error
	s := Fill(func(_ int64, m Minibatch) error {
		if now == nil {
			m["x"].Float32()[0]++
		}
		return now
	}, "x", "y")
	m := Minibatch{"x": engine.MemoryOf([]float32{5})}
	for i, want := range []error{nil, fail, nil} {
		now = want
		if err := s.Next(m); !errors.Is(err, want) {
			t.Errorf("call %d: error %v, want %v", i, err, want)
		}
	}
	if s.Position() != 2 || m["x"].Float32()[0] != 7 || !slices.Equal(s.Inputs(), []string{"x", "y"}) {
		t.Errorf("position %d, x %v, inputs %v", s.Position(), m["x"].Float32(), s.Inputs())
	}
	if err := s.SetPosition(40); err != nil || s.Position() != 40 {
		t.Errorf("position %d, error %v", s.Position(), err)
	}
}

// keeper is a source with a state: the sum of its positions.
type keeper struct {
	ones
	sum [1]int32
}

func (k *keeper) Next(m Minibatch) error {
	k.sum[0] += int32(k.position)
	return k.ones.Next(m)
}

func (k *keeper) Kept() []Variable {
	return []Variable{{Name: "sum", Shape: []int{1}, Memory: engine.MemoryOf(k.sum[:])}}
}

// TestKeeper finds the state of a source among the variables, under the number of the
// source, and writes to it.
func TestKeeper(t *testing.T) {
	k := &keeper{ones: ones{inputs: []string{"b"}}}
	trainer, err := newTrainer(t, reader("a", "b"), &ones{inputs: []string{"a"}}, k)
	if err != nil {
		t.Fatal(err)
	}
	mustTrain(t, trainer, 2)
	if got := valueOf(t, trainer, "source 1/sum"); got != 0+1+2+3 {
		t.Errorf("the source keeps %g, want 6", got)
	}
	for _, v := range trainer.Variables() {
		if v.Name == "source 1/sum" {
			v.Memory.Int32()[0] = 100
		}
	}
	mustTrain(t, trainer, 3)
	if k.sum[0] != 100+4+5 {
		t.Errorf("the source keeps %d after a checkpoint of 100 is written, want 109", k.sum[0])
	}
}

// TestRoundWithSourcesAllocatesNothing is TestRoundAllocatesNothing for a game that
// reads data.
func TestRoundWithSourcesAllocatesNothing(t *testing.T) {
	count := func(_ int64, m Minibatch) error {
		for i := range m["a"].Float32() {
			m["a"].Float32()[i]++
		}
		return nil
	}
	trainer, err := newTrainer(t, reader("a"), Fill(count, "a"))
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
}
