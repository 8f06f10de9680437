package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// pow returns the expected result of the kernels, before rounding.
func pow(a, b float32) float64 { return math.Pow(float64(a), float64(b)) }

// isPow reports whether got is a power within 2 units in the last place, and
// exact where math.Pow has a special value.
func isPow(got float32, power float64) bool {
	want := float32(power)
	if power == 0 || math.IsInf(power, 0) || power != power || math.Abs(power) == 1 {
		return same(got, want)
	}
	return ulps(got, want) <= 2 && math.Signbit(float64(got)) == math.Signbit(float64(want))
}

// exponents are the exponents that math.Pow handles specially: whole, odd,
// half, and the limits above which all floats are whole or even.
var exponents = []float32{
	3, -3, 4, -4, 5, 0.25, 1.0 / 3, 2.5, 127, 128, 129, -126, -127, -149, -150, 1e-30, -1e-30,
	0x1p23 - 1, 0x1p23 - 0.5, 0x1p23 + 1, 0x1p24 - 1, -0x1p24 + 1, 0x1p24 + 2, 0x1p25 + 4, 0x1p30, 0x1p63, -0x1p64,
	0x1.fffffep-1, 0x1.000002p0, -0x1.fffffep-1, -0x1.000002p0, 0x1.fffffep127, 0x1p39, 0x1p40, -0x1p41,
}

func TestPowOfSpecialValues(t *testing.T) {
	values := slices.Concat(special, exponents)
	for set, kernels := range vectorised() {
		t.Run(string(set), func(t *testing.T) {
			got, b := make([]float32, len(values)), make([]float32, len(values))
			for _, power := range values {
				Fill(b, power)
				kernels.Binary["pow"](got, values, b)
				for i, a := range values {
					if want := pow(a, power); !isPow(got[i], want) {
						t.Errorf("pow(%g, %g) is %g, want %g", a, power, got[i], want)
					}
				}
			}
		})
	}
}

// hardPowers are generators of difficult arguments of pow.
var hardPowers = []struct {
	name string
	draw func(r *rand.Rand) (a, b float32)
}{
	{"any", func(r *rand.Rand) (a, b float32) {
		return math.Float32frombits(r.Uint32()), math.Float32frombits(r.Uint32())
	}},
	{"moderate", func(r *rand.Rand) (a, b float32) {
		return float32(math.Exp(3 * r.NormFloat64())), float32(4 * r.NormFloat64())
	}},
	{"near the limits", func(r *rand.Rand) (a, b float32) {
		a = math.Float32frombits(r.Uint32() >> 1)
		limit := []float64{128, -126, -149, -150}[r.IntN(4)] + 0.5*r.NormFloat64()
		return a, float32(limit / math.Log2(float64(a)))
	}},
	{"below the normal", func(r *rand.Rand) (a, b float32) {
		a = float32(math.Exp(r.NormFloat64()))
		return a, float32((-126 - 25*r.Float64()) / math.Log2(float64(a)))
	}},
	{"near 1", func(r *rand.Rand) (a, b float32) {
		a = math.Float32frombits(math.Float32bits(1) + uint32(r.IntN(1<<r.IntN(20)+1)) - 1<<r.IntN(18))
		return a, float32((300*r.Float64() - 150) / math.Log2(float64(a)))
	}},
	{"subnormal", func(r *rand.Rand) (a, b float32) {
		return math.Float32frombits(r.Uint32() >> 9), float32(2 * r.NormFloat64())
	}},
	{"whole", func(r *rand.Rand) (a, b float32) {
		return float32(2 * r.NormFloat64()), float32(r.IntN(129) - 64)
	}},
	{"half", func(r *rand.Rand) (a, b float32) {
		return float32(math.Abs(2 * r.NormFloat64())), float32(r.IntN(129)-64) / 2
	}},
	{"large and odd", func(r *rand.Rand) (a, b float32) {
		return -1 - float32(r.NormFloat64()*1e-5), float32(r.IntN(1<<26) - 1<<25)
	}},
}

// TestPowAccuracy compares pow with float64 results, rounded, and checks that
// all instruction sets give the same bits. A kernel may overwrite either
// argument.
func TestPowAccuracy(t *testing.T) {
	blocks := 10
	if *dense {
		blocks = 2500
	}
	sets := vectorised()
	for _, hard := range hardPowers {
		t.Run(hard.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, 8))
			a, b := make([]float32, 4096), make([]float32, 4096)
			worst := int64(0)
			for range blocks {
				for i := range a {
					a[i], b[i] = hard.draw(r)
				}
				var first []float32
				for set, kernels := range sets {
					if set == Plain {
						continue
					}
					got := make([]float32, len(a))
					if r.IntN(2) == 0 {
						copy(got, a)
						kernels.Binary["pow"](got, got, b)
					} else {
						copy(got, b)
						kernels.Binary["pow"](got, a, got)
					}
					if first == nil {
						first = got
						worst = max(worst, worstPow(t, got, a, b))
					}
					for i := range got {
						if !same(got[i], first[i]) {
							t.Fatalf("pow(%g, %g) is %g by %s and %g by others", a[i], b[i], got[i], set, first[i])
						}
					}
				}
			}
			t.Logf("at most %d ulp in %d", worst, blocks*len(a))
		})
	}
}

// worstPow returns the largest error, in units in the last place.
func worstPow(t *testing.T, got, a, b []float32) int64 {
	t.Helper()
	worst := int64(0)
	for i := range got {
		want := pow(a[i], b[i])
		if !isPow(got[i], want) {
			t.Fatalf("pow(%g, %g) is %g, want %g", a[i], b[i], got[i], want)
		}
		worst = max(worst, ulps(got[i], float32(want)))
	}
	return worst
}

// TestPowOfAll tests powers of numbers from the whole range of float32.
func TestPowOfAll(t *testing.T) {
	step := uint32(49_999)
	if *dense {
		step = 127
	}
	a, b, got := make([]float32, 4096), make([]float32, 4096), make([]float32, 4096)
	for set, kernels := range vectorised() {
		if set == Plain {
			continue
		}
		for _, power := range []float32{0.5, -0.5, 1, 2, -1, 3, 0.9, 1.1, 1e-3} {
			Fill(b, power)
			worst := int64(0)
			for bits := uint64(0); bits < 1<<32; {
				for i := range a {
					a[i] = math.Float32frombits(uint32(bits))
					bits += uint64(step)
				}
				kernels.Binary["pow"](got, a, b)
				worst = max(worst, worstPow(t, got, a, b))
			}
			t.Logf("%s: at most %d ulp to the power of %g", set, worst, power)
		}
	}
}
