package run_test

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/tensor"
)

// classifying holds the settings of a linear classifier of images, with the average of
// its parameters and without.
type classifying struct {
	Batch int  `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Noise bool `toml:"noise" doc:"another output first, which makes noise"`
}

func init() {
	recipe.Register(recipe.Recipe{
		Name: "classifying", Title: "a linear classifier of images", Source: "the tests of package run",
		Data: "digits", Takes: recipe.Images(784), Kimg: 1, TickKimg: 1, Grid: 4,
	}, classifying{Batch: 50}, classifying.build)
}

func (s classifying) build(e recipe.Examples) (*recipe.System, error) {
	x, class := e.First(), data.Label(e.Classes())
	C := nn.New("C", []int{x.Size()}, nn.Linear(class.Classes, nn.Zeros, nn.Zeros))
	adam := optim.Adam{LearningRate: optim.Constant(1e-2), Beta1: .9, Beta2: .99, Epsilon: 1e-8}
	p := &game.Player{Name: "C", Networks: []*nn.Network{C}, Optimizer: adam, Average: optim.EMA{Decay: .9999}}
	g := &game.Game{Players: []*game.Player{p}, Round: game.Simultaneous(p), Batch: s.Batch, Inputs: []game.Input{
		{Name: "x", DType: tensor.Float32, Shape: []int{s.Batch, x.Size()}}, {Name: "class", DType: tensor.Int32, Shape: []int{s.Batch}},
	}}
	g.Play = func(t *game.Trace) game.Losses {
		return game.Losses{"C": objective.CrossEntropy(C.Apply(t.Context, t.Data("x")), t.Data("class"))}
	}
	scale := data.Scale{Lo: -1, Hi: 1}
	classifier := func(name string, unaveraged bool) recipe.Output {
		return recipe.Output{
			Name: name, Networks: []*nn.Network{C}, Given: []recipe.Condition{{Field: x, Scale: scale}}, Makes: class, Unaveraged: unaveraged,
			Make: func(c *nn.Context, in recipe.Inputs) *tensor.Tensor {
				return C.Apply(c, in["x"].Reshape(in["x"].Dim(0), x.Size()))
			},
		}
	}
	outputs := []recipe.Output{classifier("C", true), classifier("averaged", false)}
	if s.Noise {
		outputs = append([]recipe.Output{{
			Name: "noise", Latents: []recipe.Latent{recipe.Uniform("z", -1, 1, x.Shape...)}, Makes: x, Scale: scale,
			Make: func(_ *nn.Context, in recipe.Inputs) *tensor.Tensor { return in["z"] },
		}}, outputs...)
	}
	return &recipe.System{Game: g, Sources: recipe.FromData(g, scale), Outputs: outputs}, nil
}

// TestClassifier trains a classifier and counts its errors in the run and afterwards.
func TestClassifier(t *testing.T) {
	t.Parallel()
	s := begin(t, t.TempDir(), configOf(t, "classifying", "steps=200", "tick_kimg=5", "train.measure=error", "train.best=error"))
	end(t, s)
	if pictures, err := filepath.Glob(filepath.Join(s.Folder.SampleFolder(), "*")); err != nil || len(pictures) != 1 || filepath.Base(pictures[0]) != "reals.png" {
		t.Errorf("the pictures of a run that makes no samples are %q, error %v", pictures, err)
	}
	inRun := measures(t, s.Folder)[200][0]
	g := generator(t, s.Folder)
	held, err := g.Config.OpenData(context.Background(), "", data.Validation)
	if err != nil {
		t.Fatal(err)
	}
	set, err := measure.FromData(held, "held out", int64(inRun.M))
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"C", "averaged"} {
		sampler, err := g.Classifier(name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := sampler.Classify(context.Background(), set)
		if err != nil || p.Len() != set.Len() {
			t.Fatalf("%d predictions, error %v", p.Len(), err)
		}
		wrong := 0
		for k, label := range set.Labels {
			if p.Class(k) != int(label) {
				wrong++
			}
		}
		v := inRun.Values[3*i]
		if got := float64(wrong) / float64(set.Len()); got != float64(v.Value) {
			t.Errorf("the error of %s is %g, in the run %s was %g", name, got, v.Name, v.Value)
		}
		if i == 0 && (v.Name != "error" || v.Value > .3) {
			t.Errorf("%s is %g", v.Name, v.Value)
		}
	}
	if inRun.Values[0].Value == inRun.Values[3].Value {
		t.Error("the averaged parameters and the latest have the same error")
	}
}

// TestClassifierBesideSamples has pictures and measures of the samples, not of the
// classifier.
func TestClassifierBesideSamples(t *testing.T) {
	t.Parallel()
	digits := fewDigits(t, 1200)
	c := func(settings ...string) *run.Config {
		return configOf(t, "classifying", append([]string{"data.name=" + digits, "steps=4", "noise=true", "tick_kimg=.1", "batch=10"}, settings...)...)
	}
	measured := resumesExactly(t, 2, func() *run.Config { return c("train.measure=prdc@100,error@50") })
	plain := begin(t, t.TempDir(), c())
	end(t, plain)
	if !bytes.Equal(checkpointBytes(t, plain.Folder, 4), checkpointBytes(t, measured.Folder, 4)) {
		t.Error("measuring changes the checkpoint")
	}
	results := measures(t, measured.Folder)[4]
	if len(results) != 2 || results[0].Measure != "prdc" || results[1].Measure != "error" || results[1].N != 50 || results[1].Samples != "step 4 of "+measured.Folder.Name() {
		t.Errorf("measured %+v", results)
	}
	if _, err := os.Stat(filepath.Join(measured.Folder.SampleFolder(), "step-00000004.png")); err != nil {
		t.Error(err)
	}
}

// TestClassifiersRefuse asks for a classifier that is not there, and gives it examples of
// another shape.
func TestClassifiersRefuse(t *testing.T) {
	t.Parallel()
	s := begin(t, t.TempDir(), configOf(t, "classifying", "steps=1", "noise=true"))
	end(t, s)
	g := generator(t, s.Folder)
	_, err := g.Classifier("noise")
	if want := "output noise of run " + g.Name + " makes 1x28x28: it is no classifier"; err == nil || err.Error() != want || hint.Of(err) == "" {
		t.Errorf("error %v, want %q", hint.Text(orNone(err)), want)
	}
	sampler, err := g.Classifier("")
	if err != nil || sampler.Output.Name != "C" {
		t.Fatalf("the first classifier is %s, error %v", sampler.Output.Name, err)
	}
	_, err = sampler.Classify(context.Background(), &measure.Set{Name: "few", Field: data.Image(1, 2, 2), Values: make([]float32, 4)})
	if want := "examples of few are 1x2x2, and output C classifies 1x28x28"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %q", err, want)
	}
	plain := generator(t, begin(t, t.TempDir(), tiny(t)).Folder)
	if _, err := plain.Classifier(""); err == nil || !strings.HasSuffix(err.Error(), "has no classifier: recipe digits trains none") || hint.Of(err) == "" {
		t.Errorf("error %v", hint.Text(orNone(err)))
	}
	if _, err := run.Start(device(t), tiny(t, "train.measure=error"), t.TempDir()); err == nil || !strings.HasPrefix(err.Error(), "train.measure: error judges a classifier, and recipe digits trains none") {
		t.Errorf("error %v", err)
	}
}

// TestPredictions has probabilities that follow from the scores, also from large ones.
func TestPredictions(t *testing.T) {
	p := run.Predictions{Field: data.Label(2), Scores: []float32{0, float32(math.Log(3)), 1000, -1000, 5, 5}}
	for i, want := range [][]float64{{.25, .75}, {1, 0}, {.5, .5}} {
		got := p.Probabilities(i)
		if math.Abs(got[0]-want[0]) > 1e-6 || math.Abs(got[1]-want[1]) > 1e-6 {
			t.Errorf("probabilities %v, want %v", got, want)
		}
	}
	if classes := []int{p.Class(0), p.Class(1), p.Class(2)}; !slices.Equal(classes, []int{1, 0, 0}) || p.Name(1) != "1" {
		t.Errorf("classes %v", classes)
	}
}
