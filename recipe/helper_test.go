package recipe

import (
	"errors"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/settings"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// built returns the system of a recipe for examples, with changed settings.
func built[S any](t *testing.T, name string, examples Examples, change func(*S)) (*System, error) {
	t.Helper()
	r, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	settings := r.Settings()
	change(settings.(*S))
	return r.Build(settings, examples)
}

// systemOf builds a recipe with changed settings.
func systemOf(t *testing.T, name string, examples Examples, assignments ...string) (*System, error) {
	t.Helper()
	r, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	chosen := r.Settings()
	for _, a := range assignments {
		if err := settings.Set(chosen, a); err != nil {
			t.Fatal(err)
		}
	}
	return r.Build(chosen, examples)
}

// mustBuild is systemOf without an error.
func mustBuild(t *testing.T, name string, examples Examples, assignments ...string) *System {
	t.Helper()
	s, err := systemOf(t, name, examples, assignments...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// settingsOf returns the default settings of a recipe.
func settingsOf[S any](t *testing.T, name string) *S {
	t.Helper()
	r, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return r.Settings().(*S)
}

// wantSizes compares the numbers of trainable numbers of a pair.
func wantSizes(t *testing.T, name string, system *System, err error, g, d int) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if sizes := trainable(t, system); sizes["G"] != g || sizes["D"] != d {
		t.Errorf("%s: G has %d parameters and D %d, want %d and %d", name, sizes["G"], sizes["D"], g, d)
	}
}

// wantError fails t unless err, with its hint, contains want.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(hint.Text(err), want) {
		t.Errorf("error %v, want %q", hint.Text(orNone(err)), want)
	}
}

// wantRefused wants errors that contain the texts, with hints.
func wantRefused[S any](t *testing.T, name string, cases map[string]refused[S]) {
	t.Helper()
	for want, c := range cases {
		if _, err := built(t, name, c.examples, c.change); err == nil || !strings.Contains(hint.Text(err), want) || !strings.Contains(hint.Text(err), "(hint: ") {
			t.Errorf("error %v, want %q and a hint", hint.Text(orNone(err)), want)
		}
	}
}

type refused[S any] struct {
	examples Examples
	change   func(*S)
}

// imagesOf and pointsOf describe examples.
func imagesOf(channels, height, width int) Examples {
	return Examples{Info: data.NewInfo("some", data.Image(channels, height, width)), Epoch: 100}
}

func pointsOf(numbers int) Examples {
	return Examples{Info: data.NewInfo("some", data.Point(numbers)), Epoch: 100}
}

// trainable returns the number of trainable numbers of each player.
func trainable(t *testing.T, system *System) map[string]int {
	t.Helper()
	sizes := map[string]int{}
	for _, player := range system.Game.Players {
		for _, n := range player.Networks {
			for _, p := range n.Trainable() {
				sizes[player.Name] += p.Value.Size()
			}
		}
	}
	return sizes
}

// trainerOf returns a trainer of a system on a set, which is nil if the system reads none. The
// statistics include the norms of gradients.
func trainerOf(t *testing.T, system *System, set data.Set) *game.Trainer {
	t.Helper()
	return seededTrainer(t, system, set, 1)
}

// seededTrainer is trainerOf with another seed.
func seededTrainer(t *testing.T, system *System, set data.Set, seed uint64) *game.Trainer {
	t.Helper()
	device := engine.NewDevice(2)
	t.Cleanup(device.Close)
	var sources []game.Source
	if system.Sources != nil {
		var err error
		if sources, err = system.Sources(Sets{Main: set}, seed); err != nil {
			t.Fatal(err)
		}
	}
	trainer, err := game.NewTrainer(device, system.Game, sources, seed, true)
	if err != nil {
		t.Fatal(err)
	}
	return trainer
}

// playOn plays rounds and returns the statistics of the last one.
func playOn(t *testing.T, trainer *game.Trainer, rounds int64) map[string]float64 {
	t.Helper()
	if err := trainer.Train(t.Context(), trainer.Step()+rounds, nil); err != nil {
		t.Fatal(err)
	}
	return figuresOf(trainer)
}

// figuresOf returns the statistics of the last round by their names.
func figuresOf(trainer *game.Trainer) map[string]float64 {
	figures := map[string]float64{}
	trainer.Statistics(func(name string, v float64) { figures[name] = v })
	return figures
}

// imitation returns n random examples that have the fields of info.
func imitation(t *testing.T, info data.Info, n int) data.Set {
	t.Helper()
	s := random.New(1, "imitation")
	var columns []data.Values
	for _, f := range info.Fields {
		v := data.NewValues(f, n)
		for i := range v.Bytes {
			v.Bytes[i] = byte(s.Intn(256))
		}
		for i := range v.Ints {
			v.Ints[i] = int32(s.Intn(f.Classes))
		}
		for i := range v.Floats {
			v.Floats[i] = float32(s.Normal())
		}
		columns = append(columns, v)
	}
	set, err := data.NewTable(info, columns...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// variable returns the elements of a variable.
func variable(t *testing.T, trainer *game.Trainer, name string) []float64 {
	t.Helper()
	for _, v := range trainer.Variables() {
		if v.Name == name {
			return v.Memory.Array(v.Shape...).Data
		}
	}
	t.Fatalf("there is no variable %q", name)
	return nil
}

// cifar describes images like those of CIFAR-10, without labels.
var cifar = Examples{Info: data.NewInfo("cifar", data.Image(3, 32, 32)), Epoch: 50_000}

// madeBy traces n results of an output. Conditions are inputs, or drawn if they can be.
func madeBy(t *testing.T, system *System, name string, n int) *tensor.Tensor {
	t.Helper()
	o, ok := system.Output(name)
	if !ok {
		t.Fatalf("there is no output %s", name)
	}
	in := Inputs{}
	c := nn.NewContext(false, nn.Seeded(1, tensor.Zeros(tensor.Uint32, 2)))
	for _, l := range o.Latents {
		in[l.Name] = l.Draw(c, n)
	}
	for _, given := range o.Given {
		in[given.Name] = given.Input(given.Name, n)
		if given.Draw != nil {
			in[given.Name] = given.Draw(c, n)
		}
	}
	return o.Make(c, in)
}

// makes traces n samples of the first output of a system.
func makes(t *testing.T, system *System, n int) *tensor.Tensor {
	t.Helper()
	if output, ok := system.Output(""); !ok || output.Name == "" || len(output.Networks) == 0 {
		t.Fatalf("the first output is %+v", output)
	}
	return madeBy(t, system, "", n)
}

func orNone(err error) error {
	if err == nil {
		return errors.New("none")
	}
	return err
}
