package run_test

import (
	"bytes"
	"context"
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

// tinyConditional returns the settings of a run with labels that takes no time.
func tinyConditional(t *testing.T, settings ...string) *run.Config {
	t.Helper()
	return configOf(t, "conditional", append([]string{"hidden=8", "batch=4", "latent=4", "grid=20", "steps=6", "tick_kimg=.008", "keep=9"}, settings...)...)
}

// firstLabels returns the labels of the first n examples of the digits that a run
// of seed 0 learns from, in the order in which it reads them.
func firstLabels(t *testing.T, n int64) (labels []float64) {
	t.Helper()
	set := data.NewDigits(data.Train, 0)
	row := set.Info().RowOf(data.ClassField)
	for i := range n {
		if err := set.Read(row, i); err != nil {
			t.Fatal(err)
		}
		labels = append(labels, float64(row[1].Ints[0]))
	}
	return labels
}

func meanOf(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// TestLabelsArrive compares the class input of every round with the labels of the
// set. It compares the figures of the journal with the mean of the labels.
func TestLabelsArrive(t *testing.T) {
	labels := firstLabels(t, 6*4)
	if meanOf(labels) == 0 {
		t.Fatal("the first labels of the set are all 0, and tell nothing")
	}
	s := begin(t, t.TempDir(), tinyConditional(t))
	s.Watch(onRound(func(r *run.Record) {
		want := meanOf(labels[4*(r.Step-1) : 4*r.Step])
		if got, ok := r.Statistics["class"]; !ok || math.Abs(got-want) > 1e-6 {
			t.Errorf("round %d: the mean class is %g, want %g", r.Step, got, want)
		}
	}))
	end(t, s)
	ticks := records(t, s.Folder)
	for i, r := range ticks {
		if got, want := r.Statistics["class"], meanOf(labels[8*i:8*i+8]); math.Abs(got-want) > 1e-6 || got == 0 {
			t.Errorf("tick %d: the mean class is %g, want %g", i, got, want)
		}
	}
	if len(ticks) != 3 {
		t.Errorf("%d ticks, want 3", len(ticks))
	}
}

func TestLabelsResumeExactly(t *testing.T) {
	t.Parallel()
	for _, at := range []int64{3, 4} {
		resumesExactly(t, at, func() *run.Config { return tinyConditional(t) })
	}
}

// TestRowsAreNotLong has a limit for the samples in the row of a class.
func TestRowsAreNotLong(t *testing.T) {
	s := begin(t, t.TempDir(), tinyConditional(t))
	end(t, s)
	g := generator(t, s.Folder)
	sampler, err := g.Sampler("")
	if err != nil {
		t.Fatal(err)
	}
	class := &sampler.Output.Given[0]
	for _, c := range []struct{ classes, grid, n, columns int }{
		{10, 100, 100, 10}, {10, 500, 400, 40}, {3, 64, 36, 12}, {2, 64, 20, 10}, {2, 8, 8, 4},
	} {
		class.Classes, g.Config.Train.Grid = c.classes, c.grid
		_, n, columns, err := g.Grid("")
		if n != c.n || columns != c.columns || err != nil {
			t.Errorf("%d classes, grid %d: %d samples, %d columns, error %v; want %d, %d", c.classes, c.grid, n, columns, err, c.n, c.columns)
		}
	}
}

// TestRowForEachClass has a picture of a run drawn again: two samples of each of
// ten classes, and each the sample that is drawn for its class and latents alone.
func TestRowForEachClass(t *testing.T) {
	s := begin(t, t.TempDir(), tinyConditional(t, "seed=5"))
	end(t, s)
	g := generator(t, s.Folder)
	ctx := context.Background()
	samples, columns, err := g.ClassRows(ctx, "", 20, 5, nil)
	if err != nil || columns != 2 || samples.N != 20 {
		t.Fatalf("%d columns, %d samples, error %v", columns, samples.N, err)
	}
	drawn, err := s.Config.Picture(samples, nil, columns)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	text := map[string]string{"gander:run": s.Folder.Name(), "gander:seed": "5", "gander:step": "6"}
	if err := picture.EncodePNG(&file, drawn, text); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.Folder.SampleFolder(), "step-00000006.png")
	wantContent(t, path, file.String())
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if config, _, err := image.DecodeConfig(bytes.NewReader(content)); err != nil || config.Height < 4*config.Width {
		t.Errorf("a picture of %dx%d is not one of 10 rows of 2 images, error %v", config.Width, config.Height, err)
	}

	classes := samples.Inputs["class"].Ints
	for i, class := range classes {
		if int(class) != i/2 {
			t.Fatalf("the classes are %v, want a row for each", classes)
		}
	}
	z := samples.Inputs["z"].Floats
	sampler := sampler(t, g, "")
	for i := range samples.N {
		one, err := sampler.Make(ctx, 1, run.Inputs{"z": {Floats: z[4*i : 4*i+4]}, "class": {Ints: classes[i : i+1]}})
		if err != nil || !slices.Equal(one.Values, samples.Slice(i, i+1).Values) {
			t.Errorf("sample %d is another when it is made alone, error %v", i, err)
		}
	}
	other, err := sampler.Make(ctx, 1, run.Inputs{"z": {Floats: z[:4]}, "class": {Ints: []int32{7}}})
	if err != nil || slices.Equal(other.Values, samples.Slice(0, 1).Values) {
		t.Errorf("the class changes nothing, error %v", err)
	}
}

// TestConditionsOfRealExamples draws samples without conditions, which then have
// those of real examples, in the order that a seed decides.
func TestConditionsOfRealExamples(t *testing.T) {
	g := generator(t, begin(t, t.TempDir(), tinyConditional(t)).Folder)
	var labels []float64
	for _, class := range draw(t, g, 9, 3).Inputs["class"].Ints {
		labels = append(labels, float64(class))
	}
	if diff := cmp.Diff(firstLabels(t, 9), labels); diff != "" { // an endless set is shown in its own order
		t.Error(diff)
	}
	lines, err := g.Interpolations(context.Background(), "", 3, 4, 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, class := range lines.Inputs["class"].Ints {
		if float64(class) != labels[i/4] {
			t.Errorf("sample %d of lines of 4 has class %d, want that of its row, %g", i, class, labels[i/4])
		}
	}
	set, err := g.SampleSet(context.Background(), 9, 3, "a run")
	if err != nil || !slices.Equal(set.Values, draw(t, g, 9, 3).Values) {
		t.Errorf("measures see other samples than are drawn, error %v", err)
	}
	for i, class := range set.Labels {
		if float64(class) != labels[i] {
			t.Errorf("measures see sample %d with class %d, want %g", i, class, labels[i])
		}
	}
	if set.Classes != 10 || len(set.Labels) != 9 {
		t.Errorf("measures see %d labels of %d classes", len(set.Labels), set.Classes)
	}
}

// TestMeasureConditional measures a run with samples that need labels.
func TestMeasureConditional(t *testing.T) {
	t.Parallel()
	data := "data.name=" + pictures(t, 3, 40, 4)
	s := begin(t, t.TempDir(), tinyConditional(t, data, "steps=2", "train.measure=parzen@70,1nn-error@70"))
	end(t, s)
	plain := begin(t, t.TempDir(), tinyConditional(t, data, "steps=2"))
	end(t, plain)
	if found := measures(t, s.Folder)[2]; len(found) != 2 || found[0].N != 70 || found[1].N != 70 || found[1].Values[0].Baseline == nil {
		t.Errorf("measured %v", found)
	}
	if !bytes.Equal(checkpointBytes(t, plain.Folder, 2), checkpointBytes(t, s.Folder, 2)) {
		t.Error("measuring changes the checkpoint")
	}
}

// TestUnlabelled gives the recipe images without labels.
func TestUnlabelled(t *testing.T) {
	_, err := run.Start(device(t), tinyConditional(t, "data.name="+few(t)), t.TempDir())
	if err == nil || !strings.HasPrefix(err.Error(), "recipe conditional: it learns from labels, and dataset ") ||
		hint.Of(err) != "put the pictures of each class in a folder of its own" {
		t.Errorf("error %v", hint.Text(orNone(err)))
	}
}

// TestConditionsThatAreLost draws from a run after its data have lost their labels.
// It also gives conditions that the output does not have.
func TestConditionsThatAreLost(t *testing.T) {
	path := pictures(t, 2, 5, 4)
	g := generator(t, begin(t, t.TempDir(), tinyConditional(t, "data.name="+path)).Folder)
	for _, name := range []string{"class0", "class1"} {
		if err := os.Rename(filepath.Join(path, name, "000.png"), filepath.Join(path, name+".png")); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(path, name)); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	lost := "output G is made from class, one of 2 classes, and dataset " + path + " has no such field (hint: its fields are x pixels 3x4x4)"
	none := "output G is not made from colour (hint: it takes class, a class from 0 to 1 (class0, class1))"
	few := "output G: 1 values of class for 2 samples, want 1 each"
	for _, c := range []struct {
		conditions run.Inputs
		say        string
	}{
		{nil, lost},
		{run.Inputs{}, "output G is made from class, which is not given (hint: give class, a class from 0 to 1 (class0, class1))"},
		{run.Inputs{"class": {Ints: []int32{0, 1}}, "colour": {Ints: []int32{0, 1}}}, none},
		{run.Inputs{"class": {Ints: []int32{1}}}, few},
	} {
		if _, err := g.Draw(ctx, "", 2, 0, c.conditions); err == nil || hint.Text(err) != c.say {
			t.Errorf("drawn: error %v, want %q", hint.Text(orNone(err)), c.say)
		}
		if _, err := g.Interpolations(ctx, "", 2, 3, 0, c.conditions); err == nil || hint.Text(err) != c.say {
			t.Errorf("between latents: error %v, want %q", hint.Text(orNone(err)), c.say)
		}
	}
}

// TestManyClasses makes the picture of a run with more classes than it has room for rows
// of two samples. It is nearly square.
func TestManyClasses(t *testing.T) {
	s := begin(t, t.TempDir(), tinyConditional(t, "grid=16"))
	end(t, s)
	file, err := os.Open(filepath.Join(s.Folder.SampleFolder(), "step-00000006.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if config, _, err := image.DecodeConfig(file); err != nil || config.Height != config.Width {
		t.Errorf("a picture of 16 samples of 10 classes has %dx%d pixels, want a square; error %v", config.Width, config.Height, err)
	}
}
