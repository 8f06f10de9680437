package run_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/tensor"
)

// classifier learns the classes of images, and makes nothing.
type classifier struct {
	Batch int `toml:"batch" min:"1" doc:"examples in a minibatch"`
}

func init() {
	recipe.Register(recipe.Recipe{
		Name: "classifier", Title: "a game of one player, who makes nothing", Source: "a test",
		Data: "digits", Takes: labelledImages, Kimg: 1, TickKimg: 1, Grid: 9,
	}, classifier{Batch: 4}, classifier.build)
}

func (s classifier) build(images recipe.Examples) (*recipe.System, error) {
	C := nn.New("C", []int{images.First().Size()}, nn.Linear(images.Classes(), nn.He, nn.Zeros))
	c := &game.Player{Name: "C", Networks: []*nn.Network{C}, Optimizer: optim.Adam{LearningRate: optim.Constant(.01), Beta2: .9, Epsilon: 1e-8}}
	g := &game.Game{Players: []*game.Player{c}, Round: game.Simultaneous(c), Batch: s.Batch, Inputs: []game.Input{
		{Name: "x", DType: tensor.Float32, Shape: []int{s.Batch, C.In[0]}},
		{Name: "class", DType: tensor.Int32, Shape: []int{s.Batch}},
	}}
	g.Play = func(t *game.Trace) game.Losses {
		return game.Losses{"C": objective.CrossEntropy(C.Apply(t.Context, t.Data("x")), t.Data("class"))}
	}
	return &recipe.System{Game: g, Sources: recipe.FromData(g, data.Scale{Lo: 0, Hi: 1})}, nil
}

func tinyClassifier(t *testing.T, settings ...string) *run.Config {
	t.Helper()
	return configOf(t, "classifier", append([]string{"steps=5", "tick_kimg=.008", "keep=9"}, settings...)...)
}

// TestNoOutputs trains a system without outputs. It makes ticks, keeps checkpoints,
// resumes and shows only the data. To draw from it is an error.
func TestNoOutputs(t *testing.T) {
	t.Parallel()
	s := resumesExactly(t, 3, func() *run.Config { return tinyClassifier(t) })
	if diff := cmp.Diff([]int64{0, 2, 4, 5}, steps(t, s.Folder.Checkpoints())); diff != "" {
		t.Error(diff)
	}
	if r := records(t, s.Folder); len(r) != 3 || len(r[0].Losses) != 1 {
		t.Errorf("the journal is %+v", r)
	}
	var shown []string
	err := filepath.WalkDir(s.Folder.SampleFolder(), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			shown = append(shown, d.Name())
		}
		return err
	})
	if diff := cmp.Diff([]string{"reals.png"}, shown); diff != "" || err != nil {
		t.Errorf("pictures: %s, error %v", diff, err)
	}

	g := generator(t, s.Folder)
	ctx := context.Background()
	for name, draw := range map[string]func() error{
		"draw":           func() error { _, err := g.Draw(ctx, "", 1, 0, nil); return err },
		"draw by name":   func() error { _, err := g.Draw(ctx, "G", 1, 0, nil); return err },
		"sampler":        func() error { _, err := g.Sampler(""); return err },
		"interpolations": func() error { _, err := g.Interpolations(ctx, "", 1, 2, 0, nil); return err },
		"classes":        func() error { _, _, err := g.ClassRows(ctx, "", 10, 0, nil); return err },
		"measured":       func() error { _, err := g.SampleSet(ctx, 10, 0, "run"); return err },
	} {
		if err := draw(); err == nil || err.Error() != "recipe classifier has no output: nothing can be drawn from it" {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if len(g.Outputs()) != 0 {
		t.Errorf("outputs %v", g.Outputs())
	}
}

// TestNothingToMeasure sets measures for runs without anything to measure.
func TestNothingToMeasure(t *testing.T) {
	const say = " makes nothing that can be compared with its data, and train.measure is "
	for _, c := range []*run.Config{
		tinyClassifier(t, "train.measure=parzen"), tinyMessages(t, "train.measure=parzen"),
	} {
		parent := t.TempDir()
		_, err := run.Start(device(t), c, parent)
		if err == nil || !strings.Contains(err.Error(), "recipe "+c.Recipe.Name+say+`"parzen"`) || hint.Of(err) != "leave train.measure empty" {
			t.Errorf("error %v, want %q", hint.Text(orNone(err)), say)
		}
		if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
			t.Errorf("%v is left, error %v", left, err)
		}
	}
}
