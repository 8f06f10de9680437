package session

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/random"
)

// normalShape is one Gaussian.
func normalShape(x, y, sd float64) shape { return shape{means: [][2]float64{{x, y}}, sd: sd} }

// TestDensities checks that every shape is in the view, that its density is a distribution,
// and that a kernel density of many draws agrees with it.
func TestDensities(t *testing.T) {
	for name, s := range shapes {
		p, sum := s.density(), 0.0
		for _, v := range p {
			sum += v
		}
		if sum < .999 || sum > 1+1e-9 {
			t.Errorf("%s: %.4f of the density is in the view", name, sum)
		}
		draws := make([]float32, 2*20_000)
		s.draw(draws, random.New(1, name))
		kl, js := divergences(p, newKernelDensity().of(draws))
		if kl > .02 || js > .005 {
			t.Errorf("%s: KL %.4f and JS %.4f of its own draws", name, kl, js)
		}
		if found := s.found(draws); s.modes && found != len(s.means) || !s.modes && found != 0 {
			t.Errorf("%s: %d modes of %d found", name, found, len(s.means))
		}
	}
}

// TestDivergences compares with the closed form for two Gaussians with the same covariance,
// |m|^2 / 2 variance, and with the ends of the Jensen-Shannon divergence.
func TestDivergences(t *testing.T) {
	variance := .15*.15 + Bandwidth*Bandwidth
	kl, _ := divergences(normalShape(0, 0, .15).density(), normalShape(.2, 0, .15).density())
	if want := .2 * .2 / (2 * variance); math.Abs(kl-want) > .02*want {
		t.Errorf("KL %.4f, want %.4f", kl, want)
	}
	a := normalShape(-.9, 0, .03).density()
	if kl, js := divergences(a, a); js > 1e-9 || kl > 2e-3 {
		t.Errorf("KL %g and JS %g of equal distributions", kl, js)
	}
	_, js := divergences(a, normalShape(.9, 0, .03).density())
	if math.Abs(js-math.Ln2) > 1e-3 {
		t.Errorf("JS %.5f of distributions that are apart, want ln 2", js)
	}
	_, js = divergences(a, newKernelDensity().of([]float32{5, 5, -7, 3}))
	if math.Abs(js-math.Ln2) > 1e-3 {
		t.Errorf("JS %.5f of samples outside the view, want ln 2", js)
	}
}

// TestBest compares D* with the formula where it is simple.
func TestBest(t *testing.T) {
	p, q := normalShape(-.5, 0, .1).density(), normalShape(.5, 0, .1).density()
	d := make([]float32, Side*Side)
	best(d, p, q)
	row := Side / 2 * Side
	left, right := d[row+10], d[row+Side-11]
	if left < .99 || right > .01 || math.Abs(float64(left+right)-1) > 1e-3 {
		t.Errorf("D* is %g on the side of the data and %g on that of the samples", left, right)
	}
	if !math.IsNaN(float64(d[0])) {
		t.Errorf("D* is %g where nothing is", d[0])
	}
}

// TestNoise checks the moments of the noise and the grid.
func TestNoise(t *testing.T) {
	for noise, variance := range map[string]float64{"uniform": 1. / 3, "normal": 1} {
		z := make([]float32, 30_001)
		drawNoise(z, noise, random.New(1, noise))
		sum, square := 0.0, 0.0
		for _, v := range z {
			sum, square = sum+float64(v), square+float64(v)*float64(v)
		}
		n := float64(len(z))
		if math.Abs(sum/n) > .03 || math.Abs(square/n-variance) > .03 {
			t.Errorf("%s: mean %.3f, mean square %.3f", noise, sum/n, square/n)
		}
		if grid := lattice(noise, 1); len(grid) != WarpSide*WarpSide+1 || math.Abs(float64(grid[0]+grid[len(grid)-1])) > 1e-6 {
			t.Errorf("%s: the grid is from %g to %g", noise, grid[0], grid[len(grid)-1])
		}
	}
	if q := quantile("normal", .8413447, 1000); math.Abs(q-1) > 1e-4 {
		t.Errorf("84 %% of normal noise is below %g, want 1", q)
	}
}
