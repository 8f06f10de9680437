package measure

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
)

// labelledPoints returns points with classes.
func labelledPoints(name string, classes int, labels []int32, values ...float32) *Set {
	return &Set{Name: name, Field: data.Point(len(values) / len(labels)), Values: values, Labels: labels, Classes: classes}
}

func TestOneNNErrorByHand(t *testing.T) {
	samples := labelledPoints("samples", 3, []int32{0, 1, 2, 1}, 0, 10, 20, 10) // the last is equal to the second
	train := labelledPoints("train", 3, []int32{0, 0, 0, 0, 0}, 1, 2, 3, 4, 5)
	real := labelledPoints("real", 3, []int32{0, 0, 1, 2, 2}, 1, 5, 10, 14, 15)
	// 5 and 15 are as near to two samples; the first counts.
	r := runMeasure(t, "1nn-error", Task{Samples: samples, Train: train, Reference: real})
	v, _ := r.Find("error")
	if v.Value != .4 || *v.Baseline != .6 || v.Better != Lower || math.Abs(float64(*v.StdErr)-math.Sqrt(.4*.6/5)) > 1e-12 {
		t.Errorf("error %g +- %g, baseline %g; want 0.4 and 0.6", v.Value, *v.StdErr, *v.Baseline)
	}
	if g := r.Groups[0]; !slices.Equal(g.Samples, []Number{0, 0, 2}) || !slices.Equal(g.Real, []Number{0, 1, 2}) {
		t.Errorf("errors of the classes %+v", g)
	}
	r = runMeasure(t, "1nn-error", Task{Samples: samples, Reference: real})
	if v, _ := r.Find("error"); v.Value != .4 || v.Baseline != nil {
		t.Errorf("without training examples: %+v", v)
	}
	wantWarnings(t, r, "4 samples and not the 10000", "2 of the 4 samples are exact copies", "no baseline")
}

// TestNearestOfWholeNumbers compares with a search in integers. Many distances are equal
// or differ by 1 in millions.
func TestNearestOfWholeNumbers(t *testing.T) {
	device := engine.NewDevice(2)
	defer device.Close()
	const size = 784
	source := random.New(1, "bytes")
	bytes := func(n int) *Set {
		s := &Set{Name: "bytes", Field: data.Image(1, 28, 28)}
		for i := range n * size {
			v := float32(0)
			if i/size%3 > 0 || source.Intn(4) == 0 {
				v = float32(255 * source.Intn(2))
			}
			s.Values = append(s.Values, v)
		}
		return s
	}
	s, known := bytes(100), bytes(2100)
	copy(known.At(2000), known.At(7)) // a tie: the first is the nearest
	copy(s.At(0), known.At(7))
	got, err := (&Task{Device: device}).nearestOf(context.Background(), "", s, known)
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.Len() {
		best, least := 0, math.MaxInt
		for k := range known.Len() {
			d, x, y := 0, s.At(i), known.At(k)
			for p, v := range x {
				d += int(v-y[p]) * int(v-y[p])
			}
			if d < least {
				best, least = k, d
			}
		}
		if got[i] != best {
			t.Errorf("the nearest of %d is %d, want %d", i, got[i], best)
		}
	}
	if got[0] != 7 {
		t.Errorf("the nearest of a copy of 7 is %d", got[0])
	}
}

// TestOneNNErrorOfMNIST compares real digits as the samples with the known answers:
// trained with the first 1000, 50,000 and 60,000 training digits, the classifier has 1310,
// 334 and 309 errors on the 10,000 test digits.
func TestOneNNErrorOfMNIST(t *testing.T) {
	train, rest, test := mnist(t, data.Train), mnist(t, data.Validation), mnist(t, data.Test)
	all := *train
	all.Values, all.Labels = slices.Concat(train.Values, rest.Values), slices.Concat(train.Labels, rest.Labels)
	for _, c := range []struct{ n, errors int }{{1000, 1310}, {50000, 334}, {60000, 309}} {
		if c.n > 1000 && !*long {
			t.Logf("%d training digits only with -long", c.n)
			continue
		}
		r := runMeasure(t, "1nn-error", Task{Samples: all.Slice(0, c.n), N: c.n, Reference: test})
		v, _ := r.Find("error")
		errors := int(math.Round(float64(v.Value) * float64(test.Len())))
		t.Logf("%d training digits: %d errors of %d", c.n, errors, test.Len())
		if errors != c.errors {
			t.Errorf("%d training digits: %d errors of %d, want %d", c.n, errors, test.Len(), c.errors)
		}
	}
}

func TestOneNNErrorRefuses(t *testing.T) {
	m, _, _ := Find("1nn-error")
	labelled := labelledPoints("l", 2, []int32{0, 1}, 1, 2)
	for name, c := range map[string]struct {
		task Task
		want string
	}{
		"samples without classes": {Task{Samples: points("s", 9, 1, 0, 1), Reference: labelled}, "the classes of s are not known (hint: it is for the samples of a generator whose condition is the class"},
		"nothing to compare with": {Task{Samples: labelled}, "there are no real examples"},
		"data without classes":    {Task{Samples: labelled, Reference: points("r", 9, 1, 0, 1)}, "the classes of r are not known"},
		"other classes":           {Task{Samples: labelled, Reference: labelledPoints("r", 3, []int32{0, 2}, 1, 2)}, "l are of 2 classes, r of 3"},
	} {
		if _, err := m.Run(context.Background(), c.task); err == nil || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
}
