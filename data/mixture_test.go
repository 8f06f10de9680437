package data

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMixtures compares the points with what the protocol says of them: modes,
// spread, and equal shares.
func TestMixtures(t *testing.T) {
	for _, c := range []struct {
		set   *Mixture
		modes int
		sd    float64
		first [2]float64
		apart float64 // the distance of neighbouring modes
	}{
		{NewRing8(Train, 1), 8, 0.01, [2]float64{1, 0}, 2 * math.Sin(math.Pi/8)},
		{NewGrid25(Validation, 1), 25, 0.05, [2]float64{-4, -4}, 2},
	} {
		info, modes := c.set.Info(), c.set.Modes()
		if !info.First().Same(Point(2)) || info.Classes() != c.modes || len(modes) != c.modes || c.set.SD() != c.sd || c.set.Len() != 100_000 {
			t.Fatalf("%d points, sd %g, %+v", c.set.Len(), c.set.SD(), info)
		}
		if modes[0] != c.first {
			t.Errorf("%s: the first mode is %v, want %v", info.Name, modes[0], c.first)
		}
		nearest := math.MaxFloat64
		for _, m := range modes[1:] {
			nearest = min(nearest, math.Hypot(m[0]-modes[0][0], m[1]-modes[0][1]))
		}
		if math.Abs(nearest-c.apart) > 1e-12 {
			t.Errorf("%s: modes are %g apart, want %g", info.Name, nearest, c.apart)
		}
		checkSpread(t, c.set)
		modes[0] = [2]float64{9, 9}
		if c.set.Modes()[0] != c.first {
			t.Errorf("%s: who asks for the modes can move them", info.Name)
		}
	}
}

// checkSpread compares the points of each mode with a Gaussian.
func checkSpread(t *testing.T, set *Mixture) {
	t.Helper()
	modes := set.Modes()
	count := make([]float64, len(modes))
	var sum, square [2]float64 // of all, in deviations
	for i := range set.Len() {
		p, label := point(t, set, i)
		count[label]++
		for k := range p {
			z := (float64(p[k]) - modes[label][k]) / set.SD()
			sum[k] += z
			square[k] += z * z
		}
	}
	n := float64(set.Len())
	for k := range sum {
		if mean := sum[k] / n; math.Abs(mean) > 5/math.Sqrt(n) {
			t.Errorf("%s: coordinate %d is %g deviations off its modes", set.Info().Name, k, mean)
		}
		if variance := square[k] / n; math.Abs(variance-1) > 5*math.Sqrt(2/n) {
			t.Errorf("%s: coordinate %d has variance %g of what it should be", set.Info().Name, k, variance)
		}
	}
	share := 1 / float64(len(modes))
	for mode, c := range count {
		if math.Abs(c/n-share) > 5*math.Sqrt(share*(1-share)/n) {
			t.Errorf("%s: mode %d has %g of the points, want %g", set.Info().Name, mode, c/n, share)
		}
	}
}

// The first points are written down: a run must find the same ones years later.
func TestMixturesAreWhatTheyWere(t *testing.T) {
	first := func(set Set) (values []float32) {
		for i := range int64(2) {
			p, label := point(t, set, i)
			values = append(append(values, p...), float32(label))
		}
		return values
	}
	for _, c := range []struct {
		set  Set
		want []float32
	}{
		{NewRing8(Train, 0), []float32{0.7249253, 0.69462883, 1, 0.00075095386, 1.0011688, 2}},
		{NewGrid25(Test, 7), []float32{-4.020578, 3.957252, 4, 1.9419843, 1.9965361, 18}},
	} {
		if diff := cmp.Diff(c.want, first(c.set)); diff != "" {
			t.Errorf("%s: %s", c.set.Info().Name, diff)
		}
	}
}

// drawn returns a part of the set of seed 1 that is called name.
func drawn(t testing.TB, name string, split Split) Set {
	t.Helper()
	set, ok := Drawn(name, split, 1)
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	return set
}

func TestMixtureSeedsAndParts(t *testing.T) {
	all := map[[2]float32]bool{}
	sets := []Set{drawn(t, "grid25", Train), drawn(t, "grid25", Validation), drawn(t, "grid25", Test), NewGrid25(Train, 2)}
	for _, set := range sets {
		for i := range int64(1000) {
			p, _ := point(t, set, i)
			all[[2]float32{p[0], p[1]}] = true
		}
	}
	if len(all) < 1000*len(sets)-5 { // two points may be one by chance
		t.Errorf("%d different points of %d", len(all), 1000*len(sets))
	}
	if diff := cmp.Diff(NewGrid25(Test, 3).columns, NewGrid25(Test, 3).columns); diff != "" {
		t.Error("one seed gives two mixtures")
	}
}
