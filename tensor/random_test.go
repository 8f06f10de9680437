package tensor_test

import (
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// keyAndCounter returns those of substream index of the stream with the given
// name.
func keyAndCounter(name string, index uint64) (key, counter *tensor.Tensor, host *random.Stream) {
	k := random.Key(1, name)
	return words(float64(k[0]), float64(k[1])),
		words(float64(uint32(index)), float64(index>>32)),
		random.At(k, index)
}

// TestRandomBitsAreTheStream: programs and host code draw the same words.
func TestRandomBitsAreTheStream(t *testing.T) {
	for _, index := range []uint64{0, 1, 1 << 32, 0xDEADBEEFCAFEBABE} {
		key, counter, host := keyAndCounter("bits", index)
		bits := eval(t, tensor.RandomBits(key, counter, 3, 7)).Data
		for i, got := range bits {
			if want := float64(host.Uint32()); got != want {
				t.Fatalf("substream %d, word %d is %v, want %v", index, i, got, want)
			}
		}
	}
}

func TestRandomUniformIsTheUpperBits(t *testing.T) {
	key, counter, host := keyAndCounter("uniform", 5)
	for i, got := range eval(t, tensor.RandomUniform(key, counter, 33)).Data {
		if want := float64(host.Uint32()>>8) * 0x1p-24; got != want {
			t.Fatalf("number %d is %v, want %v", i, got, want)
		}
	}
}

// The shape does not change the numbers, only their arrangement.
func TestRandomNumbersDoNotDependOnTheShape(t *testing.T) {
	key, counter, _ := keyAndCounter("shape", 0)
	for _, draw := range []func(key, counter *tensor.Tensor, shape ...int) *tensor.Tensor{
		tensor.RandomBits, tensor.RandomUniform, tensor.RandomNormal,
	} {
		flat, folded := eval(t, draw(key, counter, 12)), eval(t, draw(key, counter, 2, 3, 2))
		if !slices.Equal(flat.Data, folded.Data) {
			t.Errorf("%v and %v", flat, folded)
		}
		if got := eval(t, draw(key, counter)); len(got.Shape) != 0 || len(got.Data) != 1 {
			t.Errorf("a scalar is %v", got)
		}
		if got := eval(t, draw(key, counter, 0, 3)); len(got.Data) != 0 {
			t.Errorf("nothing is %v", got)
		}
	}
}

func TestCountersGiveOtherNumbers(t *testing.T) {
	key, first, _ := keyAndCounter("counters", 0)
	_, second, _ := keyAndCounter("counters", 1)
	other, _, _ := keyAndCounter("others", 0)
	a := eval(t, tensor.RandomBits(key, first, 1000)).Data
	for name, bits := range map[string]*tensor.Tensor{
		"counter": tensor.RandomBits(key, second, 1000), "key": tensor.RandomBits(other, first, 1000),
	} {
		equal := 0
		for i, w := range eval(t, bits).Data {
			if w == a[i] {
				equal++
			}
		}
		if equal > 1 { // one equal word of 1000 by chance has probability 2e-7
			t.Errorf("another %s left %d of 1000 words equal", name, equal)
		}
	}
}

// moments returns the means of x, x^2, x^3 and x^4.
func moments(x []float64) (m [4]float64) {
	for _, v := range x {
		power := 1.0
		for i := range m {
			power *= v
			m[i] += power / float64(len(x))
		}
	}
	return m
}

// checkMoments compares the first four moments with those of a distribution;
// want holds its moments up to the eighth. The limits are five standard errors:
// the variance of x^k is moment 2k minus the square of moment k.
func checkMoments(t *testing.T, x []float64, want [8]float64) {
	t.Helper()
	for i, got := range moments(x) {
		k := i + 1
		sd := math.Sqrt((want[2*k-1] - want[i]*want[i]) / float64(len(x)))
		if math.Abs(got-want[i]) > 5*sd {
			t.Errorf("moment %d is %g, want %g within %g", k, got, want[i], 5*sd)
		}
	}
}

// checkDistribution compares the numbers with a distribution function by the
// Kolmogorov-Smirnov statistic. The limit is exceeded with probability 3e-8.
func checkDistribution(t *testing.T, x []float64, cdf func(float64) float64) {
	t.Helper()
	x = slices.Sorted(slices.Values(x))
	n, most := float64(len(x)), 0.0
	for i, v := range x {
		most = max(most, cdf(v)-float64(i)/n, float64(i+1)/n-cdf(v))
	}
	if bound := 3 / math.Sqrt(n); most > bound {
		t.Errorf("the distribution is off by %g, more than %g", most, bound)
	}
}

const draws = 100_000

func TestRandomUniformDistribution(t *testing.T) {
	key, counter, _ := keyAndCounter("uniform", 1)
	x := eval(t, tensor.RandomUniform(key, counter, draws)).Data
	if lo, hi := slices.Min(x), slices.Max(x); lo < 0 || hi >= 1 || lo > 1e-4 || hi < 1-1e-4 {
		t.Errorf("the range is [%g, %g]", lo, hi)
	}
	for _, v := range x {
		if v*0x1p24 != math.Trunc(v*0x1p24) {
			t.Fatalf("%g is no multiple of 2^-24", v)
		}
	}
	checkMoments(t, x, [8]float64{1. / 2, 1. / 3, 1. / 4, 1. / 5, 1. / 6, 1. / 7, 1. / 8, 1. / 9})
	checkDistribution(t, x, func(v float64) float64 { return v })
}

func TestRandomNormalDistribution(t *testing.T) {
	key, counter, _ := keyAndCounter("normal", 0)
	x := eval(t, tensor.RandomNormal(key, counter, draws)).Data
	for _, v := range x {
		if math.IsNaN(v) || math.Abs(v) > 5.77 {
			t.Fatalf("%g is not in the range", v)
		}
	}
	checkMoments(t, x, [8]float64{0, 1, 0, 3, 0, 15, 0, 105})
	checkDistribution(t, x, func(v float64) float64 { return math.Erfc(-v/math.Sqrt2) / 2 })
}

// TestRandomNormalIsWhite: neighbouring numbers are independent, so
// correlations at small lags are near 0.
func TestRandomNormalIsWhite(t *testing.T) {
	key, counter, _ := keyAndCounter("white", 0)
	x := eval(t, tensor.RandomNormal(key, counter, draws)).Data
	for lag := 1; lag <= 8; lag++ {
		sum := 0.0
		for i := lag; i < len(x); i++ {
			sum += x[i] * x[i-lag]
		}
		if r := sum / float64(len(x)-lag); math.Abs(r) > 5/math.Sqrt(draws) {
			t.Errorf("the correlation at lag %d is %g", lag, r)
		}
	}
}
