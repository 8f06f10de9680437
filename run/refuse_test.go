package run_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/safetensors"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/tensor"
)

// faulty is a recipe with the fault that its setting names.
type faulty struct {
	Fault string `toml:"fault" oneof:"none unfilled unsourced twice networks parameters field shape play" doc:"what is wrong with it"`
}

func init() {
	recipe.Register(recipe.Recipe{
		Name: "faulty", Title: "a recipe with a fault", Source: "a test", Data: "digits", Kimg: 1, TickKimg: 1, Grid: 1,
	}, faulty{Fault: "none"}, faulty.build)
}

func (s faulty) build(images recipe.Examples) (*recipe.System, error) {
	size, batch := images.First().Size(), 2
	networks := []*nn.Network{nn.New("N", []int{size}, nn.Linear(1, nn.He, nn.Zeros))}
	switch s.Fault {
	case "networks":
		networks = append(networks, nn.New("N", []int{size}, nn.Linear(1, nn.He, nn.Zeros)))
	case "parameters":
		nn.New("M", []int{size}, func(b *nn.Builder, _ []int) nn.Apply {
			b.Param("w", nn.Zeros)
			b.Param("w", nn.Zeros)
			return nil
		})
	case "shape":
		size++
	}
	n := &game.Player{Name: "n", Networks: networks, Optimizer: optim.SGD{LearningRate: optim.Constant(.1), Momentum: optim.Constant(0)}}
	g := &game.Game{Players: []*game.Player{n}, Round: game.Simultaneous(n), Batch: batch, Inputs: []game.Input{
		{Name: "x", DType: tensor.Float32, Shape: []int{batch, size}},
		{Name: "y", DType: tensor.Float32, Shape: []int{batch, size}},
	}}
	g.Play = func(t *game.Trace) game.Losses {
		x := t.Data("x")
		if s.Fault == "unfilled" {
			x = x.Add(t.Data("y"))
		}
		if s.Fault == "play" {
			x = x.Slice1(1, 0, 9)
		}
		return game.Losses{"n": networks[0].Apply(t.Context, x).Mean()}
	}
	system := &recipe.System{Game: g, Sources: func(sets recipe.Sets, seed uint64) ([]game.Source, error) {
		in := feed.Input{Name: "x", Scale: data.Scale{Lo: 0, Hi: 1}}
		if s.Fault == "field" {
			in.Field = "depth"
		}
		x, err := feed.New(sets[recipe.Main], g, seed, in)
		if s.Fault == "twice" {
			return []game.Source{x, x}, err
		}
		return []game.Source{x}, err
	}}
	if s.Fault == "unsourced" {
		system.Sources = nil
	}
	return system, nil
}

// TestSystemsRefused starts runs of systems that cannot be played. Each gives one
// clear error, with a hint if there is a way to continue.
func TestSystemsRefused(t *testing.T) {
	end(t, begin(t, t.TempDir(), configOf(t, "faulty", "steps=1")))
	csv := csvFile(t, strings.Repeat("1,2\n", 20))
	for _, c := range []struct {
		config    *run.Config
		say, tell string
	}{
		{configOf(t, "faulty", "fault=unfilled"), `recipe faulty: game: no source fills the input "y", which a play reads`, "the sources fill x"},
		{configOf(t, "faulty", "fault=unsourced"), `recipe faulty: game: no source fills the input "x", which a play reads`, "the game has no source"},
		{configOf(t, "faulty", "fault=twice"), `recipe faulty: game: two sources fill the input "x"`, "only one source may return it from Inputs"},
		{configOf(t, "faulty", "fault=networks"), `two parameters are called "N.0.weight": give each network a different name`, ""},
		{configOf(t, "faulty", "fault=parameters"), `recipe faulty: these settings do not make networks: `, "gander recipes faulty shows the settings"},
		{configOf(t, "faulty", "fault=parameters"), `network M has two parameters of this name`, "gander recipes faulty shows the settings"},
		{configOf(t, "faulty", "fault=play"), `recipe faulty: game: `, ""},
		{configOf(t, "faulty", "fault=shape"), `dataset digits: field x is 1x28x28, and the input "x" takes float32[2 785] for 2 examples`,
			"choose a dataset whose x fits"},
		{configOf(t, "faulty", "fault=field"), `recipe faulty: dataset digits has no field "depth", which fills the input "x" of the game`,
			"it has x, class; choose a dataset that has depth"},
		{tiny(t, "name="+csv), "recipe digits: it generates images, and the data are points", "gander recipes lists those for points"},
		{tinyMixture(t, "name=digits"), "recipe mixture: it generates points, and the data are images", "gander recipes lists those for images"},
	} {
		parent := t.TempDir()
		_, err := run.Start(device(t), c.config, parent)
		if err == nil || !strings.Contains(err.Error(), c.say) || hint.Of(err) != c.tell {
			t.Errorf("error %v, want %q (hint: %s)", hint.Text(orNone(err)), c.say, c.tell)
		}
		if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
			t.Errorf("%v is left, error %v", left, err)
		}
	}
}

// TestDataForNoData sets a dataset for a recipe without data.
func TestDataForNoData(t *testing.T) {
	c := tinyMessages(t)
	if err := c.Set("data.name=digits"); err == nil || !strings.Contains(err.Error(), "data.name") || hint.Of(err) == "" {
		t.Errorf("set: error %v", hint.Text(orNone(err)))
	}
	c.Data.Name = "digits"
	_, err := run.Start(device(t), c, t.TempDir())
	if err == nil || hint.Text(err) != `recipe messages learns from no data, and data.name is "digits" (hint: leave data.name out)` {
		t.Errorf("start: error %v", hint.Text(orNone(err)))
	}
	text, err := tinyMessages(t).Encode()
	if err != nil {
		t.Fatal(err)
	}
	_, err = run.ParseConfig(append(text, "[data]\nname = \"digits\"\n"...), "config.toml")
	if err == nil || !strings.Contains(err.Error(), "data") || !strings.HasPrefix(err.Error(), "config.toml line ") {
		t.Errorf("config.toml: error %v", hint.Text(orNone(err)))
	}
}

// change loads the checkpoint of a step and saves it in another form.
func change(t *testing.T, f run.Folder, step int64, do func(*run.Checkpoint)) {
	t.Helper()
	c, err := run.LoadCheckpoint(f.Checkpoints().Path(step))
	if err != nil {
		t.Fatal(err)
	}
	do(c)
	if err := run.SaveCheckpoint(f.Checkpoints().Path(step), c); err != nil {
		t.Fatal(err)
	}
}

// TestCheckpointOfAnotherSystem puts checkpoints of other runs into a run.
func TestCheckpointOfAnotherSystem(t *testing.T) {
	t.Parallel()
	points := tinyRefiner(t).Data.Name
	for _, c := range []struct {
		name      string
		do        func(*run.Checkpoint)
		say, tell string
		draws     bool // what is wrong does not matter to the outputs
	}{
		{"of another recipe", func(c *run.Checkpoint) { c.Metadata["recipe"] = "digits" },
			`checkpoint of step 2 is of recipe "digits", and the run is of "refiner"`, "was a checkpoint copied from another run?", false},
		{"without a tensor", func(c *run.Checkpoint) { c.Tensors = without(c.Tensors, "R.0.0.0.weight") },
			`checkpoint of step 2 has no tensor "R.0.0.0.weight"`, "was config.toml or the recipe changed since?", false},
		{"without a slot", func(c *run.Checkpoint) { c.Tensors = without(c.Tensors, "source 1/kept") },
			`checkpoint of step 2 has no tensor "source 1/kept"`, "was config.toml or the recipe changed since?", true},
		{"of another shape", func(c *run.Checkpoint) {
			for i := range c.Tensors {
				if c.Tensors[i].Name == "R.0.0.0.weight" {
					c.Tensors[i].Shape = []int{8, 2}
				}
			}
		}, `checkpoint of step 2: tensor "R.0.0.0.weight" is F32[8 2], the run's settings make it F32[2 8]`, "was config.toml or the recipe changed since?", false},
		{"with one position", func(c *run.Checkpoint) { delete(c.Metadata, "position.1") },
			`checkpoint of step 2: position.1 "" in the data is not a number`, "was a checkpoint copied from another run?", true},
		{"with no number", func(c *run.Checkpoint) { c.Metadata["position"] = "x" },
			`checkpoint of step 2: position "x" in the data is not a number`, "was a checkpoint copied from another run?", true},
		{"before the first", func(c *run.Checkpoint) { c.Metadata["position"] = "-4" },
			"checkpoint of step 2: the source of x: dataset " + points + ": position -4 of its minibatches: ", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := begin(t, t.TempDir(), tinyRefiner(t, "data.name="+points, "data_real.name="+points, "steps=2"))
			end(t, s)
			path := s.Folder.Checkpoints().Path(2)
			own, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			change(t, s.Folder, 2, c.do)
			longer := func(c *run.Config) error { c.Train.Steps = 3; return nil }
			if _, _, err := run.Resume(device(t), s.Folder, longer); err == nil || !strings.HasPrefix(err.Error(), c.say) || hint.Of(err) != c.tell {
				t.Errorf("resumed with error %v, want %q (hint: %s)", hint.Text(orNone(err)), c.say, c.tell)
			}
			if _, _, err := run.OpenGenerator(device(t), s.Folder); (err == nil) != c.draws || !c.draws && hint.Of(err) != c.tell {
				t.Errorf("opened with error %v", err)
			}
			if err := os.WriteFile(path, own, 0o666); err != nil {
				t.Fatal(err)
			}
			end(t, goOn(t, s.Folder, 3)) // the lock is free and nothing was changed
		})
	}
}

func without(tensors []safetensors.Tensor, name string) (rest []safetensors.Tensor) {
	for _, v := range tensors {
		if v.Name != name {
			rest = append(rest, v)
		}
	}
	return rest
}

// TestResumeOfFormat1 resumes a run with a config.toml of format 1. The result is the
// same as with the present format.
func TestResumeOfFormat1(t *testing.T) {
	t.Parallel()
	whole := begin(t, t.TempDir(), tiny(t, "seed=1"))
	end(t, whole)
	half := begin(t, t.TempDir(), tiny(t, "seed=1", "steps=3"))
	end(t, half)
	text, err := os.ReadFile(filepath.Join("testdata", "config-v1-digits.toml"))
	if err != nil {
		t.Fatal(err)
	}
	before := strings.NewReplacer("steps = 20", "steps = 3", "tick_kimg = 20.0", "tick_kimg = 0.008", "keep = 3", "keep = 9", "grid = 100", "grid = 70",
		"hidden = 256", "hidden = 8", "latent = 64", "latent = 4", "batch = 64", "batch = 4").Replace(string(text))
	if err := os.WriteFile(half.Folder.ConfigFile(), []byte(before), 0o666); err != nil {
		t.Fatal(err)
	}
	end(t, goOn(t, half.Folder, 6))
	for _, name := range []string{"config.toml", "checkpoints/step-00000006.safetensors", "samples/step-00000006.png"} {
		want, err := os.ReadFile(filepath.Join(whole.Folder.Path(), name))
		if err != nil {
			t.Fatal(err)
		}
		wantContent(t, filepath.Join(half.Folder.Path(), name), string(want))
	}
}

// TestWidthsHaveALimit sets channels, which networks double many times, to the largest int.
func TestWidthsHaveALimit(t *testing.T) {
	n := 0
	for _, r := range recipe.List() {
		for _, row := range run.NewConfig(r).Table() {
			if !strings.Contains(row.Key, "width") {
				continue
			}
			n++
			if err := run.NewConfig(r).Set(row.Key + "=9223372036854775807"); err == nil || !strings.Contains(err.Error(), "at most 65536") {
				t.Errorf("recipe %s: %s: error %v", r.Name, row.Key, err)
			}
		}
	}
	if n < 20 {
		t.Errorf("there are %d settings of widths", n)
	}
}
