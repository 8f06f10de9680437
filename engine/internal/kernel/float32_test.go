package kernel

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"
)

var dense = flag.Bool("dense", false, "check accuracy on every float32, which takes minutes, rather than on a sample")

// vectorised returns the kernels of every instruction set that this processor
// has.
func vectorised() map[InstructionSet]*Float32 {
	sets := map[InstructionSet]*Float32{}
	for _, set := range available() {
		sets[set] = forFloat32(set)
	}
	return sets
}

// special values are those for which kernels often fail.
var special = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, 0.5, -0.5, 2, -2, 1.5, -1.5, 1e-3, -1e-3,
	float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)),
	math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32,
	0x1p-126, -0x1p-126, 0x1p-127, -0x1.8p-130, 0x1p-149, 0x1.fffffep-127,
	88.72283, 88.72284, 89, -87.33654, -87.4, -103.2789, -103.97, -103.98, -104, -104.1, 150, -150,
	0x1p23, -0x1p23, 0x1p24, 0x1.fffffep22, 8388607.5, 0x1p31, -0x1p31, 0x1p32, 32768, 32769, -40000, 1e10, 1e30,
	math.Pi, -math.Pi, math.Pi / 2, 9.01, -9.02, 20, 0.70710677, 0.7071068, 1.4142135, 1.4142137,
}

// sample returns n values; some of them are special.
func sample(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		switch r.IntN(4) {
		case 0:
			x[i] = special[r.IntN(len(special))]
		case 1:
			x[i] = math.Float32frombits(r.Uint32())
		default:
			x[i] = float32(r.NormFloat64() * 3)
		}
	}
	return x
}

// lengths are near the vector lengths and numbers of partial sums of all
// instruction sets.
var lengths = []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 23, 24, 25, 31, 32, 33, 39, 40, 41, 47, 48, 49, 63, 64, 65, 100, 129, 511, 512, 513}

const guard = 19 // elements on both sides of a slice that no kernel may write

// eachSlice calls f for every length with copies of a that are unaligned and
// between guard elements. It reports guard elements that changed.
func eachSlice(t *testing.T, f func(r *rand.Rand, n int, memory func() []float32)) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range lengths {
		for range 4 {
			var guarded [][]float32
			f(r, n, func() []float32 {
				whole := make([]float32, n+2*guard)
				for i := range whole {
					whole[i] = 12345
				}
				guarded = append(guarded, whole)
				return whole[guard : guard+n : guard+n]
			})
			for _, whole := range guarded {
				for i := range guard {
					if whole[i] != 12345 || whole[guard+n+i] != 12345 {
						t.Fatalf("length %d: written outside the slice", n)
					}
				}
			}
		}
	}
}

// same reports whether two results have the same bits; all NaNs count as equal.
func same(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// ulps returns the number of floats between a and b.
func ulps(a, b float32) int64 {
	if a != a || b != b {
		if a != a && b != b {
			return 0
		}
		return math.MaxInt32
	}
	order := func(x float32) int64 {
		if bits := int64(math.Float32bits(x)); bits < 1<<31 {
			return bits
		} else {
			return 1<<31 - bits
		}
	}
	d := order(a) - order(b)
	return max(d, -d)
}

// within is the allowed error of a function, in units in the last place.
var within = map[string]int64{"exp": 2, "log": 2, "tanh": 2, "logistic": 2, "sin": 2, "cos": 2, "rsqrt": 1}

func TestUnary(t *testing.T) {
	plain := plainFloat32()
	for set, kernels := range vectorised() {
		for name, f := range kernels.Unary {
			t.Run(fmt.Sprint(set, "/", name), func(t *testing.T) {
				eachSlice(t, func(r *rand.Rand, n int, memory func() []float32) {
					dst, x, want := memory(), memory(), make([]float32, n)
					copy(x, sample(r, n))
					plain.Unary[name](want, x)
					f(dst, x)
					f(x, x)
					for i := range want {
						if ulps(dst[i], want[i]) > within[name] || !same(dst[i], x[i]) {
							t.Fatalf("length %d: element %d is %g, in place %g, want %g", n, i, dst[i], x[i], want[i])
						}
					}
				})
			})
		}
	}
}

// TestVectorsAgree checks that the vector kernels of all instruction sets give
// the same bits.
func TestVectorsAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var first *Float32
	for set, kernels := range vectorised() {
		if set == Plain {
			continue
		}
		if first == nil {
			first = kernels
		}
		for name, f := range kernels.Unary {
			x := sample(r, 20_000)
			got, want := make([]float32, len(x)), make([]float32, len(x))
			f(got, x)
			first.Unary[name](want, x)
			for i := range x {
				if !same(got[i], want[i]) {
					t.Fatalf("%s(%g) is %g by %s and %g by others", name, x[i], got[i], set, want[i])
				}
			}
		}
	}
}

func TestBinary(t *testing.T) {
	plain := plainFloat32()
	for set, kernels := range vectorised() {
		for name, f := range kernels.Binary {
			t.Run(fmt.Sprint(set, "/", name), func(t *testing.T) {
				eachSlice(t, func(r *rand.Rand, n int, memory func() []float32) {
					dst, a, b, want := memory(), memory(), memory(), make([]float32, n)
					copy(a, sample(r, n))
					copy(b, sample(r, n))
					plain.Binary[name](want, a, b)
					f(dst, a, b)
					for i := range want {
						if !same(dst[i], want[i]) && !(name == "pow" && isPow(dst[i], pow(a[i], b[i]))) {
							t.Fatalf("length %d: %s(%g, %g) is %g, want %g", n, name, a[i], b[i], dst[i], want[i])
						}
					}
				})
			})
		}
	}
}

// TestPairs checks that a pair gives the same bits as its primitives one after
// the other, also in place.
func TestPairs(t *testing.T) {
	plain := plainFloat32()
	for set, kernels := range vectorised() {
		for pair, f := range kernels.Pairs {
			t.Run(fmt.Sprint(set, "/", pair), func(t *testing.T) {
				eachSlice(t, func(r *rand.Rand, n int, memory func() []float32) {
					dst, a, b, c, want := memory(), memory(), memory(), memory(), make([]float32, n)
					for _, x := range [][]float32{a, b, c} {
						copy(x, sample(r, n))
					}
					plain.Binary[pair.First](want, a, b)
					if pair.Swapped {
						plain.Binary[pair.Second](want, c, want)
					} else {
						plain.Binary[pair.Second](want, want, c)
					}
					f(dst, a, b, c)
					f(c, a, b, c)
					for i := range want {
						if !same(dst[i], want[i]) || !same(c[i], want[i]) {
							t.Fatalf("length %d: element %d is %g, in place %g, want %g", n, i, dst[i], c[i], want[i])
						}
					}
				})
			})
		}
	}
}

func TestCompareAndSelect(t *testing.T) {
	plain := plainFloat32()
	for set, kernels := range vectorised() {
		for name, f := range kernels.Compare {
			t.Run(fmt.Sprint(set, "/", name), func(t *testing.T) {
				eachSlice(t, func(r *rand.Rand, n int, memory func() []float32) {
					dst, a, b := memory(), memory(), memory()
					copy(a, sample(r, n))
					copy(b, sample(r, n))
					want, bytes := make([]bool, n), make([]byte, n+2*guard)
					plain.Compare[name](want, a, b)
					got := asBools(bytes)[guard : guard+n : guard+n]
					f(got, a, b)
					kernels.Select(dst, got, a, b)
					chosen, ones := make([]float32, n), memory()
					plain.Select(chosen, want, a, b)
					kernels.FromBool(ones, got)
					for i := range want {
						if bytes[guard+i] > 1 || got[i] != want[i] || !same(dst[i], chosen[i]) || (ones[i] == 1) != want[i] {
							t.Fatalf("length %d: (%g %s %g) is %d, selects %g", n, a[i], name, b[i], bytes[guard+i], dst[i])
						}
					}
					for i := range guard {
						if bytes[i] != 0 || bytes[guard+n+i] != 0 {
							t.Fatalf("length %d: written outside the slice", n)
						}
					}
				})
			})
		}
	}
}

func TestSumAndMaxOf(t *testing.T) {
	for set, kernels := range vectorised() {
		t.Run(string(set), func(t *testing.T) {
			eachSlice(t, func(r *rand.Rand, n int, memory func() []float32) {
				x := memory()
				for i := range x {
					x[i] = float32(r.NormFloat64())
				}
				for round := range 3 {
					if got, want := kernels.Sum(x), Sum(x); !same(got, want) {
						t.Fatalf("length %d: sum is %g, want %g", n, got, want)
					}
					for _, start := range []float32{float32(math.Inf(-1)), 0, float32(math.Copysign(0, -1)), float32(math.NaN())} {
						if got, want := kernels.MaxOf(start, x), MaxOf(start, x); !same(got, want) {
							t.Fatalf("length %d: maximum from %g is %g, want %g", n, start, got, want)
						}
					}
					if n > 0 {
						x[r.IntN(n)] = []float32{float32(math.Copysign(0, -1)), float32(math.NaN()), 0}[round]
					}
				}
			})
		})
	}
}

func TestIntegers(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for set, kernels := range vectorised() {
		t.Run(string(set), func(t *testing.T) {
			for _, n := range lengths {
				unsigned, signed := make([]uint32, n), make([]int32, n)
				for i := range unsigned {
					unsigned[i] = r.Uint32() >> r.IntN(32)
					signed[i] = int32(r.Uint32()) >> r.IntN(32)
				}
				got, want := make([]float32, n+1), make([]float32, n)
				kernels.FromUint32(got[:n], unsigned)
				Convert(want, unsigned)
				for i := range want {
					if got[i] != want[i] {
						t.Fatalf("%d becomes %g, want %g", unsigned[i], got[i], want[i])
					}
				}
				kernels.FromInt32(got[:n], signed)
				Convert(want, signed)
				for i := range want {
					if got[i] != want[i] {
						t.Fatalf("%d becomes %g, want %g", signed[i], got[i], want[i])
					}
				}
				if got[n] != 0 {
					t.Fatal("written outside the slice")
				}
				shifted := make([]uint32, n+1)
				for by := range 32 {
					kernels.ShiftRight(shifted[:n], unsigned, by)
					for i := range unsigned {
						if shifted[i] != unsigned[i]>>by || shifted[n] != 0 {
							t.Fatalf("%d >> %d is %d", unsigned[i], by, shifted[i])
						}
					}
				}
			}
		})
	}
}

// TestToIntegers compares with the plain kernels over the whole range of
// float32 and at the limits of the integer types.
func TestToIntegers(t *testing.T) {
	step := uint32(4999)
	if *dense {
		step = 1
	}
	plain := plainFloat32()
	x := make([]float32, 4096)
	signed, unsigned := make([]int32, len(x)), make([]uint32, len(x))
	wantSigned, wantUnsigned := make([]int32, len(x)), make([]uint32, len(x))
	for set, kernels := range vectorised() {
		check := func(t *testing.T, n int) {
			for _, results := range [][]int32{signed, wantSigned} {
				Fill(results, 12345)
			}
			for _, results := range [][]uint32{unsigned, wantUnsigned} {
				Fill(results, 12345)
			}
			kernels.ToInt32(signed[:n], x[:n])
			kernels.ToUint32(unsigned[:n], x[:n])
			plain.ToInt32(wantSigned[:n], x[:n])
			plain.ToUint32(wantUnsigned[:n], x[:n])
			for i, v := range x {
				if signed[i] != wantSigned[i] || unsigned[i] != wantUnsigned[i] {
					t.Fatalf("length %d: %g at %d becomes %d and %d, want %d and %d", n, v, i, signed[i], unsigned[i], wantSigned[i], wantUnsigned[i])
				}
			}
		}
		t.Run(string(set), func(t *testing.T) {
			for bits := uint64(0); bits < 1<<32; {
				for i := range x {
					x[i] = math.Float32frombits(uint32(bits))
					bits += uint64(step)
				}
				check(t, len(x))
			}
			for _, end := range []float32{0, 1, 0x1p23, 0x1p24, 0x1p31, 0x1p32, 0x1p63, 0x1p64} {
				for i := range 8 {
					x[i] = math.Float32frombits(math.Float32bits(end) + uint32(i) - 4)
					x[8+i] = -x[i]
				}
				check(t, 16)
			}
			for _, n := range lengths {
				copy(x, sample(rand.New(rand.NewPCG(9, uint64(n))), n))
				check(t, n)
			}
		})
	}
}

func TestRandomBits(t *testing.T) {
	key, counter := [2]uint32{0xdeadbeef, 0x12345678}, [2]uint32{0xffffffff, 7}
	for set, kernels := range vectorised() {
		t.Run(string(set), func(t *testing.T) {
			for _, n := range lengths {
				for _, start := range []int{0, 1, 2, 3, 4, 1021, 4*math.MaxUint32 - 40} {
					got, want := make([]uint32, n+guard), make([]uint32, n)
					kernels.RandomBits(got[:n], &key, &counter, start)
					RandomBits(want, &key, &counter, start)
					for i := range want {
						if got[i] != want[i] {
							t.Fatalf("%d words from %d: word %d is %x, want %x", n, start, i, got[i], want[i])
						}
					}
					for _, v := range got[n:] {
						if v != 0 {
							t.Fatal("written outside the slice")
						}
					}
				}
			}
		})
	}
}

// TestAccuracy compares with float64 results, rounded, over the whole range of
// float32.
func TestAccuracy(t *testing.T) {
	step := uint32(4999)
	if *dense {
		step = 1
	}
	x, dst := make([]float32, 4096), make([]float32, 4096)
	for set, kernels := range vectorised() {
		if set == Plain {
			continue
		}
		for name := range within {
			t.Run(fmt.Sprint(set, "/", name), func(t *testing.T) {
				worst, at := int64(0), float32(0)
				for bits := uint64(0); bits < 1<<32; {
					for i := range x {
						x[i] = math.Float32frombits(uint32(bits))
						bits += uint64(step)
					}
					kernels.Unary[name](dst, x)
					for i, v := range x {
						if d := ulps(dst[i], float32(Functions[name](float64(v)))); d > worst {
							worst, at = d, v
						}
					}
				}
				t.Logf("at most %d ulp, at %g", worst, at)
				if worst > within[name] {
					t.Errorf("off by %d ulp at %g", worst, at)
				}
			})
		}
	}
}

func asBools(b []byte) []bool {
	return unsafe.Slice((*bool)(unsafe.Pointer(unsafe.SliceData(b))), len(b))
}

func TestFill(t *testing.T) {
	for set, kernels := range vectorised() {
		t.Run(string(set), func(t *testing.T) {
			eachSlice(t, func(r *rand.Rand, n int, memory func() []float32) {
				dst, v := memory(), math.Float32frombits(r.Uint32())
				kernels.Fill(dst, v)
				for i := range dst {
					if math.Float32bits(dst[i]) != math.Float32bits(v) {
						t.Fatalf("length %d: element %d is %g, want %g", n, i, dst[i], v)
					}
				}
			})
		})
	}
}

func TestRows(t *testing.T) {
	for set, kernels := range vectorised() {
		t.Run(string(set), func(t *testing.T) {
			eachSlice(t, func(r *rand.Rand, n int, memory func() []float32) {
				for _, length := range []int{16, 32, 48, 128} {
					size := n / length * length
					dst, want := memory()[:size], make([]float32, size)
					for _, stride := range []int{0, 1, 5, length, length + 3} {
						src := sample(r, n/length*stride+length)
						check := func(name string, kernel, plain func(dst, src []float32, length, stride int)) {
							kernel(dst, src, length, stride)
							plain(want, src, length, stride)
							for i := range want {
								if !same(dst[i], want[i]) {
									t.Fatalf("%s of %d, %d apart: element %d is %g, want %g", name, length, stride, i, dst[i], want[i])
								}
							}
						}
						check("copies", kernels.CopyRows, copyRows)
						check("repetitions", kernels.RepeatRows, repeatRows)
					}
				}
			})
		})
	}
}

func TestColumnsAndRepeat(t *testing.T) {
	for set, kernels := range vectorised() {
		t.Run(string(set), func(t *testing.T) {
			for times := 1; times < 20; times++ {
				eachSlice(t, func(r *rand.Rand, n int, memory func() []float32) {
					dst, src := memory(), memory()
					copy(src, sample(r, n))
					done := kernels.Columns(dst, src, times)
					for i := range done {
						if !same(dst[i], src[i*times]) {
							t.Fatalf("stride %d, length %d: element %d is %g, want %g", times, n, i, dst[i], src[i*times])
						}
					}
					done = kernels.Repeat(dst, src[:n/times], times)
					for i := range done {
						if !same(dst[i], src[i/times]) {
							t.Fatalf("%d times, length %d: element %d is %g, want %g", times, n, i, dst[i], src[i/times])
						}
					}
				})
			}
		})
	}
}

// TestShortRows checks that the reduction of 16 rows at a time gives the same
// result as the reduction element by element.
func TestShortRows(t *testing.T) {
	for set, kernels := range vectorised() {
		t.Run(string(set), func(t *testing.T) {
			for length := 1; length < 20; length++ {
				eachSlice(t, func(r *rand.Rand, n int, memory func() []float32) {
					x, start := memory(), sample(r, n/length)
					copy(x, sample(r, n))
					check := func(name string, fold func(acc, x []float32, length int) int, plain func(dst, a, b []float32)) {
						got, want := append([]float32{}, start...), append([]float32{}, start...)
						done := fold(got, x[:n/length*length], length)
						for i := range done {
							for _, v := range x[i*length : (i+1)*length] {
								plain(want[i:i+1], want[i:i+1], []float32{v})
							}
						}
						for i := range got {
							if !same(got[i], want[i]) {
								t.Fatalf("%s of %d rows of %d: row %d, of which %d are done, is %g, want %g", name, n/length, length, i, done, got[i], want[i])
							}
						}
					}
					check("sum", kernels.SumRows, Add[float32])
					check("maximum", kernels.MaxRows, Max[float32])
				})
			}
		})
	}
}
