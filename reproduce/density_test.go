package reproduce

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

func near(a, b, within float64) bool { return math.Abs(a-b) <= within }

// TestDensitiesIntegrate sums the densities of the theory over their grids.
func TestDensitiesIntegrate(t *testing.T) {
	for _, k := range []known{inOne, inTwo} {
		p, q := 0.0, 0.0
		for _, c := range k.grid(k.cells) {
			p, q = p+c.volume*c.p, q+c.volume*c.q
		}
		if !near(p, 1, 1e-5) || !near(q, 1, 1e-5) {
			t.Errorf("in %s the densities sum to %.8f and %.8f", k.Title, p, q)
		}
	}
}

// TestSamplesHaveTheirDensity compares the mean and the second moment of drawn points with
// those of the mixture.
func TestSamplesHaveTheirDensity(t *testing.T) {
	const n = 20_000
	for _, m := range []mixture{inOne.P, inTwo.P, inTwo.Q} {
		c := nn.NewContext(false, nn.Seeded(1, tensor.Zeros(tensor.Uint32, 2)))
		drawn, err := tensor.Eval([]*tensor.Tensor{m.sample(c, n)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		dimensions := len(m[0].mean)
		for axis := range dimensions {
			mean, square, wantMean, wantSquare := 0.0, 0.0, 0.0, 0.0
			for i := range n {
				v := drawn[0].Data[i*dimensions+axis]
				mean, square = mean+v/n, square+v*v/n
			}
			for _, k := range m {
				wantMean += k.weight * k.mean[axis]
				wantSquare += k.weight * (k.mean[axis]*k.mean[axis] + k.sd*k.sd)
			}
			if !near(mean, wantMean, 5*math.Sqrt(wantSquare/n)) || !near(square, wantSquare, 0.05*wantSquare) {
				t.Errorf("axis %d of %v has mean %.4f and second moment %.4f, want %.4f and %.4f", axis, m, mean, square, wantMean, wantSquare)
			}
		}
	}
}

// boxes returns cells of two uniform densities on (0, 2) and (shift, 2 + shift).
func boxes(shift float64) []cell {
	xs, width := midpoints(0, 8, 800)
	var cells []cell
	for _, x := range xs {
		c := cell{x: []float64{x}, volume: width}
		if x < 2 {
			c.p = 0.5
		}
		if x > shift && x < 2+shift {
			c.q = 0.5
		}
		cells = append(cells, c)
	}
	return cells
}

// TestValueOfKnownCases checks value and criterion with known answers: for equal, half
// overlapping and disjoint densities.
func TestValueOfKnownCases(t *testing.T) {
	for _, c := range []struct{ shift, jsd float64 }{{0, 0}, {1, math.Log(2) / 2}, {3, math.Log(2)}} {
		cells := boxes(c.shift)
		if got := jsd(cells); !near(got, c.jsd, 1e-9) {
			t.Errorf("shifted by %g the JSD is %.9f, want %.9f", c.shift, got, c.jsd)
		}
		if got := value(cells); !near(got, -math.Log(4), 1e-9) { // all logits are 0
			t.Errorf("shifted by %g D = 1/2 has the value %.9f, want -log 4", c.shift, got)
		}
		for i, k := range cells { // the optimal D, where there is anything
			cells[i].logit = max(-40, min(40, math.Log(k.p/k.q)))
			if k.p == k.q {
				cells[i].logit = 0
			}
		}
		if got := value(cells); !near(got, criterion(cells), 1e-9) {
			t.Errorf("shifted by %g the optimal D has the value %.9f, want %.9f", c.shift, got, criterion(cells))
		}
		if got := worst(cells, 0.5); got > 1e-9 {
			t.Errorf("shifted by %g the optimal D is off by %g", c.shift, got)
		}
	}
}

// TestChangeOfVariables computes the density of (0, 1) after it is stretched and folded.
func TestChangeOfVariables(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	l, err := newLine(device, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		g    func(z float64) float64
		want func(x float64) float64
	}{
		"stretched": {func(z float64) float64 { return 4*z - 2 }, func(float64) float64 { return 0.25 }},
		"turned":    {func(z float64) float64 { return 2 - 4*z }, func(float64) float64 { return 0.25 }},
		"folded":    {func(z float64) float64 { return 8*math.Abs(z-0.5) - 2 }, func(float64) float64 { return 0.25 }},
		"squared":   {func(z float64) float64 { return 4*z*z - 2 }, func(x float64) float64 { return 1 / (4 * math.Sqrt(x+2)) }},
	} {
		gz := make([]float32, len(l.zs))
		for i, z := range l.zs {
			gz[i] = float32(c.g(z))
		}
		mass := 0.0
		for i, q := range l.density(gz) {
			x := l.xs[i]
			mass += q * l.dx
			if want := c.want(x); x > -1.8 && x < 1.8 && !near(q, want, 0.01*want) {
				t.Errorf("%s: the density at %g is %g, want %g", name, x, q, want)
			}
		}
		if !near(mass, 1, 1e-3) {
			t.Errorf("%s: the mass is %g", name, mass)
		}
	}
}

// TestGameInOneDimension plays a short game. It must approach the solution, and D must
// approach its optimum when only D is trained.
func TestGameInOneDimension(t *testing.T) {
	device := engine.NewDevice(2)
	defer device.Close()
	a, err := playToEnd(t.Context(), device, 1, 400, 120)
	if err != nil {
		t.Fatal(err)
	}
	f := a.judge(1)
	if !near(f.FirstValue, f.FirstCriterion, 0.03) {
		t.Errorf("D alone reaches %.4f of %.4f", f.FirstValue, f.FirstCriterion)
	}
	if f.LastCriterion > -1.3 || f.LastAway > f.FirstAway/2 {
		t.Errorf("C(G) goes from %.3f to %.3f, |D - 1/2| from %.3f to %.3f", f.FirstCriterion, f.LastCriterion, f.FirstAway, f.LastAway)
	}
}
