package measure

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/mat"

	"github.com/gander-ml/gander/random"
)

// rotation returns a random orthogonal matrix.
func rotation(random *random.Stream, d int) *mat.Dense {
	a := mat.NewDense(d, d, nil)
	for i := range d {
		for j := range d {
			a.Set(i, j, random.Normal())
		}
	}
	var qr mat.QR
	qr.Factorize(a)
	var q mat.Dense
	qr.QTo(&q)
	return &q
}

// withEigenvalues returns a symmetric matrix of random directions.
func withEigenvalues(random *random.Stream, values []float64) *mat.SymDense {
	d := len(values)
	q := rotation(random, d)
	var a mat.Dense
	a.Mul(q, mat.NewDiagDense(d, values))
	a.Mul(&a, q.T())
	return symmetric(&a)
}

func symmetric(a mat.Matrix) *mat.SymDense {
	d, _ := a.Dims()
	s := mat.NewSymDense(d, nil)
	for i := range d {
		for j := i; j < d; j++ {
			s.SetSym(i, j, (a.At(i, j)+a.At(j, i))/2)
		}
	}
	return s
}

// spectra is lists of eigenvalues, from well conditioned to singular.
var spectra = map[string]func(k int) float64{
	"round":           func(int) float64 { return 2 },
	"even":            func(k int) float64 { return 1 + float64(k%7) },
	"falling":         func(k int) float64 { return math.Pow(.5, float64(k)) },
	"nearly singular": func(k int) float64 { return math.Pow(10, -float64(k%15)) },
	"singular":        func(k int) float64 { return float64(k % 3) },
	"one direction":   func(k int) float64 { return float64(1 - min(k, 1)) },
}

// TestFrechetClosedForm compares Gaussians with known distances. The map
// x -> m + T x with T symmetric and not negative is the optimal transport from
// N(0, S) to N(m, T S T), so their squared distance is |m|^2 + tr((I-T) S (I-T)),
// which has no square root. The matrices do not commute.
func TestFrechetClosedForm(t *testing.T) {
	for first, eigenS := range spectra {
		for second, eigenT := range spectra {
			for _, d := range []int{1, 2, 10, 60} {
				random := random.New(uint64(d), first+" to "+second)
				list := func(f func(int) float64) []float64 {
					values := make([]float64, d)
					for k := range values {
						values[k] = f(k)
					}
					return values
				}
				S, T := withEigenvalues(random, list(eigenS)), withEigenvalues(random, list(eigenT))
				var moved, rest, product mat.Dense
				moved.Mul(T, S)
				moved.Mul(&moved, T)
				rest.Scale(-1, T)
				for k := range d {
					rest.Set(k, k, 1+rest.At(k, k))
				}
				product.Mul(&rest, S)
				product.Mul(&product, &rest)
				want := mat.Trace(&product)
				m := make([]float64, d)
				for k := range m {
					m[k] = random.Normal()
					want += m[k] * m[k]
				}
				a, err := newGaussian(make([]float64, d), S)
				if err != nil {
					t.Fatal(err)
				}
				b, err := newGaussian(m, symmetric(&moved))
				if err != nil {
					t.Fatal(err)
				}
				for _, pair := range [][2]gaussian{{a, b}, {b, a}} {
					got, err := frechetDistance(pair[0], pair[1])
					if err != nil {
						t.Fatal(err)
					}
					if math.Abs(got-want) > 1e-6 {
						t.Errorf("%s by %s in %d dimensions: %.9f, want %.9f", first, second, d, got, want)
					}
				}
			}
		}
	}
}

func TestMoments(t *testing.T) {
	const n, d, offset = 1203, 5, 4096
	s := points("moments", n, d, 0, 1)
	for i := range s.Values {
		s.Values[i] += offset * float32(i%d)
	}
	mean, scatter := make([]float64, d), make([]float64, d*d)
	for i, v := range s.Values {
		mean[i%d] += float64(v) / n
	}
	for i := range n {
		for j, u := range s.At(i) {
			for k, v := range s.At(i) {
				scatter[j*d+k] += (float64(u) - mean[j]) * (float64(v) - mean[k])
			}
		}
	}
	parts := []moments{momentsOf(s.Slice(0, 1).Values, d), momentsOf(s.Slice(1, 600).Values, d), momentsOf(s.Slice(600, n).Values, d)}
	for what, got := range map[string]moments{"at once": momentsOf(s.Values, d), "merged": merge(parts)} {
		if got.n != n {
			t.Errorf("%s: %d examples", what, got.n)
		}
		for k, v := range got.mean {
			if math.Abs(v-mean[k]) > 1e-8 {
				t.Errorf("%s: mean %d is %.12g, want %.12g", what, k, v, mean[k])
			}
		}
		for i, want := range scatter {
			if v := got.scatter.At(i/d, i%d); math.Abs(v-want) > 1e-6 {
				t.Errorf("%s: scatter %d,%d is %.12g, want %.12g", what, i/d, i%d, v, want)
			}
		}
	}
}

// TestFrechetOfPoints measures N(1, 4 I) against N(0, I) in three dimensions:
// 3 (1 + 1) = 6.
func TestFrechetOfPoints(t *testing.T) {
	task := Task{Samples: points("far", 10000, 3, 1, 2), Train: points("train", 10000, 3, 0, 1), Reference: points("real", 10000, 3, 0, 1)}
	r := runMeasure(t, "frechet", task)
	wantWarnings(t, r)
	v := r.Values[0]
	if v.StdErr == nil || v.Baseline == nil {
		t.Fatalf("the figure has no standard error or no baseline: %+v", v)
	}
	// The standard error is about 0.1; the mean and the roots of the variances
	// have one of 0.02 and 0.014 in each dimension.
	if math.Abs(float64(v.Value)-6) > 5*float64(*v.StdErr) || *v.StdErr < .03 || *v.StdErr > .3 {
		t.Errorf("the distance is %.3f +- %.3f, want 6", v.Value, *v.StdErr)
	}
	if *v.Baseline < 0 || *v.Baseline > .01 {
		t.Errorf("the baseline is %.5f, want about 0", *v.Baseline)
	}
	if r.Space != "points" {
		t.Errorf("the space is %q", r.Space)
	}
}

func TestFrechetWarns(t *testing.T) {
	real := points("real", 400, 4, 0, 1)
	constant := points("constant", 400, 4, 0, 1)
	for i := range constant.Len() {
		constant.At(i)[2] = 7
	}
	r := runMeasure(t, "frechet", Task{Samples: constant, Train: points("train", 400, 4, 0, 1), Reference: real})
	wantWarnings(t, r, "400 samples and not", "constant: the covariance is singular, 1 of 4")
	if v := r.Values[0].Value; math.IsNaN(float64(v)) || v < 45 || v > 55 {
		t.Errorf("with a constant feature the distance is %v, want about 7^2 + 1", v)
	}
	for i := range constant.Values {
		constant.Values[i] = 2.3 // at which rounding leaves variances of 1e-32
	}
	r = runMeasure(t, "frechet", Task{Samples: constant, Train: points("train", 400, 4, 0, 1), Reference: real})
	wantWarnings(t, r, "400 samples and not", "constant: the covariance is singular, 4 of 4")
	few := points("few", 4, 4, 0, 1)
	r = runMeasure(t, "frechet", Task{Samples: few, Train: points("train", 400, 4, 0, 1), Reference: real})
	wantWarnings(t, r, "4 samples and not", "few: 4 examples do not span 4 features")
	if r.Values[0].StdErr != nil {
		t.Error("4 samples have a standard error")
	}
}

func TestFrechetIgnoresWhatIsConstantInBoth(t *testing.T) {
	set := func(name string) *Set {
		s := points(name, 400, 3, 0, 1)
		for i := range s.Len() {
			s.At(i)[1] = .1
		}
		return s
	}
	r := runMeasure(t, "frechet", Task{Samples: set("samples"), Train: set("train"), Reference: set("real")})
	wantWarnings(t, r, "400 samples and not")
}

// TestFrechetWithoutVariance measures two points, and a point against a normal
// distribution: |m|^2 and |m|^2 + tr S.
func TestFrechetWithoutVariance(t *testing.T) {
	still := func(mean ...float64) gaussian {
		g, err := newGaussian(mean, mat.NewSymDense(2, nil))
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	wide, err := newGaussian([]float64{0, 0}, mat.NewSymDense(2, []float64{2, 1, 1, 3}))
	if err != nil {
		t.Fatal(err)
	}
	for want, b := range map[float64]gaussian{25: still(0, 0), 30: wide} {
		got, err := frechetDistance(still(3, 4), b)
		if err != nil || math.Abs(got-want) > 1e-12 {
			t.Errorf("the distance of a point is %v, %v, want %v", got, err, want)
		}
	}
	if _, err := newGaussian([]float64{0}, mat.NewSymDense(1, []float64{math.NaN()})); err == nil {
		t.Error("a variance that is no number is taken")
	}
}

// TestFrechetCache checks that a task with a filled cache computes less and gives the same
// result, with a baseline of training examples and of halves.
func TestFrechetCache(t *testing.T) {
	for _, train := range []int{60, 50} {
		task := Task{Samples: points("samples", 60, 3, .2, .8), Train: points("train", train, 3, 0, 1), Reference: points("real", 70, 3, 0, 1)}
		want := runMeasure(t, "frechet", task)
		steps := 0
		task.Cache, task.Progress = &Cache{}, func(string, int, int) { steps++ }
		var seen [2]int
		for k := range seen {
			if diff := cmp.Diff(want, runMeasure(t, "frechet", task)); diff != "" {
				t.Errorf("it differs where the real sets are known: %s", diff)
			}
			seen[k], steps = steps, 0
		}
		if seen[1] != 2*jackGroups || seen[0] <= seen[1] { // moments and stdErr of the samples
			t.Errorf("it took %d steps", seen)
		}
	}
}

// TestJackknife compares with the standard error of a mean over groups.
func TestJackknife(t *testing.T) {
	groups := []float64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3}
	total, g := 0.0, float64(len(groups))
	for _, v := range groups {
		total += v
	}
	var without []float64
	squares := 0.0
	for _, v := range groups {
		without = append(without, (total-v)/(g-1))
		squares += (v - total/g) * (v - total/g)
	}
	if got, want := jackknife(without), math.Sqrt(squares/(g-1)/g); math.Abs(got-want) > 1e-12 {
		t.Errorf("the jackknife of a mean is %.12f, want %.12f", got, want)
	}
}
