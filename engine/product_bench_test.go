package engine

import (
	"fmt"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// matrices are the products of the four benchmark models and similar ones. T
// marks an operand that is stored transposed.
var matrices = []struct {
	m, n, k int
	layout  string
}{
	{1024, 1024, 1024, "NN"},
	{100, 1200, 1200, "NN"},
	{100, 1200, 1200, "NT"},
	{1200, 1200, 100, "TN"},
	{16384, 64, 48, "NN"},
	{16384, 64, 1024, "NN"},
	{1024, 64, 16384, "TN"},
	{16384, 1024, 64, "NT"},
	{4096, 128, 1024, "NN"},
	{1024, 256, 2048, "NN"},
	{64, 512, 784, "NN"},
	{100, 1, 240, "NN"},
	{16, 1200, 1200, "NN"},
	{1, 1200, 1200, "NN"},
}

func BenchmarkDot(b *testing.B) {
	for _, c := range matrices {
		b.Run(fmt.Sprintf("%dx%dx%d%s", c.m, c.n, c.k, c.layout), func(b *testing.B) {
			left, right := matrix("a", c.m, c.k, c.layout[0] == 'T'), matrix("b", c.k, c.n, c.layout[1] == 'T')
			benchmarkProduct(b, left.product(right), 2*c.m*c.n*c.k)
		})
	}
}

// An input is a tensor and the tensor that it is a view of.
type input struct{ seen, given *tensor.Tensor }

func matrix(name string, rows, cols int, transposed bool) input {
	if transposed {
		t := tensor.Input(name, tensor.Float32, cols, rows)
		return input{t.Transpose(1, 0), t}
	}
	t := tensor.Input(name, tensor.Float32, rows, cols)
	return input{t, t}
}

func (a input) product(b input) []*tensor.Tensor {
	return []*tensor.Tensor{a.seen.MatMul(b.seen), a.given, b.given}
}

// benchmarkProduct measures a program that computes the first of tensors from
// the others.
func benchmarkProduct(b *testing.B, tensors []*tensor.Tensor, flops int) {
	device := NewDevice(1)
	defer device.Close()
	p, err := device.Compile(nil, tensors[:1])
	if err != nil {
		b.Fatal(err)
	}
	bytes := 0
	for _, t := range tensors {
		bytes += 4 * t.Size()
		if m, ok := p.Input(t); ok {
			x := m.Float32()
			for i := range x {
				x[i] = float32(i%7) - 3
			}
		}
	}
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		p.Run()
	}
	b.ReportMetric(float64(flops)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

// convolutions are those of dcgan32, and some others.
var convolutions = []struct {
	batch, in, size, out, kernel, stride, pad int
}{
	{64, 3, 32, 64, 4, 2, 1},
	{64, 64, 16, 128, 4, 2, 1},
	{64, 128, 8, 256, 4, 2, 1},
	{64, 256, 4, 1, 4, 1, 0},
	{16, 64, 32, 64, 3, 1, 1},
	{64, 256, 4, 100, 4, 1, 0},
}

func BenchmarkConv(b *testing.B) {
	for _, c := range convolutions {
		conv := tensor.Plain(2)
		conv.Strides, conv.PadLow, conv.PadHigh = []int{c.stride, c.stride}, []int{c.pad, c.pad}, []int{c.pad, c.pad}
		x := tensor.Input("x", tensor.Float32, c.batch, c.in, c.size, c.size)
		k := tensor.Input("k", tensor.Float32, c.out, c.in, c.kernel, c.kernel)
		y := x.Conv(k, conv)
		dy := tensor.Input("dy", tensor.Float32, y.Shape()...)
		grads := tensor.Grads(y.Mul(dy).Sum(), x, k)
		name := fmt.Sprintf("%dx%dx%d-%d-k%ds%dp%d/", c.batch, c.in, c.size, c.out, c.kernel, c.stride, c.pad)
		flops := 2 * y.Size() * k.Size() / c.out
		for part, tensors := range map[string][]*tensor.Tensor{
			"forward": {y, x, k}, "input": {grads[0], dy, k}, "kernel": {grads[1], dy, x},
		} {
			b.Run(name+part, func(b *testing.B) { benchmarkProduct(b, tensors, flops) })
		}
	}
}
