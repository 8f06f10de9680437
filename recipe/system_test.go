package recipe

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// apart runs do with a list of recipes of its own.
func apart(t *testing.T, do func()) {
	t.Helper()
	before := recipes
	defer func() { recipes = before }()
	recipes = slices.Clone(recipes)
	do()
}

// whole is a recipe that lacks nothing.
func whole() Recipe {
	return Recipe{Name: "whole", Title: "title", Source: "source", Kimg: 1, TickKimg: 1, Grid: 1}
}

type noSettings struct{}

// noise is a system that makes the noise that it is given.
func noise() *System {
	nobody := &game.Player{Name: "nobody", Optimizer: optim.Adam{}}
	return &System{
		Game: &game.Game{Players: []*game.Player{nobody}, Batch: 1, Play: func(*game.Trace) game.Losses { return nil }},
		Outputs: []Output{{
			Name: "noise", Latents: []Latent{Normal("z", 2)}, Makes: data.Point(2),
			Make: func(_ *nn.Context, in Inputs) *tensor.Tensor { return in["z"] },
		}},
	}
}

func TestRegisterRefuses(t *testing.T) {
	for name, change := range map[string]func(*Recipe){
		"no name":               func(r *Recipe) { r.Name = "" },
		"a known name":          func(r *Recipe) { r.Name = "digits" },
		"no title":              func(r *Recipe) { r.Title = "" },
		"no source":             func(r *Recipe) { r.Source = "" },
		"no length":             func(r *Recipe) { r.Kimg = 0 },
		"no ticks":              func(r *Recipe) { r.TickKimg = -1 },
		"an empty grid":         func(r *Recipe) { r.Grid = 0 },
		"nothing at all":        func(r *Recipe) { *r = Recipe{} },
		"a role without a name": func(r *Recipe) { r.Others = []Role{{Data: "ring8"}} },
		"the main role twice":   func(r *Recipe) { r.Others = []Role{{Name: Main, Data: "ring8"}} },
		"a role twice":          func(r *Recipe) { r.Others = []Role{{Name: "a", Data: "ring8"}, {Name: "a", Data: "ring8"}} },
		"a role with a dot":     func(r *Recipe) { r.Others = []Role{{Name: "a.b", Data: "ring8"}} },
		"a role in Greek":       func(r *Recipe) { r.Others = []Role{{Name: "α", Data: "ring8"}} },
		"a role without data":   func(r *Recipe) { r.Others = []Role{{Name: "a"}} },
	} {
		apart(t, func() {
			defer func() {
				if say, ok := recover().(string); !ok || !strings.HasPrefix(say, "recipe") {
					t.Errorf("%s: %q, want a panic", name, say)
				}
			}()
			r := whole()
			change(&r)
			Register(r, noSettings{}, nil)
			t.Errorf("%s was taken", name)
		})
	}
}

// TestSettingsRefused registers structs of settings that no file can hold.
func TestSettingsRefused(t *testing.T) {
	refused := func(say string, register func(Recipe)) {
		t.Helper()
		apart(t, func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, say) {
					t.Errorf("%q, want a panic with %q", got, say)
				}
			}()
			register(whole())
		})
	}
	refused(`have the toml tag "rate"`, func(r Recipe) {
		Register(r, struct {
			A float64 `toml:"rate"`
			B float64 `toml:"rate"`
		}{}, nil)
	})
	refused("recipe \"whole\": a default: batch = 0 is out of range, want at least 1", func(r Recipe) {
		Register(r, struct {
			Batch int `toml:"batch" min:"1"`
		}{}, nil)
	})
}

// build registers a recipe that makes a system, and makes it.
func build(t *testing.T, r Recipe, examples Examples, make func(noSettings, Examples) (*System, error)) (s *System, err error) {
	t.Helper()
	apart(t, func() {
		Register(r, noSettings{}, make)
		if r, err = Find(r.Name); err == nil {
			s, err = r.Build(r.Settings(), examples)
		}
	})
	return s, err
}

func TestSystemsThatAreNotWhole(t *testing.T) {
	field := func(f data.Field) func(*System) {
		return func(s *System) { s.Outputs[0].Given = []Condition{{Field: f}} }
	}
	makes := func(f data.Field) func(*System) {
		return func(s *System) { s.Outputs[0].Makes, s.Outputs[0].Scale = f, data.Scale{Hi: 1} }
	}
	given := func(name string, kind data.Kind) func(*System) {
		return func(s *System) { s.Outputs[0].Given = []Condition{{Field: data.Field{Name: name, Kind: kind}}} }
	}
	for _, c := range []struct {
		say    string
		change func(*System)
	}{
		{"it has no game, or its game has no Play or no Batch", func(s *System) { s.Game.Batch = 0 }},
		{"it has no game, or its game has no Play or no Batch", func(s *System) { s.Game.Play = nil }},
		{"it has no game, or its game has no Play or no Batch", func(s *System) { s.Game = nil }},
		{`two outputs are called "noise"`, func(s *System) { s.Outputs = append(s.Outputs, s.Outputs...) }},
		{"an output that makes 2 numbers is called \"\", want letters, digits, - and _", func(s *System) { s.Outputs[0].Name = "" }},
		{`output "noise" has no Make`, func(s *System) { s.Outputs[0].Make = nil }},
		{`output "noise" makes nothing: its Makes is not set`, func(s *System) { s.Outputs[0].Makes = data.Field{} }},
		{`output "noise" makes pixels without a Scale`, func(s *System) { s.Outputs[0].Makes = data.Image(1, 1, 2) }},
		{`output "noise" is made from nothing: it has neither latents nor conditions`, func(s *System) { s.Outputs[0].Latents = nil }},
		{`output "noise": latent "" has no unique name, or no Draw`, func(s *System) { s.Outputs[0].Latents[0].Name = "" }},
		{`output "noise": latent "z" has no unique name, or no Draw`, func(s *System) { s.Outputs[0].Latents[0].Draw = nil }},
		{`output "noise": latent "z" has no unique name, or no Draw`, func(s *System) {
			s.Outputs[0].Latents = append(s.Outputs[0].Latents, s.Outputs[0].Latents...)
		}},
		{`output "noise": condition "z" has no unique name`, given("z", data.Class)},
		{`output "noise": condition "" has no unique name`, given("", data.Class)},
		{`output "noise": condition "sketch" is pixels without a Scale`, given("sketch", data.Pixels)},
		{`output "noise": condition "class": malformed data: field class: class with 0 classes`, field(data.Label(0))},
		{`output "noise": condition "v": malformed data: field v: numbers of shape [0]`, field(data.Field{Name: "v", Kind: data.Numbers, Shape: []int{0}})},
		{`output "noise": condition "v": malformed data: field v: class of shape [1]`, field(data.Field{Name: "v", Kind: data.Class, Shape: []int{1}, Classes: 2})},
		{`output "noise": condition "v": malformed data: field v is of no kind`, field(data.Field{Name: "v"})},
		{`output "noise": what it makes: malformed data: field x: numbers of shape [-2 -1]`, makes(data.Field{Kind: data.Numbers, Shape: []int{-2, -1}})},
		{`output "noise": what it makes: malformed data: field x: pixels of shape [3]`, makes(data.Field{Kind: data.Pixels, Shape: []int{3}})},
		{`output "noise": what it makes: malformed data: field x: pixels of shape [2 3 4 5]`, makes(data.Field{Kind: data.Pixels, Shape: []int{2, 3, 4, 5}})},
		{`output "noise" is a classifier: it needs a condition to classify, and no latents`, makes(data.Label(3))},
		{`output "noise" is a classifier: it needs a condition to classify, and no latents`, func(s *System) {
			s.Outputs[0].Makes, s.Outputs[0].Given = data.Label(3), []Condition{{Field: data.Point(2)}}
		}},
		{`output "noise": one of its Networks is nil`, func(s *System) { s.Outputs[0].Networks = []*nn.Network{nil} }},
		{`game: one of the networks of player "nobody" is nil`, func(s *System) { s.Game.Players[0].Networks = []*nn.Network{nil} }},
		{`the samples of output "noise": no dataset has the role "real"`, func(s *System) { s.Outputs[0].Like = "real" }},
		{`condition class of output "noise": no dataset has the role "real"`, func(s *System) {
			s.Outputs[0].Given = []Condition{{Field: data.Label(2), Role: "real"}}
		}},
	} {
		_, err := build(t, whole(), Examples{}, func(noSettings, Examples) (*System, error) {
			s := noise()
			c.change(s)
			return s, nil
		})
		if want := "recipe whole: " + c.say; err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	no := errors.New("no")
	for _, want := range []error{nil, no} {
		_, err := build(t, whole(), Examples{}, func(noSettings, Examples) (*System, error) { return nil, want })
		if err == nil || !errors.Is(err, want) && want != nil {
			t.Errorf("no system and error %v: error %v", want, err)
		}
	}
}

// TestNetworksThatDoNotFit builds systems with networks of impossible shapes.
func TestNetworksThatDoNotFit(t *testing.T) {
	for say, layers := range map[string][]nn.Layer{
		"network N has two parameters of this name": {func(b *nn.Builder, _ []int) nn.Apply {
			b.Param("w", nn.Zeros)
			b.Param("w", nn.Zeros)
			return nil
		}},
		"shape": {nn.Reshape(5)},
	} {
		_, err := build(t, whole(), Examples{}, func(noSettings, Examples) (*System, error) {
			nn.New("N", []int{3}, layers...)
			return noise(), nil
		})
		if want := "recipe whole: these settings do not make networks: "; err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), say) {
			t.Errorf("error %v, want %q and %q", err, want, say)
		}
	}
}

func TestOutputsByName(t *testing.T) {
	s := noise()
	s.Outputs = append(s.Outputs, s.Outputs[0])
	s.Outputs[1].Name = "other"
	for name, want := range map[string]string{"": "noise", "noise": "noise", "other": "other", "nose": ""} {
		if o, ok := s.Output(name); o.Name != want || ok != (want != "") {
			t.Errorf("output %q is %q, %v", name, o.Name, ok)
		}
	}
	if _, ok := (&System{}).Output(""); ok {
		t.Error("a system without outputs has one")
	}
}

// painter is a pair in which both networks are given fields of the data.
func painter(given ...Condition) *System {
	G := nn.New("G", []int{2}, nn.Linear(4, nn.He, nn.Zeros))
	D := nn.New("D", []int{4}, nn.Linear(1, nn.He, nn.Zeros))
	adam := optim.Adam{LearningRate: optim.Constant(.1), Beta2: .9, Epsilon: 1e-8}
	system, err := Pair{
		G: G, D: D, Latent: Normal("z", 2), Given: given, Objective: objective.NonSaturating{}, Batch: 2,
		OptimizerG: adam, OptimizerD: adam, Round: Simultaneous,
		Makes: data.Image(1, 2, 2), Scale: data.Scale{Lo: 0, Hi: 1},
	}.System()
	if err != nil {
		panic(err)
	}
	return system
}

// TestPairScalesConditions fills a condition of pixels in its own range, which can
// differ from the range of the images.
func TestPairScalesConditions(t *testing.T) {
	sketch := Condition{Field: data.Field{Name: "sketch", Kind: data.Pixels, Shape: []int{1, 1, 2}}, Scale: data.Scale{Lo: -1, Hi: 1}}
	set, err := data.NewTable(data.NewInfo("drawings", data.Image(1, 2, 2), sketch.Field),
		data.Values{Bytes: []byte{255, 0, 255, 0}}, data.Values{Bytes: []byte{0, 255}})
	if err != nil {
		t.Fatal(err)
	}
	sources, err := painter(sketch).Sources(Sets{Main: set}, 1)
	if err != nil || len(sources) != 1 {
		t.Fatalf("%d sources, error %v", len(sources), err)
	}
	m := game.Minibatch{"x": engine.MemoryOf(make([]float32, 8)), "sketch": engine.MemoryOf(make([]float32, 4))}
	if err := sources[0].Next(m); err != nil {
		t.Fatal(err)
	}
	if x := m["x"].Float32(); !slices.Equal(x, []float32{1, 0, 1, 0, 1, 0, 1, 0}) {
		t.Errorf("images are %v", x)
	}
	if x := m["sketch"].Float32(); !slices.Equal(x, []float32{-1, 1, -1, 1}) {
		t.Errorf("conditions are %v", x)
	}
}

// TestPairReadsRoles reads the conditions of a pair from the set of another role.
func TestPairReadsRoles(t *testing.T) {
	main, err := data.NewTable(data.NewInfo("pictures", data.Image(1, 2, 2)), data.Values{Bytes: make([]byte, 4)})
	if err != nil {
		t.Fatal(err)
	}
	labels, err := data.NewTable(data.NewInfo("labels", data.Label(10)), data.Values{Ints: []int32{7}})
	if err != nil {
		t.Fatal(err)
	}
	sources, err := painter(Condition{Field: data.Label(10), Role: "labels"}).Sources(Sets{Main: main, "labels": labels}, 1)
	if err != nil || len(sources) != 2 || !slices.Equal(sources[1].Inputs(), []string{"class"}) {
		t.Fatalf("%d sources, error %v", len(sources), err)
	}
	m := game.Minibatch{"class": engine.MemoryOf(make([]int32, 2))}
	if err := sources[1].Next(m); err != nil || !slices.Equal(m["class"].Int32(), []int32{7, 7}) {
		t.Errorf("classes %v, error %v", m["class"].Int32(), err)
	}
}

// TestSourcesRefuse has systems with inputs that no set can fill.
func TestSourcesRefuse(t *testing.T) {
	set, err := data.NewTable(data.NewInfo("plain", data.Image(1, 2, 2)), data.Values{Bytes: make([]byte, 4)})
	if err != nil {
		t.Fatal(err)
	}
	labelled := painter(Condition{Field: data.Label(10)})
	for _, c := range []struct {
		say, tell string
		sets      Sets
		system    *System
	}{
		{"its inputs are filled from the set data, and there is none", "set Recipe.Data or Recipe.Others", Sets{}, labelled},
		{"its inputs are filled from the set data, and there is none", "set Recipe.Data or Recipe.Others", nil,
			&System{Sources: FromData(labelled.Game, data.Scale{})}},
		{`dataset plain has no field "class", which fills the input "class" of the game`,
			"it has x; choose a dataset that has class", Sets{Main: set}, labelled},
	} {
		if _, err := c.system.Sources(c.sets, 1); err == nil || err.Error() != c.say || hint.Of(err) != c.tell {
			t.Errorf("error %v, want %q (hint: %s)", hint.Text(orNone(err)), c.say, c.tell)
		}
	}
}

// TestRoles asks for the examples of a recipe that reads two sets, and gives it
// others.
func TestRoles(t *testing.T) {
	r := whole()
	r.Data, r.Others = "digits", []Role{{Name: "real", Data: "ring8", Takes: Points(2)}, {Name: "any", Data: "grid25"}}
	typical, err := r.Typical()
	if err != nil {
		t.Fatal(err)
	}
	if typical.Name != "digits" || typical.Others["real"].Name != "ring8" || typical.Others["any"].Info.Classes() != 25 {
		t.Errorf("the examples are %+v", typical)
	}
	var got Examples
	made := func(_ noSettings, e Examples) (*System, error) { got = e; return noise(), nil }
	if _, err := build(t, r, typical, made); err != nil || got.Others["real"].Epoch != 200_000 {
		t.Errorf("built from %+v, error %v", got, err)
	}
	typical.Others = map[string]Examples{"real": mnist}
	const want = "recipe whole: the set real: it generates points, and the data are images"
	if _, err := build(t, r, typical, made); err == nil || err.Error() != want || hint.Of(err) == "" {
		t.Errorf("error %v, want %q", hint.Text(orNone(err)), want)
	}
	for _, broken := range []Recipe{{Name: "r", Data: "nowhere"}, {Name: "r", Others: []Role{{Name: "real", Data: "nowhere"}}}} {
		if _, err := broken.Typical(); !errors.Is(err, data.ErrUnknown) || !strings.HasPrefix(err.Error(), "recipe r: ") {
			t.Errorf("error %v", err)
		}
	}
	if none, err := (Recipe{}).Typical(); err != nil || len(none.Fields) > 0 {
		t.Errorf("a recipe without data: %+v, error %v", none, err)
	}
}
