package measure

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// TestClassAccuracyByHand classifies points on a line by the nearest training point.
func TestClassAccuracyByHand(t *testing.T) {
	train := labelledPoints("train", 3, []int32{0, 1, 2}, 0, 10, 20)
	samples := labelledPoints("samples", 3, []int32{0, 0, 0, 0, 1, 1, 1, 1, 2, 2}, 0, 1, 2, 9, 8, 10, 12, 17, 20, 26) // 9 and 17 are wrong
	real := labelledPoints("real", 3, []int32{0, 1, 1, 2, 2, 0, 0, 1, 2, 2}, 1, 9, 11, 19, 21, -1, 0, 4, 20, 20)      // 4 is wrong
	r := runMeasure(t, "class-accuracy", Task{Samples: samples, Train: train, Reference: real})
	accuracy, _ := r.Find("accuracy")
	if accuracy.Value != .8 || *accuracy.Baseline != .9 || accuracy.Better != Higher || math.Abs(float64(*accuracy.StdErr)-math.Sqrt(.8*.2/10)) > 1e-12 {
		t.Errorf("accuracy %+v, want .8 and the baseline .9", accuracy)
	}
	// |x-y| of the pairs: 1, 2, 9, 1, 8, 7 of class 0; 2, 4, 9, 2, 7, 5 of class 1; 6 of class 2.
	distance, _ := r.Find("distance within a class")
	if want := (28./6 + 29./6 + 6) / 3; math.Abs(float64(distance.Value)-want) > 1e-6 || distance.Better != NearBaseline {
		t.Errorf("distance %v, want %v", distance.Value, want)
	}
	want := []Group{
		{"accuracy of class", []string{"0", "1", "2"}, []Number{.75, .75, 1}, []Number{1, 2. / 3, 1}},
		{"distance within class", []string{"0", "1", "2"}, []Number{28. / 6, 29. / 6, 6}, []Number{4. / 3, 14. / 3, (2 + 1 + 1 + 1 + 1 + 0) / 6.}},
	}
	for i, g := range r.Groups {
		near := func(a, b Number) bool { return math.Abs(float64(a-b)) < 1e-6 }
		if g.Name != want[i].Name || !slices.Equal(g.Of, want[i].Of) || !slices.EqualFunc(g.Samples, want[i].Samples, near) || !slices.EqualFunc(g.Real, want[i].Real, near) {
			t.Errorf("group %+v, want %+v", g, want[i])
		}
	}
	one := labelledPoints("one", 3, []int32{0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10)
	r = runMeasure(t, "class-accuracy", Task{Samples: one, Train: train, Reference: points("r", 9, 1, 0, 1)})
	if d, _ := r.Find("distance within a class"); d.Value != 0 || d.Baseline != nil { // the class 1 has no pairs
		t.Errorf("distance of equal samples %+v", d)
	}
	wantWarnings(t, r, "10 samples and not the 10000", "10 of the 10 samples are exact copies", "no baseline: the classes of r are not known")
}

// TestClassAccuracyOfMNIST has test digits as the samples. The accuracy is that of the
// classifier, which lenet's test has too.
func TestClassAccuracyOfMNIST(t *testing.T) {
	test, validation := mnist(t, data.Test), mnist(t, data.Validation)
	if !*long {
		test, validation = test.Slice(5000, 8000), validation.Slice(0, 3000)
	}
	r := runMeasure(t, "class-accuracy", Task{Samples: test, Reference: validation})
	accuracy, _ := r.Find("accuracy")
	shuffled, _ := r.Find("accuracy with shuffled classes")
	distance, _ := r.Find("distance within a class")
	t.Logf("space %s, accuracy %.4f, validation %.4f, shuffled %.4f, distance %.4f, of validation digits %.4f",
		r.Space, accuracy.Value, *accuracy.Baseline, shuffled.Value, distance.Value, *distance.Baseline)
	if r.Space != "lenet@1/mnist" || accuracy.Value < .99 || *accuracy.Baseline < .99 {
		t.Errorf("accuracy %v in the space %s, of validation digits %v", accuracy.Value, r.Space, *accuracy.Baseline)
	}
	if math.Abs(float64(shuffled.Value)-.1) > .02 || shuffled.Better != NearBaseline {
		t.Errorf("accuracy of shuffled classes %+v", shuffled)
	}
	if d := float64(distance.Value - *distance.Baseline); math.Abs(d) > .15 || !(*distance.StdErr < .05) { // the parts were written by different people
		t.Errorf("the distances of two sets of digits differ by %g +- %g", d, *distance.StdErr)
	}
}

func TestClassAccuracyRefuses(t *testing.T) {
	m, _, _ := Find("class-accuracy")
	labels, values := make([]int32, 10), make([]float32, 10)
	for i := range labels {
		labels[i], values[i] = int32(i%2), float32(i)
	}
	two := labelledPoints("two", 2, labels, values...)
	three := labelledPoints("three", 3, labels, values...)
	digit := &Set{Name: "digits", Field: data.Image(1, 28, 28), Values: make([]float32, 10*784), Labels: labels, Classes: 2}
	for name, c := range map[string]struct {
		task Task
		want string
	}{
		"samples without classes": {Task{Samples: points("s", 10, 1, 0, 1), Reference: two, Train: two}, "the classes of s are not known (hint: it is for the samples of a generator whose condition is the class"},
		"nothing to compare with": {Task{Samples: two, Train: two}, "there are no real examples to compare with (hint: set Task.Reference"},
		"no training examples":    {Task{Samples: two, Reference: two}, "there are no training examples with classes, and the nearest of them classifies the samples"},
		"other real classes":      {Task{Samples: two, Reference: three, Train: two}, "two are of 2 classes, three of 3"},
		"other training classes":  {Task{Samples: two, Reference: two, Train: three}, "two are of 2 classes, three of 3"},
		"an unfit classifier":     {Task{Samples: digit, Reference: digit, Space: "lenet@1/mnist"}, "digits are of 2 classes, and the classifier lenet@1/mnist knows 10 (hint: set Task.Space to pixels"},
	} {
		if _, err := m.Run(context.Background(), c.task); err == nil || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
}
