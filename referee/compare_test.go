package referee

import (
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/random"
)

// ring returns points near some modes of eight on a circle.
func ring(n int, seed uint64, modes ...int) []float32 {
	source := random.New(seed, "ring")
	var points []float32
	for range n {
		angle := float64(modes[source.Intn(len(modes))]) * math.Pi / 4
		points = append(points, float32(math.Cos(angle)+.02*source.Normal()), float32(math.Sin(angle)+.02*source.Normal()))
	}
	return points
}

func near(t *testing.T, c Comparison, name string, want, within float64) {
	t.Helper()
	if got := c.Figures[name]; !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %g, want %g within %g", name, got, want, within)
	}
}

func TestCompare(t *testing.T) {
	all := []int{0, 1, 2, 3, 4, 5, 6, 7}
	r := NewReference([]int{2}, false, ring(256, 1, all...), ring(100, 2, all...), ring(100, 3, all...))
	same := r.Compare(ring(256, 4, all...))
	near(t, same, Diversity, 1, .05)
	near(t, same, Coverage, 1, .01)
	near(t, same, Near, 1, .01)
	near(t, same, Offset, 0, .1)
	near(t, same, Copies, 1, .3)
	two := r.Compare(ring(256, 4, 0, 1))
	near(t, two, Coverage, .25, .08)
	near(t, two, Near, 1, .01)
	point := r.Compare(ring(256, 4, 0)[:2])
	near(t, point, Diversity, 0, 0)
	far := ring(256, 4, all...)
	for i := range far {
		far[i] += 10
	}
	near(t, r.Compare(far), Near, 0, 0)
	near(t, r.Compare(far), Offset, 11, 1)
	near(t, r.Compare(ring(100, 2, all...)), Copies, 0, 0)
	if d := r.Distance(far, far); d != 0 {
		t.Errorf("distance %g of equal samples", d)
	}
	far[0] = float32(math.NaN())
	if v := r.Compare(far).Figures[Diversity]; !math.IsNaN(v) {
		t.Errorf("diversity of NaN is %g", v)
	}
}

// TestCompareImages reduces images of any size, and compares their midtones.
func TestCompareImages(t *testing.T) {
	source := random.New(5, "images")
	images := func(n int, sharp bool) []float32 {
		values := make([]float32, n*3*20*17)
		for i := range values {
			values[i] = float32(source.Uint32()) / (1 << 32)
			if sharp {
				values[i] = float32(math.Round(float64(values[i])))
			}
		}
		return values
	}
	r := NewReference([]int{3, 20, 17}, true, images(32, false), nil, nil)
	if r.size > mostReduced || r.size < 100 {
		t.Errorf("images have %d numbers", r.size)
	}
	soft := r.Compare(images(32, false))
	near(t, soft, Midtones, 1, .01)
	near(t, soft, Diversity, 1, .05)
	if _, ok := soft.Figures[Copies]; ok {
		t.Error("copies are searched without training examples")
	}
	near(t, r.Compare(images(32, true)), Midtones, 0, 0)
}

func TestCompareClasses(t *testing.T) {
	all := []int{0, 1, 2, 3, 4, 5, 6, 7}
	r := NewReference([]int{2}, false, ring(256, 1, all...), nil, nil)
	var separate, same []float32
	for class := range 4 {
		separate = append(separate, ring(10, uint64(class), 2*class)...)
		same = append(same, ring(10, 7, all...)...)
	}
	c := r.Compare(separate)
	r.CompareClasses(&c, separate, 10, nil)
	if c.Figures[Condition] < .8 || c.Figures[Latent] > .1 {
		t.Errorf("separate classes: %v", c.Figures)
	}
	c = r.Compare(same)
	r.CompareClasses(&c, same, 10, nil)
	near(t, c, Condition, 0, 0)
	near(t, c, Narrow, 1, 0)
	alike := slices.Clone(same)
	for i := range 20 { // the samples of class 0 are all equal
		alike[i] = same[i%2]
	}
	for zero, want := range map[bool]float64{false: 0, true: 1} { // and so may be the examples of this class
		within := []float64{1, 1, 1, 1}
		if zero {
			within[0] = 0
		}
		r.CompareClasses(&c, alike, 10, within)
		near(t, c, Narrow, want, 1e-9)
	}
}

func TestConstantReference(t *testing.T) {
	c := NewReference([]int{2}, false, make([]float32, 40), nil, nil).Compare(ring(20, 1, 0))
	for name, v := range c.Figures {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("%s is %g", name, v)
		}
	}
}
