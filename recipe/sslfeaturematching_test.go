package recipe

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// semiSupervised returns the system of a recipe for a set of a few images with classes.
func semiSupervised[S any](t *testing.T, name string, change func(*S)) *System {
	t.Helper()
	system, err := built(t, name, mnist, change)
	if err != nil {
		t.Fatal(err)
	}
	return system
}

// TestSSLFeatureMatchingParameters counts the parameters of the published networks: all
// layers of D have biases, and only the scales of the last one are learned.
func TestSSLFeatureMatchingParameters(t *testing.T) {
	system := semiSupervised(t, "ssl-feature-matching", func(*SSLFeatureMatching) {})
	d := (784+1)*1000 + (1000+1)*500 + (500+1)*250 + 2*(250+1)*250 + (250+2)*10
	g := (100+1)*500 + (500+1)*500 + (500+2)*784
	if sizes := trainable(t, system); sizes["D"] != d || sizes["G"] != g {
		t.Errorf("D has %d parameters and G %d, want %d and %d", sizes["D"], sizes["G"], d, g)
	}
}

// TestSSLFeatureMatchingStartsFromData plays one round. The hidden units of D then have
// mean 0 and variance 1 on the first minibatch, up to the first update.
func TestSSLFeatureMatchingStartsFromData(t *testing.T) {
	system := semiSupervised(t, "ssl-feature-matching", func(s *SSLFeatureMatching) {
		s.Batch, s.Labels, s.LearningRate, s.InputNoise, s.Noise, s.Hidden = 50, 10, 0, 0, 0, []int{8}
	})
	trainer := playedOn(t, system, imitation(t, mnist.Info, 100), 1)
	values := map[string]game.Variable{}
	for _, v := range trainer.Variables() {
		values[v.Name] = v
	}
	if values["D.1.weight.initialised"].Memory.Float32()[0] != 1 {
		t.Fatal("D was not initialised")
	}
	scale := values["D.1.weight.scale"].Memory.Float32()
	if slices.Contains(scale, 1) {
		t.Errorf("the scales of D are %v", scale)
	}
	if ones := values["G.6.weight.scale"].Memory.Float32(); slices.Max(ones) != 1 || slices.Min(ones) != 1 {
		t.Error("the scales of G's last layer depend on data")
	}
	for name, v := range values {
		if strings.HasPrefix(name, game.AveragePrefix) && slices.ContainsFunc(v.Memory.Float32(), func(x float32) bool { return math.Abs(float64(x)) > 1e-3 }) {
			t.Errorf("%s does not begin at 0", name)
		}
	}
}

// playedOn returns the trainer of a system after some rounds on a set.
func playedOn(t *testing.T, system *System, set data.Set, rounds int64) *game.Trainer {
	t.Helper()
	device := engine.NewDevice(1)
	t.Cleanup(device.Close)
	sources, err := system.Sources(Sets{Main: set}, 1)
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := game.NewTrainer(device, system.Game, sources, 1, false)
	if err == nil {
		err = trainer.Train(t.Context(), rounds, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return trainer
}

// TestLabelledSources reads the labelled examples from a subset that has the same number
// of each class, and the others from all examples.
func TestLabelledSources(t *testing.T) {
	set := imitation(t, mnist.Info, 200)
	read := func(labels int, supervised bool) (images map[string]int, inputs int) {
		system := semiSupervised(t, "ssl-feature-matching", func(s *SSLFeatureMatching) { s.Batch, s.Labels, s.Supervised = 20, labels, supervised })
		sources, err := system.Sources(Sets{Main: set}, 3)
		if err != nil {
			t.Fatal(err)
		}
		images = map[string]int{}
		for _, source := range sources {
			m := game.Minibatch{}
			for _, name := range source.Inputs() {
				if inputs++; name == "class" {
					m[name] = engine.MemoryOf(make([]int32, 20))
				} else {
					m[name] = engine.MemoryOf(make([]float32, 20*784))
				}
			}
			for range 10 {
				if err := source.Next(m); err != nil {
					t.Fatal(err)
				}
				for i := range 20 {
					if x, ok := m["labelled"]; ok {
						key := string(tensorBytes(x.Float32()[784*i : 784*i+784]))
						images[key] |= 1 << m["class"].Int32()[i]
					}
				}
			}
		}
		return images, inputs
	}
	few, inputs := read(20, false)
	var count [10]int
	for _, classes := range few {
		for class := range 10 {
			if classes == 1<<class {
				count[class]++
			}
		}
	}
	if count != [10]int{2, 2, 2, 2, 2, 2, 2, 2, 2, 2} || inputs != 3 {
		t.Errorf("the labelled examples of the classes are %v, of %d inputs", count, inputs)
	}
	if all, _ := read(0, false); len(all) != 200 {
		t.Errorf("%d examples are labelled, want all 200", len(all))
	}
	if _, inputs := read(20, true); inputs != 2 {
		t.Errorf("the control has %d inputs, want images and classes", inputs)
	}
}

// tensorBytes returns pixels as bytes, to compare them.
func tensorBytes(x []float32) []byte {
	b := make([]byte, len(x))
	for i, v := range x {
		b[i] = byte(v*255 + .5)
	}
	return b
}

// TestSemiSupervisedOutputs has samples and the classifier, or for the control only the
// classifier.
func TestSemiSupervisedOutputs(t *testing.T) {
	names := func(change func(*SSLFeatureMatching)) string {
		var list []string
		for _, o := range semiSupervised(t, "ssl-feature-matching", change).Outputs {
			list = append(list, o.Name)
		}
		return strings.Join(list, " ")
	}
	for want, change := range map[string]func(*SSLFeatureMatching){
		"G D D-unaveraged": func(*SSLFeatureMatching) {},
		"G D":              func(s *SSLFeatureMatching) { s.Average = 0 },
		"D D-unaveraged":   func(s *SSLFeatureMatching) { s.Supervised = true },
	} {
		if got := names(change); got != want {
			t.Errorf("outputs %q, want %q", got, want)
		}
	}
	classifier, _ := semiSupervised(t, "ssl-feature-matching", func(*SSLFeatureMatching) {}).Classifier()
	logits := classifier.Make(nn.NewContext(false, nil), Inputs{"x": tensor.Input("x", tensor.Float32, 5, 1, 28, 28)})
	if !slices.Equal(logits.Shape(), []int{5, 10}) {
		t.Errorf("the scores of 5 images are %v", logits)
	}
}

// TestSemiSupervisedRefuses wants one clear error for data and settings that do not fit.
func TestSemiSupervisedRefuses(t *testing.T) {
	noLabels := Examples{Info: data.NewInfo("some", data.Image(1, 28, 28))}
	for _, name := range []string{"ssl-feature-matching", "badgan", "sgan"} {
		r, err := Find(name)
		if err != nil {
			t.Fatal(err)
		}
		want := "recipe " + name + ": it learns a classifier, and dataset some has no labels (hint: put the pictures of each class in a folder, or the images and their labels in an npz file, as arrays x and y)"
		if _, err := r.Build(r.Settings(), noLabels); err == nil || hint.Text(err) != want {
			t.Errorf("error %v, want %q", hint.Text(orNone(err)), want)
		}
	}
	system := semiSupervised(t, "ssl-feature-matching", func(s *SSLFeatureMatching) { s.Labels = 15 })
	want := "dataset mnist: 15 labelled examples cannot have as many of each of its 10 classes (hint: choose a multiple of 10)"
	if _, err := system.Sources(Sets{Main: imitation(t, mnist.Info, 100)}, 1); err == nil || hint.Text(err) != want {
		t.Errorf("error %v, want %q", hint.Text(orNone(err)), want)
	}
}
