package run_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/invert"
	"github.com/gander-ml/gander/run"
)

// quick returns settings of an encoder that is trained in no time.
func quick(m invert.Method) invert.Settings {
	s := invert.Defaults(m)
	s.Kimg, s.Hidden, s.Batch = .5, 16, 16
	return s
}

func inverter(t *testing.T, f run.Folder, output string, s invert.Settings, steps int) *run.Inverter {
	t.Helper()
	v, err := generator(t, f).Inverter(context.Background(), output, s, steps)
	if err == nil {
		err = v.Train(context.Background(), nil)
	}
	if err != nil {
		t.Fatal(hint.Text(err))
	}
	return v
}

// testExamples reads test examples of a run, with the conditions that they have.
func testExamples(t *testing.T, f run.Folder, v *run.Inverter, n int) *run.Examples {
	t.Helper()
	set, err := generator(t, f).Config.OpenData(context.Background(), "", data.Test)
	if err != nil {
		t.Fatal(err)
	}
	e, err := v.ReadExamples(set, n, 1)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func inversion(t *testing.T, v *run.Inverter, e *run.Examples) *run.Inversion {
	t.Helper()
	i, err := v.Invert(context.Background(), e.N, e.Values, e.Conditions, nil)
	if err != nil {
		t.Fatal(hint.Text(err))
	}
	return i
}

// invertsSamples inverts samples of a run, if one of its outputs can be inverted.
func invertsSamples(t *testing.T, f run.Folder) {
	t.Helper()
	g, ctx := generator(t, f), context.Background()
	s := quick(invert.Regression)
	s.Kimg, s.Batch = .008, 4
	v, err := g.Inverter(ctx, "", s, 2)
	if err != nil && strings.Contains(err.Error(), "nothing to invert") {
		return
	}
	if err != nil {
		t.Fatal(hint.Text(err))
	}
	r, err := v.Recover(ctx, 3, 1, nil)
	if err != nil {
		t.Fatal(hint.Text(err))
	}
	for i, d := range r.Inversion.Distance {
		if !(d <= r.Inversion.EncodedDistance[i]) {
			t.Errorf("sample %d: the distance %g becomes %g by the descent", i, r.Inversion.EncodedDistance[i], d)
		}
	}
	if _, err := v.Picture(r.Inversion); err != nil {
		t.Error(err)
	}
}

// TestEncoderIsKept trains an encoder once for a checkpoint, its settings and its output. A
// damaged file is not used.
func TestEncoderIsKept(t *testing.T) {
	t.Parallel()
	s := begin(t, t.TempDir(), tiny(t, "steps=2"))
	end(t, s)
	first := inverter(t, s.Folder, "", quick(invert.Regression), 3)
	want := filepath.Join(s.Folder.EncoderFolder(), "G-regression-step-00000002.safetensors")
	if !first.Trained || first.File != want || first.NotKept != nil {
		t.Fatalf("trained %v, kept in %s, want %s, error %v", first.Trained, first.File, want, first.NotKept)
	}
	e := testExamples(t, s.Folder, first, 5)
	before := inversion(t, first, e)
	again := inverter(t, s.Folder, "", quick(invert.Regression), 3)
	if again.Trained {
		t.Error("the encoder was trained again")
	}
	if after := inversion(t, again, e); after.Distance[4] != before.Distance[4] || after.EncodedDistance[0] != before.EncodedDistance[0] {
		t.Errorf("the kept encoder gives the distances %v, want %v", after.Distance, before.Distance)
	}
	other := quick(invert.Regression)
	other.Seed = 5
	if v := inverter(t, s.Folder, "", other, 3); !v.Trained {
		t.Error("an encoder of another seed is used")
	}
	if v := inverter(t, s.Folder, "", other, 3); v.Trained {
		t.Error("the newer encoder was not kept")
	}
	file, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	file[len(file)-3]++
	if err := os.WriteFile(want, file, 0o666); err != nil {
		t.Fatal(err)
	}
	if v := inverter(t, s.Folder, "", other, 3); !v.Trained {
		t.Error("a damaged encoder is used")
	}
	end(t, goOn(t, s.Folder, 4))
	if v := inverter(t, s.Folder, "", other, 3); !v.Trained {
		t.Error("an encoder of another checkpoint is used")
	}
	if err := os.RemoveAll(s.Folder.EncoderFolder()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.Folder.EncoderFolder(), nil, 0o666); err != nil { // no folder can be made
		t.Fatal(err)
	}
	if v := inverter(t, s.Folder, "", other, 3); v.NotKept == nil || !v.Trained {
		t.Error("an encoder that cannot be kept is not reported")
	}
}

// TestRecover inverts samples of a trained G, and compares with random guesses.
func TestRecover(t *testing.T) {
	t.Parallel()
	s := begin(t, t.TempDir(), tiny(t, "steps=2"))
	end(t, s)
	settings := quick(invert.Regression)
	settings.Kimg, settings.Rate = 20, 3e-3
	v := inverter(t, s.Folder, "", settings, 200)
	r, err := v.Recover(context.Background(), 40, 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, c := range r.Found["z"] {
		if c < .9 {
			t.Errorf("the correlation of number %d of z is %g", k, c)
		}
	}
	if len(r.Found["z"]) != 4 || len(r.Encoded["z"]) != 4 {
		t.Errorf("%d numbers of z are found", len(r.Found["z"]))
	}
	samples := r.Inversion.Original
	guess, err := v.Guess(context.Background(), 40, samples.Values, nil, 30, 9)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		if !(r.Inversion.Distance[i] < guess.Nearest[i]) || guess.Nearest[i] > 2*guess.Mean[i] {
			t.Errorf("sample %d: distance %g, nearest of random samples %g, mean %g", i, r.Inversion.Distance[i], guess.Nearest[i], guess.Mean[i])
		}
	}
	m, err := v.Picture(r.Inversion)
	if err != nil {
		t.Fatal(err)
	}
	if b := m.Bounds(); b.Dx() < 16*28 || b.Dy() < 9*28 { // 40 examples are three times three rows
		t.Errorf("the picture is %v", b)
	}
}

// TestInvertsClasses inverts images with their labels, by encoders of both methods.
func TestInvertsClasses(t *testing.T) {
	t.Parallel()
	s := begin(t, t.TempDir(), tinyConditional(t))
	end(t, s)
	for _, m := range invert.Methods() {
		v := inverter(t, s.Folder, "", quick(m), 5)
		e := testExamples(t, s.Folder, v, 6)
		if len(e.Conditions["class"].Ints) != 6 {
			t.Fatalf("the classes are %v", e.Conditions["class"])
		}
		inversion(t, v, e)
		guess, err := v.Guess(context.Background(), e.N, e.Values, e.Conditions, 10, 1)
		if err != nil || len(guess.Nearest) != 6 || math.IsInf(guess.Nearest[5], 0) {
			t.Errorf("guess %v, error %v", guess, err)
		}
		if err := v.Given(e, map[string]any{"class": []int{1, 2, 3, 4, 5, 6}}); err != nil || e.Conditions["class"].Ints[5] != 6 {
			t.Errorf("classes %v, error %v", e.Conditions, err)
		}
		for want, given := range map[string]map[string]any{
			"output G is not made from colour (hint: it takes class, a class from 0 to 9":    {"colour": 3},
			"output G: class: 11 is given (hint: class is a class from 0 to 9":               {"class": 11},
			"output G: class: 2 values for 6 samples, want 1 or 6 (hint: class is a class f": {"class": []int{1, 2}},
		} {
			if err := v.Given(e, given); err == nil || !strings.HasPrefix(hint.Text(err), want) {
				t.Errorf("error %v, want %q", hint.Text(orNone(err)), want)
			}
		}
		e.Conditions = run.Inputs{}
		if err := v.Given(e, nil); err == nil || !strings.Contains(hint.Text(err), "made from class, which the examples do not have (hint: give class of the examples, a class") {
			t.Errorf("without a class: error %v", err)
		}
	}
}

// TestInvertsPoints inverts points, and an output that is made from examples of a set. The
// encoder must not need points of its own units.
func TestInvertsPoints(t *testing.T) {
	t.Parallel()
	s := begin(t, t.TempDir(), tinyMixture(t))
	end(t, s)
	v := inverter(t, s.Folder, "", quick(invert.Adversarial), 20)
	e := testExamples(t, s.Folder, v, 20)
	i := inversion(t, v, e)
	for k, d := range i.Distance {
		if d > i.EncodedDistance[k] {
			t.Errorf("the descent makes point %d worse: %g, before %g", k, d, i.EncodedDistance[k])
		}
	}
	if _, err := v.Picture(i); err != nil {
		t.Error(err)
	}
	refined := begin(t, t.TempDir(), tinyRefiner(t))
	end(t, refined)
	v = inverter(t, refined.Folder, "", quick(invert.Regression), 5)
	if v.Sampler.Output.Name != "two-by-three" {
		t.Fatalf("output %s is inverted", v.Sampler.Output.Name)
	}
	r, err := v.Recover(context.Background(), 10, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Picture(r.Inversion); err != nil {
		t.Error(err)
	}
}

// TestUniformStays inverts images that a tiny BiGAN cannot make. z must stay within [-1, 1].
func TestUniformStays(t *testing.T) {
	t.Parallel()
	c := configOf(t, "bigan", "data.name=digits", "hidden=8", "batch=4", "latent=3", "steps=2")
	s := begin(t, t.TempDir(), c)
	end(t, s)
	v := inverter(t, s.Folder, "", quick(invert.Regression), 50)
	i := inversion(t, v, testExamples(t, s.Folder, v, 9))
	for k, z := range i.Found.Latents()["z"] {
		if z < -1 || z > 1 {
			t.Errorf("number %d of z is %g", k, z)
		}
	}
	if _, err := generator(t, s.Folder).Inverter(context.Background(), "E", quick(invert.Regression), 1); err == nil || !strings.Contains(err.Error(), "output E is made without latents: there is nothing to search") {
		t.Errorf("error %v of output E", err)
	}
}

func TestNothingToInvert(t *testing.T) {
	t.Parallel()
	s := begin(t, t.TempDir(), tinyClassifier(t))
	end(t, s)
	_, err := generator(t, s.Folder).Inverter(context.Background(), "", quick(invert.Regression), 1)
	want := "recipe classifier has no output that makes pixels or numbers from latents: there is nothing to invert (hint: name a run whose generator has latents)"
	if err == nil || hint.Text(err) != want {
		t.Errorf("error %v, want %q", hint.Text(orNone(err)), want)
	}
	whole := begin(t, t.TempDir(), tiny(t, "steps=2"))
	end(t, whole)
	v := inverter(t, whole.Folder, "", quick(invert.Regression), 1)
	if _, err := v.ReadExamples(data.NewRing8(data.Test, 1), 3, 1); err == nil || !strings.HasPrefix(hint.Text(err), "examples of ring8 are 2 numbers, and output G makes 1x28x28 (hint: ") {
		t.Errorf("points are taken for images: error %v", err)
	}
	if got := generator(t, whole.Folder); got != nil {
		if _, err := got.Network("E"); err == nil || !strings.Contains(hint.Text(err), `no output of recipe digits has a network "E"`) {
			t.Errorf("error %v of the network E", err)
		}
	}
}
