package measure

import (
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/random"
)

// twoClasses returns n images of 8x8 noise: one half around 40, the other around 200. The
// halves follow each other if sorted is true. Otherwise the same images are shuffled.
func twoClasses(t *testing.T, name string, n int, sorted bool) data.Set {
	t.Helper()
	const size = 8 * 8
	order := random.New(7, "order of "+name).Perm(make([]int32, n))
	if sorted {
		slices.Sort(order)
	}
	pixels, labels := make([]byte, n*size), make([]int32, n)
	for at, i := range order {
		source, mean := random.At(random.Key(7, name), uint64(i)), 40.0
		if int(i) >= n/2 {
			mean, labels[at] = 200, 1
		}
		for k := range size {
			pixels[at*size+k] = byte(mean + 12*source.Normal())
		}
	}
	set, err := data.NewTable(data.NewInfo(name, data.Image(1, 8, 8), data.Label(2)), data.Values{Bytes: pixels}, data.Values{Ints: labels})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// sortedTask returns a task in which every set has more examples than are taken.
func sortedTask(t *testing.T, sorted bool) Task {
	part := func(name string, n int, limit int64) *Set {
		s, err := FromData(twoClasses(t, name, n, sorted), name, limit)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	return Task{
		Samples: part("samples", 4000, 4000), Train: part("train", 8000, 6000),
		Validation: part("validation", 6000, 4000), Reference: part("test", 5000, 3000), N: 1500, Seed: 1,
	}
}

// TestSortedSets measures samples from the distribution of the real data. Sets that are
// sorted by class and the same sets shuffled must give the same figures, within their
// standard errors.
func TestSortedSets(t *testing.T) {
	sorted, shuffled := sortedTask(t, true), sortedTask(t, false)
	for _, m := range List() {
		if m.Classifies || !m.Judges(sorted.Samples.Field) || m.Name == "classes" || m.Name == "stacked-modes" { // their classifiers have images of 28x28
			continue
		}
		a, b := runMeasure(t, m.Name, sorted), runMeasure(t, m.Name, shuffled)
		sameFigures(t, a, b)
		if len(a.Drawn) == 0 || a.Reference != "test drawn from seed 0" {
			t.Errorf("%s: drawn %q, reference %q", m.Name, a.Drawn, a.Reference)
		}
		switch v := a.Values[0]; {
		case m.Name == "frechet" && v.Value > .01, m.Name == "memorisation" && math.Abs(float64(v.Value)-1) > .02:
			t.Errorf("%s of perfect samples: %s is %v", m.Name, v.Name, v.Value)
		}
	}
}

// TestSortedDigits does the same for the classifier, with digits sorted by class. All
// samples are taken, so that the parts of the score are the only draw.
func TestSortedDigits(t *testing.T) {
	sortedBy := func(s *Set, sorted bool) *Set {
		order := make([]int, s.Len())
		for i, k := range random.New(7, "order of "+s.Name).Perm(make([]int32, s.Len())) {
			order[i] = int(k)
		}
		if sorted {
			slices.SortStableFunc(order, func(i, k int) int { return int(s.Labels[i] - s.Labels[k]) })
		}
		return s.Pick(order)
	}
	task := func(sorted bool) Task {
		part := func(name string, split data.Split, n int) *Set {
			s, err := FromData(data.NewDigits(split, 2), name, int64(n))
			if err != nil {
				t.Fatal(err)
			}
			return sortedBy(s, sorted)
		}
		return Task{Samples: part("samples", data.Train, 1000), Reference: part("mnist test", data.Test, 1000),
			Validation: part("validation", data.Validation, 1000), Seed: 1}
	}
	for _, name := range []string{"class-accuracy", "classes", "frechet"} {
		sameFigures(t, runMeasure(t, name, task(true)), runMeasure(t, name, task(false)))
	}
}

// sameFigures compares the figures of two results that should differ only by sampling
// errors.
func sameFigures(t *testing.T, a, b *Result) {
	t.Helper()
	for i, v := range a.Values {
		w := b.Values[i]
		t.Logf("%s %s: sorted %.4g, shuffled %.4g", a.Measure, v.Name, v.Value, w.Value)
		tolerance := 1e-9
		switch v.Name {
		case "pairs": // a count
			tolerance = 5 * math.Sqrt(1+max(float64(v.Value), float64(w.Value)))
		case "support": // the inverse of that count
			continue
		case "sigma": // on a grid
			tolerance = .3 * float64(v.Value)
		}
		if v.StdErr != nil && w.StdErr != nil {
			tolerance += 5 * math.Hypot(float64(*v.StdErr), float64(*w.StdErr))
			if ratio := float64(*v.StdErr / *w.StdErr); *w.StdErr > 0 && (ratio < .4 || ratio > 2.5) {
				t.Errorf("%s %s: the standard error is %v of sorted sets and %v of shuffled ones", a.Measure, v.Name, *v.StdErr, *w.StdErr)
			}
		}
		if d := math.Abs(float64(v.Value - w.Value)); !(d <= tolerance) {
			t.Errorf("%s %s: %v of sorted sets and %v of shuffled ones, want at most %.2g between them", a.Measure, v.Name, v.Value, w.Value, tolerance)
		}
		if v.Baseline == nil || w.Baseline == nil {
			t.Errorf("%s %s has no baseline", a.Measure, v.Name)
		} else if d := math.Abs(float64(*v.Baseline - *w.Baseline)); !(d <= tolerance) {
			t.Errorf("%s %s: baseline %v of sorted sets and %v of shuffled ones, want at most %.2g between them", a.Measure, v.Name, *v.Baseline, *w.Baseline, tolerance)
		}
	}
}

// TestDrawsAreNested checks that the draw of few examples is a part of the draw of more,
// and that a draw of all is the set itself.
func TestDrawsAreNested(t *testing.T) {
	s := points("s", 100, 1, 0, 1)
	few, more := s.draw(10, 3, "test"), s.draw(30, 3, "test")
	for _, v := range few.Values {
		if !slices.Contains(more.Values, v) {
			t.Errorf("%v is in the draw of 10 and not in the draw of 30", v)
		}
	}
	if s.draw(100, 3, "test") != s || s.draw(101, 3, "test") != s {
		t.Error("a draw of all is another set")
	}
	if slices.Equal(few.Values, s.draw(10, 4, "test").Values) {
		t.Error("two seeds draw the same examples")
	}
	count := make([]int, 101)
	for _, group := range randomGroups(101, 10, 3, "test") {
		if len(group) != 10 && len(group) != 11 {
			t.Errorf("a group has %d examples", len(group))
		}
		for _, i := range group {
			count[i]++
		}
	}
	if slices.Min(count) != 1 || slices.Max(count) != 1 {
		t.Error("the groups are not a partition")
	}
}
