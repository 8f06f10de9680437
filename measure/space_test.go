package measure

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure/internal/lenet"
)

// TestChooseSpace chooses spaces by the name of the space, the name of the real data, and the
// kind of the examples.
func TestChooseSpace(t *testing.T) {
	digit := strokes(t, "digit", data.Test, 1)
	point := points("point", 1, 2, 0, 1)
	large := &Set{Name: "large", Field: data.Image(3, 64, 64), Values: make([]float32, 3*64*64)}
	seen, plain, alone := Measure{Spaces: true, PrefersClassifier: true}, Measure{Spaces: true}, Measure{}
	for _, c := range []struct {
		m           Measure
		samples     *Set
		real, space string
		want        string // a space, or part of an error
	}{
		{seen, digit, "mnist test", "", "lenet@1/mnist"},
		{seen, digit, "fashion-mnist validation", "", "lenet@1/fashion-mnist"},
		{seen, digit, "digits test", "", "pixels"},
		{seen, large, "mnist test", "", "pixels"},
		{seen, point, "ring8 test", "", "points"},
		{plain, digit, "mnist test", "", "pixels"},
		{seen, digit, "mnist validation", "pixels", "pixels"},
		{plain, digit, "mnist validation", "lenet@1", "lenet@1/mnist"},
		{plain, digit, "some/where/mnist test", "lenet@1", "lenet@1/mnist"},
		{plain, digit, "digits test", "lenet@1/mnist", "lenet@1/mnist"},
		{plain, digit, "digits test", "lenet@1", "no classifier was trained on this data"},
		{plain, large, "mnist test", "lenet@1", "set Task.Space to pixels"},
		{plain, point, "mnist test", "lenet@1/mnist", "it is for grey images of 28x28"},
		{plain, point, "ring8 test", "pixels", "point are points"},
		{plain, digit, "mnist test", "inception", "known are pixels, points, lenet@1, lenet@1/mnist, lenet@1/fashion-mnist"},
		{alone, digit, "mnist test", "pixels", "pixels"},
		{alone, digit, "mnist test", "lenet@1", "works on the examples themselves"},
	} {
		task := Task{Samples: c.samples, Reference: &Set{Name: c.real}, Space: c.space}
		if err := task.chooseSpace(c.m); err != nil {
			if !strings.Contains(hint.Text(err), c.want) || !strings.Contains(hint.Text(err), "(hint: ") {
				t.Errorf("%s of %s in space %q: %v, want %q", c.samples.Name, c.real, c.space, err, c.want)
			}
			continue
		}
		if task.Space != c.want {
			t.Errorf("%s of %s in space %q: %s, want %s", c.samples.Name, c.real, c.space, task.Space, c.want)
		}
	}
}

func TestFeatures(t *testing.T) {
	task := newTask(t)
	task.Samples, task.Space = strokes(t, "samples", data.Test, 3), "lenet@1/mnist"
	var told []string
	task.Progress = func(what string, _, _ int) { told = append(told, what) }
	got, err := task.features(t.Context(), task.Samples)
	if err != nil {
		t.Fatal(err)
	}
	if got.Len() != 3 || got.Size() != lenet.Features || got.Name != "samples" || len(got.Labels) != 3 {
		t.Errorf("the features are %d of %d numbers, called %s, with %d labels", got.Len(), got.Size(), got.Name, len(got.Labels))
	}
	if len(told) != 1 || told[0] != "features of samples" {
		t.Errorf("progress was told %q", told)
	}
	task.Space = "pixels"
	if same, err := task.features(t.Context(), task.Samples); err != nil || same != task.Samples {
		t.Errorf("the pixels are not the samples themselves: %v", err)
	}
}

// TestMeasuresStop cancels each measure before it begins.
func TestMeasuresStop(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for _, m := range List() {
		if m.Classifies || !m.Judges(data.Image(1, 28, 28)) || m.Name == "stacked-modes" { // it judges only triples
			continue
		}
		_, err := m.Run(ctx, Task{
			Samples: strokes(t, "samples", data.Train, 150), Train: strokes(t, "mnist train", data.Validation, 150),
			Validation: strokes(t, "mnist validation", data.Validation, 100), Reference: strokes(t, "mnist test", data.Test, 150),
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s went on to %v", m.Name, err)
		}
	}
}
