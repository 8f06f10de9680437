package kernel

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// The benchmarks run over one block, as the loops of the engine do. A block
// stays in the L1 cache.
const benchBlock = 1024

func benchSets(b *testing.B, f func(b *testing.B, k *Float32)) {
	for _, set := range available() {
		b.Run(string(set), func(b *testing.B) { f(b, forFloat32(set)) })
	}
}

// perElement reports nanoseconds for each element, and bytes read and written.
func perElement(b *testing.B, elements, bytes int, f func()) {
	b.SetBytes(int64(elements * bytes))
	for b.Loop() {
		f()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*elements), "ns/element")
}

func benchValues() []float32 {
	r := rand.New(rand.NewPCG(1, 1))
	x := make([]float32, benchBlock)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

func BenchmarkUnary(b *testing.B) {
	benchSets(b, func(b *testing.B, k *Float32) {
		dst, x := make([]float32, benchBlock), benchValues()
		for _, name := range sortedKeys(k.Unary) {
			b.Run(name, func(b *testing.B) { perElement(b, len(x), 8, func() { k.Unary[name](dst, x) }) })
		}
	})
}

func BenchmarkBinary(b *testing.B) {
	benchSets(b, func(b *testing.B, k *Float32) {
		dst, x, y := make([]float32, benchBlock), benchValues(), benchValues()
		for _, name := range sortedKeys(k.Binary) {
			b.Run(name, func(b *testing.B) { perElement(b, len(x), 12, func() { k.Binary[name](dst, x, y) }) })
		}
	})
}

func BenchmarkOther(b *testing.B) {
	benchSets(b, func(b *testing.B, k *Float32) {
		dst, x, y := make([]float32, benchBlock), benchValues(), benchValues()
		bools, bits, whole := make([]bool, benchBlock), make([]uint32, benchBlock), make([]int32, benchBlock)
		k.Compare["LT"](bools, x, y)
		for _, c := range []struct {
			name  string
			bytes int
			run   func()
		}{
			{"compare", 9, func() { k.Compare["LT"](bools, x, y) }},
			{"select", 13, func() { k.Select(dst, bools, x, y) }},
			{"frombool", 5, func() { k.FromBool(dst, bools) }},
			{"fromuint32", 8, func() { k.FromUint32(dst, bits) }},
			{"toint32", 8, func() { k.ToInt32(whole, x) }},
			{"touint32", 8, func() { k.ToUint32(bits, x) }},
			{"shiftright", 8, func() { k.ShiftRight(bits, bits, 8) }},
			{"sum", 4, func() { k.Sum(x) }},
			{"max", 4, func() { k.MaxOf(0, x) }},
			{"randombits", 4, func() { k.RandomBits(bits, &[2]uint32{1, 2}, &[2]uint32{3, 4}, 0) }},
		} {
			b.Run(c.name, func(b *testing.B) { perElement(b, len(x), c.bytes, c.run) })
		}
	})
}

// BenchmarkLoad reads blocks through the layouts that occur in loops.
func BenchmarkLoad(b *testing.B) {
	src, dst := make([]uint32, 1<<20), make([]uint32, benchBlock)
	for _, c := range []struct {
		name   string
		layout Layout
	}{
		{"column5", Layout{Shape: []int{100, 1024}, Strides: []int{5 * 1024, 5}}},
		{"repeat5", Layout{Shape: []int{1024, 5}, Strides: []int{1, 0}}},
		{"repeat256", Layout{Shape: []int{1024, 256}, Strides: []int{1, 0}}},
		{"runs16", Layout{Shape: []int{1024, 16}, Strides: []int{64, 1}}},
		{"row64", Layout{Shape: []int{1024, 64}, Strides: []int{0, 1}}},
		{"transpose", Layout{Shape: []int{1024, 1024}, Strides: []int{1, 1024}}},
		{"uniform", Layout{Shape: []int{1024}, Strides: []int{0}}},
	} {
		b.Run(fmt.Sprint(c.name), func(b *testing.B) {
			perElement(b, len(dst), 8, func() { Load(dst, src, &c.layout, 0) })
		})
	}
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
