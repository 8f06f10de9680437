package data

import (
	"fmt"
	"math"
	"slices"
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
		{New8Gaussians(Train, 1), 8, 0.02 / 1.414, [2]float64{2 / 1.414, 0}, 4 / 1.414 * math.Sin(math.Pi/8)},
		{New25Gaussians(Train, 1), 25, 0.05 / 2.828, [2]float64{-4 / 2.828, -4 / 2.828}, 2 / 2.828},
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

// The points of WGAN-GP have a standard deviation of 1 in each coordinate, to the three
// digits of the divisors. Its 25 Gaussians have 4000 points each.
func TestScaledMixtures(t *testing.T) {
	for _, set := range []*Mixture{New8Gaussians(Train, 1), New25Gaussians(Train, 1)} {
		var square [2]float64
		count := make([]int, len(set.Modes()))
		for i := range set.Len() {
			p, label := point(t, set, i)
			count[label]++
			for k, v := range p {
				square[k] += float64(v) * float64(v) / float64(set.Len())
			}
		}
		for k, v := range square {
			// The sampling error of the shares of the modes is 0.001.
			if sd := math.Sqrt(v); math.Abs(sd-1) > 0.005 {
				t.Errorf("%s: coordinate %d has sd %.4f, want 1.000", set.Info().Name, k, sd)
			}
		}
		if len(count) == 25 && (slices.Min(count) != 4000 || slices.Max(count) != 4000) {
			t.Errorf("%s: the modes have %v points", set.Info().Name, count)
		}
		exact := 0.0 // the variance of the mixture along the first axis
		for _, m := range set.Modes() {
			exact += m[0] * m[0] / float64(len(count))
		}
		if sd := math.Sqrt(exact + set.SD()*set.SD()); fmt.Sprintf("%.3f", sd) != "1.000" {
			t.Errorf("%s: the mixture has sd %.5f, want 1.000", set.Info().Name, sd)
		}
	}
}

// TestSwissRoll compares the points with the spiral: the radius of a point, after the
// noise, is its angle, and the angle is uniform.
func TestSwissRoll(t *testing.T) {
	set := NewSwissRoll(Train, 1)
	const bins = 30
	count := make([]float64, bins)
	var square float64
	for i := range set.Len() {
		p, class := point(t, set, i)
		if class != -1 || len(p) != 2 {
			t.Fatalf("point %v of class %d", p, class)
		}
		x, y := 7.5*float64(p[0]), 7.5*float64(p[1])
		r := math.Hypot(x, y)
		turn := math.Atan2(y, x) // of the nearest turn of the spiral
		turn += 2 * math.Pi * math.Round((r-turn)/(2*math.Pi))
		square += (r - turn) * (r - turn)
		bin := math.Floor((turn - 1.5*math.Pi) / (3 * math.Pi) * bins)
		count[int(min(max(bin, 0), bins-1))]++
	}
	n := float64(set.Len())
	// The noise along the radius is 0.25. The noise across it changes the angle by 0.25/r,
	// and the radius of the spiral by as much.
	if sd := math.Sqrt(square / n); sd < 0.25 || sd > 0.255 {
		t.Errorf("points are %.4f off the spiral, want a little more than 0.25", sd)
	}
	for bin, c := range count {
		if math.Abs(c/n-1.0/bins) > 5*math.Sqrt(1.0/bins/n) {
			t.Errorf("part %d of the spiral has %g of the points, want %g", bin, c/n, 1.0/bins)
		}
	}
	other, _ := point(t, NewSwissRoll(Test, 1), 0)
	same, _ := point(t, NewSwissRoll(Train, 1), 0)
	if first, _ := point(t, set, 0); slices.Equal(first, other) || !slices.Equal(first, same) {
		t.Errorf("first points %v, %v again, and %v for test", first, same, other)
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
		{New8Gaussians(Train, 0), []float32{-0.9985096, -0.9771142, 5, 0.9898932, -0.99087954, 7}},
		{New25Gaussians(Test, 7), []float32{-1.3876308, -1.3871367, 0, -1.4071888, -0.71820104, 1}},
		{NewSwissRoll(Train, 0), []float32{-1.260065, -0.43119806, -1, 1.7278416, 0.07736895, -1}},
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
	if diff := cmp.Diff(NewGrid25(Test, 3).columns(), NewGrid25(Test, 3).columns()); diff != "" {
		t.Error("one seed gives two mixtures")
	}
}
