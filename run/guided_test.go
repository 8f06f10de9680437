package run_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/tensor"
)

// guided reads labels of one set and resembles another, and has the fault that its
// setting names. Its outputs show what they are made from.
type guided struct {
	Batch int    `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Fault string `toml:"fault" oneof:"none mean place network draws stranger nodraw source nan" doc:"what is wrong with it"`
}

func init() {
	recipe.Register(recipe.Recipe{
		Name: "guided", Title: "points that are given the labels of another set", Source: "a test",
		Others: []recipe.Role{{Name: "labels", Data: "grid25"}, {Name: "real", Data: "ring8"}},
		Kimg:   1, TickKimg: 1, Grid: 70,
	}, guided{Batch: 4, Fault: "none"}, guided.build)
}

func (s guided) build(e recipe.Examples) (*recipe.System, error) {
	G, H := nn.New("G", []int{2}, nn.Linear(2, nn.Constant(1), nil)), nn.New("H", []int{2}, nn.Linear(2, nn.Constant(1), nil))
	p := &game.Player{Name: "G", Networks: []*nn.Network{G}, Optimizer: optim.SGD{LearningRate: optim.Constant(0), Momentum: optim.Constant(0)}}
	g := &game.Game{
		Players: []*game.Player{p}, Round: game.Simultaneous(p), Batch: s.Batch,
		Inputs: []game.Input{{Name: "n", DType: tensor.Float32, Shape: []int{1}}},
	}
	g.Play = func(t *game.Trace) game.Losses {
		loss := G.Apply(t.Context, t.Context.Normal(s.Batch, 2)).Square().Mean()
		if s.Fault == "stranger" {
			loss = loss.Add(H.Apply(t.Context, t.Context.Normal(s.Batch, 2)).Square().Mean())
		}
		return game.Losses{"G": loss.Add(t.Data("n").Mean())}
	}
	classes := recipe.Condition{Field: data.Label(25), Role: "labels"}
	heat := recipe.Condition{
		Field: data.Field{Name: "heat", Kind: data.Numbers, Shape: []int{1}},
		Draw:  func(c *nn.Context, n int) *tensor.Tensor { return c.Uniform(5, 6, n, 1) },
	}
	if s.Fault == "nodraw" {
		heat.Draw = nil
	}
	word := recipe.Condition{
		Field: data.Field{Name: "word", Kind: data.Tokens, Shape: []int{1}, Classes: 3},
		Draw:  func(c *nn.Context, n int) *tensor.Tensor { return tensor.Full(tensor.Int32, 2, n, 1) },
	}
	return &recipe.System{Game: g, Sources: func(recipe.Sets, uint64) ([]game.Source, error) {
		return []game.Source{game.Fill(s.fill, "n")}, nil
	}, Outputs: []recipe.Output{{
		Name: "O", Networks: []*nn.Network{G}, Latents: []recipe.Latent{recipe.Normal("z", 2)},
		Given: []recipe.Condition{classes, heat, word}, Makes: data.Point(2), Like: "real",
		Make: func(c *nn.Context, in recipe.Inputs) *tensor.Tensor { return s.make(c, in, G, H) },
	}}}, nil
}

// fill is what the source does: 0, until a fault in step 3.
func (s guided) fill(call int64, m game.Minibatch) error {
	m["n"].Float32()[0] = 0
	switch {
	case call == 2 && s.Fault == "source":
		return errors.Join(errors.New("the camera"), errors.New("is off"))
	case call == 2 && s.Fault == "nan":
		m["n"].Float32()[0] = float32(math.NaN())
	}
	return nil
}

func (s guided) make(c *nn.Context, in recipe.Inputs, G, H *nn.Network) *tensor.Tensor {
	z := in["z"]
	n := z.Dim(0)
	switch s.Fault {
	case "mean":
		z = z.Sub(z.Mean(0))
	case "place":
		z = z.Add(tensor.Iota(tensor.Float32, 0, n, 2))
	case "draws":
		z = z.Add(c.Normal(n, 2))
	case "network":
		z = H.Apply(c, z)
	}
	shift := in["class"].Convert(tensor.Float32).Reshape(n, 1).Add(in["heat"]).Add(in["word"].Convert(tensor.Float32))
	return G.Apply(c, z).Add(shift)
}

// tinyGuided returns the settings of a run that takes no time.
func tinyGuided(t *testing.T, settings ...string) *run.Config {
	t.Helper()
	return configOf(t, "guided", append([]string{"steps=4", "tick_kimg=.008", "keep=9"}, settings...)...)
}

// TestConditionsOfRoles draws conditions from the set of their role and by their
// Draw. It draws points over the points of the set that they should resemble.
func TestConditionsOfRoles(t *testing.T) {
	t.Parallel()
	s := begin(t, t.TempDir(), tinyGuided(t))
	end(t, s)
	g := generator(t, s.Folder)
	samples := draw(t, g, 30, 1)
	classes := samples.Inputs["class"].Ints
	if slices.Max(classes) < 8 { // ring8 has labels, too
		t.Errorf("the classes are %v, none of them of grid25 alone", classes)
	}
	for i, heat := range samples.Inputs["heat"].Floats {
		if heat < 5 || heat > 6 || samples.Inputs["word"].Ints[i] != 2 {
			t.Fatalf("heat %g, word %d", heat, samples.Inputs["word"].Ints[i])
		}
	}
	if heat := samples.Inputs["heat"].Floats; heat[0] == heat[1] {
		t.Error("the heat of all samples is the same")
	}
	if first := draw(t, g, 3, 1); !slices.Equal(first.Values, samples.Slice(0, 3).Values) {
		t.Error("the first samples depend on their number")
	}
	if samples.Like != "real" {
		t.Errorf("the samples are like those of %q", samples.Like)
	}
	m, err := g.Config.Picture(samples, drawnPoints(t, 70, 0), 0)
	if err != nil {
		t.Fatal(err)
	}
	other := *samples
	other.Like = "labels" // on other axes
	n, err := g.Config.Picture(&other, drawnPoints(t, 70, 0), 0)
	if err != nil || m.Bounds() != n.Bounds() {
		t.Fatal(err)
	}
	same := true
	for x := range m.Bounds().Dx() {
		same = same && m.At(x, m.Bounds().Dy()/2) == n.At(x, m.Bounds().Dy()/2)
	}
	if same {
		t.Error("points are shown on the axes of any set")
	}
	for _, name := range []string{"step-00000004.png", "reals.png"} {
		if _, err := os.Stat(filepath.Join(s.Folder.SampleFolder(), name)); err != nil {
			t.Error(err)
		}
	}
}

// TestGuidedRefused starts runs with a fault that Start must find before the first
// round.
func TestGuidedRefused(t *testing.T) {
	parent := t.TempDir()
	for fault, say := range map[string]string{
		"mean":     "recipe guided: output O: a sample depends on the other samples of its batch: sample ",
		"place":    "recipe guided: output O: a sample depends on the other samples of its batch: sample ",
		"draws":    "recipe guided: output O: nn(): random numbers are drawn, but the context has no source of randomness",
		"network":  "recipe guided: output O reads H.0.weight, which none of its Networks has",
		"stranger": "recipe guided: game: the play reads H.0.weight, which no player has",
		"nodraw":   "recipe guided: output O is made from heat, and the run has no data to take it from",
	} {
		_, err := run.Start(device(t), tinyGuided(t, "fault="+fault), parent)
		if err == nil || !strings.HasPrefix(err.Error(), say) || hint.Of(err) == "" && fault != "draws" {
			t.Errorf("%s: error %v, want %q", fault, hint.Text(orNone(err)), say)
		}
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
		t.Errorf("%v are left, error %v", left, err)
	}
}

// TestSourceFails trains runs with a source that fails in the third round, or that
// fills in a NaN.
func TestSourceFails(t *testing.T) {
	s := begin(t, t.TempDir(), tinyGuided(t, "fault=source"))
	err := s.Train(context.Background())
	const say = "step 3: the source of n: the camera; is off; checkpoints up to step 2 are whole"
	if err == nil || err.Error() != say {
		t.Errorf("error %v, want %q", err, say)
	}
	s = begin(t, t.TempDir(), tinyGuided(t, "fault=nan"))
	err = s.Train(context.Background())
	const nan = "step 3: the source of n gave 1 of 1 numbers that are not finite; the state is set aside in "
	if err == nil || !strings.HasPrefix(err.Error(), nan) || hint.Of(err) != "check the sources of the inputs of the game" {
		t.Errorf("error %v, want %q", hint.Text(orNone(err)), nan)
	}
}

// TestNoMainSet sets the datasets of a recipe that has no main dataset.
func TestNoMainSet(t *testing.T) {
	const say = "recipe guided learns from data_labels, data_real alone: it has no setting data.name"
	if err := configOf(t, "guided").Set("data.name=digits"); err == nil || err.Error() != say {
		t.Errorf("error %v, want %q", err, say)
	}
	c := tinyGuided(t)
	c.Data.Name = "digits"
	if err := c.Resolve(); err == nil || err.Error() != `recipe guided learns from data_labels, data_real alone, and data.name is "digits"` {
		t.Errorf("error %v", err)
	}
}

// TestSettingsOfAProgram starts runs with settings that no file and no flag can hold.
func TestSettingsOfAProgram(t *testing.T) {
	parent := t.TempDir()
	for say, change := range map[string]func(*run.Config){
		"train.grid = -4 is out of range, want at least 1 and at most 4096": func(c *run.Config) { c.Train.Grid = -4 },
		"train.kimg = NaN is not a finite number":                           func(c *run.Config) { c.Train.Kimg = math.NaN() },
		"train.keep = 0 is out of range, want at least 1":                   func(c *run.Config) { c.Train.Keep = 0 },
		"train.tick_kimg = 0 is out of range, want more than 0":             func(c *run.Config) { c.Train.TickKimg = 0 },
		"model.batch = -1 is out of range, want at least 1":                 func(c *run.Config) { c.Model.(*guided).Batch = -1 },
	} {
		c := tinyGuided(t)
		change(c)
		_, err := run.Start(device(t), c, parent)
		if err == nil || err.Error() != say || hint.Of(err) != "gander recipes guided shows the settings" {
			t.Errorf("error %v, want %q", hint.Text(orNone(err)), say)
		}
		if err := c.Resolve(); err == nil || err.Error() != say {
			t.Errorf("error %v, want %q", err, say)
		}
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
		t.Errorf("%v are left, error %v", left, err)
	}
}

// TestRenamedCheckpoint opens a run in which a checkpoint has the name of a later
// step.
func TestRenamedCheckpoint(t *testing.T) {
	s := begin(t, t.TempDir(), tinyGuided(t))
	end(t, s)
	f := s.Folder.Checkpoints()
	if err := os.Rename(f.Path(2), f.Path(9)); err != nil {
		t.Fatal(err)
	}
	c, skipped, err := f.Newest()
	if err != nil || c.Step != 4 || len(skipped) != 1 || !errors.Is(skipped[0].Err, run.ErrCorrupt) ||
		!strings.HasSuffix(skipped[0].Err.Error(), "it is of step 2 and was renamed") {
		t.Errorf("the newest is %+v, passed over are %v, error %v", c, skipped, err)
	}
}

// TestChannels shows and counts images of two and of five channels.
func TestChannels(t *testing.T) {
	for _, channels := range []int{2, 5} {
		s := &run.Samples{N: 2, Field: data.Image(channels, 3, 4), Scale: data.Scale{Hi: 1}, Values: make([]float32, 2*channels*12)}
		for i := range s.Values {
			s.Values[i] = float32(i) / float32(len(s.Values))
		}
		m, err := s.Images()
		if err != nil || m.Channels != channels || m.Height != 3 || len(m.Pixels) != len(s.Values) || m.Pixels[1] < m.Pixels[0] {
			t.Errorf("%d channels: %+v, error %v", channels, m, err)
		}
		if shown := run.Shown(m); shown.Channels != 1 || shown.Height != 3*channels || shown.Width != 4 {
			t.Errorf("%d channels are shown as %dx%dx%d", channels, shown.Channels, shown.Height, shown.Width)
		}
		if _, err := (configOf(t, "guided")).Picture(s, nil, 1); err != nil {
			t.Error(err)
		}
	}
}

// TestClassRowsWithOthers draws a row for each class of an output that is given more.
func TestClassRowsWithOthers(t *testing.T) {
	g := generator(t, begin(t, t.TempDir(), tinyGuided(t)).Folder)
	ctx := context.Background()
	given := map[string]any{"heat": []float32{5}, "word": []int{1}}
	s, columns, err := g.ClassRows(ctx, "", 60, 1, given)
	if err != nil || columns != 2 || s.N != 50 {
		t.Fatalf("%d columns, error %v", columns, err)
	}
	for i := range s.N {
		if s.Inputs["heat"].Floats[i] != 5 || s.Inputs["word"].Ints[i] != 1 || int(s.Inputs["class"].Ints[i]) != i/2 {
			t.Fatalf("sample %d is made from %v", i, s.Inputs)
		}
	}
	s, _, err = g.ClassRows(ctx, "", 60, 1, nil) // the others are drawn
	if err != nil {
		t.Fatal(err)
	}
	heat := s.Inputs["heat"].Floats
	if heat[0] == heat[1] || heat[0] != heat[2] || heat[0] < 5 || s.Inputs["word"].Ints[0] != 2 {
		t.Errorf("rows have the heat %v and the words %v, want the same in a column", heat[:6], s.Inputs["word"].Ints[:6])
	}
	for say, given := range map[string]map[string]any{
		"output O: class is given, and each of its classes has a row (hint: leave it out)":          {"heat": []float32{5}, "word": 1, "class": 3},
		"output O: word: 2 values for 1 sample, want 1 (hint: word is 1 token from 0 to 2)":         {"heat": []float32{5}, "word": [][]int{{1}, {2}}},
		"output O: heat: 2 numbers for one sample, want 1 (hint: heat is 1 number)":                 {"heat": []float32{5, 6}, "word": 1},
		"output O is not made from x (hint: it takes class, a class from 0 to 24; heat, 1 number; ": {"x": 1},
	} {
		if _, _, err := g.ClassRows(ctx, "", 50, 1, given); err == nil || !strings.HasPrefix(hint.Text(err), say) {
			t.Errorf("error %v, want %q", hint.Text(orNone(err)), say)
		}
	}
}

// TestConditionsAreGivenOrDrawn gives some conditions. The others are drawn by their Draw.
func TestConditionsAreGivenOrDrawn(t *testing.T) {
	g := generator(t, begin(t, t.TempDir(), tinyGuided(t)).Folder)
	s, err := g.Sampler("")
	if err != nil {
		t.Fatal(err)
	}
	in, err := s.Conditions(70, map[string]any{"class": 7, "word": 1}, 3)
	if err != nil || len(in["heat"].Floats) != 70 || in["word"].Ints[69] != 1 || in["class"].Ints[69] != 7 {
		t.Fatalf("%v, error %v", in, err)
	}
	for _, heat := range in["heat"].Floats {
		if heat < 5 || heat >= 6 {
			t.Errorf("a heat of %g is drawn", heat)
		}
	}
	fewer, err := s.Conditions(10, map[string]any{"class": 7, "word": 1}, 3)
	if err != nil || !slices.Equal(fewer["heat"].Floats, in["heat"].Floats[:10]) {
		t.Errorf("10 samples have other heats, error %v", err)
	}
	if in, err := s.Conditions(2, map[string]any{"class": 7, "heat": []float32{9}}, 3); err != nil || in["heat"].Floats[1] != 9 || in["word"].Ints[0] != 2 {
		t.Errorf("%v, error %v", in, err)
	}
	for say, given := range map[string]map[string]any{
		"output O is made from class, which is not given (hint: give class, a class from 0 to 24": {"word": 1},
		"output O is not made from x (hint: it takes class":                                       {"class": 7, "x": 1},
	} {
		if _, err := s.Conditions(2, given, 3); err == nil || !strings.HasPrefix(hint.Text(err), say) {
			t.Errorf("error %v, want %q", hint.Text(orNone(err)), say)
		}
	}
}

// TestClassOf finds the class among conditions.
func TestClassOf(t *testing.T) {
	class, digit := recipe.Condition{Field: data.Label(2)}, recipe.Condition{Field: data.Field{Name: "digit", Kind: data.Class, Classes: 10}}
	colour := recipe.Condition{Field: data.Field{Name: "colour", Kind: data.Class, Classes: 3}}
	numbers := recipe.Condition{Field: data.Point(2)}
	for _, c := range []struct {
		given []recipe.Condition
		want  string
	}{
		{[]recipe.Condition{numbers, digit}, "digit"},
		{[]recipe.Condition{digit, class, colour}, "class"},
		{[]recipe.Condition{digit, colour}, ""},
		{[]recipe.Condition{numbers}, ""},
	} {
		got, ok := run.ClassOf(recipe.Output{Given: c.given})
		if ok != (c.want != "") || ok && got.Name != c.want {
			t.Errorf("the class is %q, want %q", got.Name, c.want)
		}
	}
}
