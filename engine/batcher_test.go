package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// labelled returns a Batcher of a program with two inputs, float32 and int32,
// and two outputs, for batches of 4 rows.
func labelled(t *testing.T) (b *Batcher, x, class *tensor.Tensor) {
	t.Helper()
	device := NewDevice(1)
	t.Cleanup(device.Close)
	x, class = tensor.Input("x", tensor.Float32, 4, 3), tensor.Input("class", tensor.Int32, 4)
	p, err := device.Compile(nil, []*tensor.Tensor{x.Sum(1), class.Add(class), x.Neg()})
	if err != nil {
		t.Fatal(err)
	}
	if b, err = NewBatcher(p, x, class); err != nil {
		t.Fatal(err)
	}
	return b, x, class
}

// TestBatcher runs row counts near one and two batches. Each run follows a run
// with other rows.
func TestBatcher(t *testing.T) {
	b, _, _ := labelled(t)
	for _, n := range []int{9, 0, 1, 3, 4, 5, 8} {
		x, class := make([]float32, 3*n), make([]int32, n)
		for i := range x {
			x[i] = float32(i + 1)
		}
		for i := range class {
			class[i] = int32(10 * i)
		}
		var seen []int
		got, err := b.Run(t.Context(), func(done, total int) {
			if total != n {
				t.Errorf("%d rows: progress of %d", n, total)
			}
			seen = append(seen, done)
		}, MemoryOf(x), MemoryOf(class))
		if err != nil {
			t.Fatal(err)
		}
		if len(seen) != (n+3)/4 || n > 0 && seen[len(seen)-1] != n {
			t.Errorf("%d rows: progress was %v", n, seen)
		}
		sums, twice, negated := got[0].Float32(), got[1].Int32(), got[2].Float32()
		if len(sums) != n || len(twice) != n || len(negated) != 3*n {
			t.Fatalf("%d rows: results are of %d, %d and %d elements", n, len(sums), len(twice), len(negated))
		}
		for i := range n {
			if sums[i] != float32(9*i+6) || twice[i] != int32(20*i) || negated[3*i+2] != -x[3*i+2] {
				t.Errorf("%d rows: row %d is %v, %v, %v", n, i, sums[i], twice[i], negated[3*i:3*i+3])
			}
		}
	}
}

// TestBatcherFillsUp checks that the unused rows of the last batch are zero,
// whatever they contained before.
func TestBatcherFillsUp(t *testing.T) {
	b, x, class := labelled(t)
	for _, n := range []int{4, 1} {
		ones, twos := slices.Repeat([]float32{1}, 3*n), slices.Repeat([]int32{2}, n)
		if _, err := b.Run(t.Context(), nil, MemoryOf(ones), MemoryOf(twos)); err != nil {
			t.Fatal(err)
		}
	}
	in, _ := b.program.Input(x)
	of, _ := b.program.Input(class)
	if !slices.Equal(in.Float32(), []float32{1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}) || !slices.Equal(of.Int32(), []int32{2, 0, 0, 0}) {
		t.Errorf("a batch of one row is %v, %v", in.Float32(), of.Int32())
	}
}

func TestBatcherIsInterrupted(t *testing.T) {
	b, _, _ := labelled(t)
	ctx, cancel := context.WithCancel(t.Context())
	batches := 0
	_, err := b.Run(ctx, func(int, int) {
		if batches++; batches == 2 {
			cancel()
		}
	}, MemoryOf(make([]float32, 3*20)), MemoryOf(make([]int32, 20)))
	if !errors.Is(err, context.Canceled) || batches != 2 {
		t.Errorf("after %d batches: error %v", batches, err)
	}
}

func TestBatcherRejects(t *testing.T) {
	device := NewDevice(1)
	t.Cleanup(device.Close)
	store := NewStore()
	v, x := tensor.Input("v", tensor.Float32, 4), tensor.Input("x", tensor.Float32, 4, 3)
	store.Add(v)
	compiled := func(output *tensor.Tensor, updates ...Update) *Program {
		p, err := device.Compile(store, []*tensor.Tensor{output}, updates...)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, c := range []struct {
		program *Program
		inputs  []*tensor.Tensor
		want    string
	}{
		{compiled(x, Update{v, v.Neg()}), []*tensor.Tensor{x}, "with updates"},
		{compiled(x), nil, "an input with a batch axis"},
		{compiled(x), []*tensor.Tensor{tensor.Input("one", tensor.Float32)}, "an input with a batch axis"},
		{compiled(x), []*tensor.Tensor{x, tensor.Input("five", tensor.Float32, 5)}, "is not a batch of 4 rows"},
		{compiled(x), []*tensor.Tensor{tensor.Input("empty", tensor.Float32, 4, 0)}, "is not a batch of 4 rows"},
		{compiled(x.Sum()), []*tensor.Tensor{x}, "is not a batch of 4 rows"},
	} {
		if _, err := NewBatcher(c.program, c.inputs...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
	b, _, _ := labelled(t)
	six, two := MemoryOf(make([]float32, 6)), MemoryOf(make([]int32, 2))
	for want, rows := range map[string][]Memory{
		"rows of 1 inputs, want 2":    {six},
		"rows of int32":               {two, six},
		"5 elements are not whole":    {MemoryOf(make([]float32, 5)), two},
		"2 rows of float32[4,3], and": {six, MemoryOf(make([]int32, 3))},
	} {
		if _, err := b.Run(t.Context(), nil, rows...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// A testNet is a network in evaluation mode: its parameters are variables of a
// store.
type testNet struct {
	store  *Store
	source *random.Stream
}

// param returns a variable with different values near 0, or near 1.
func (n *testNet) param(around float64, shape ...int) *tensor.Tensor {
	v := tensor.Input("parameter", tensor.Float32, shape...)
	for i, m := 0, n.store.Add(v).Float32(); i < len(m); i++ {
		m[i] = float32(around + n.source.Uniform(-.4, .4))
	}
	return v
}

// norm returns x after batch normalisation with running statistics.
func (n *testNet) norm(x *tensor.Tensor) *tensor.Tensor {
	channels := func(v *tensor.Tensor) *tensor.Tensor { return v.Broadcast(x.Shape(), []int{1}) }
	c := x.Dim(1)
	y := x.Sub(channels(n.param(0, c))).Mul(channels(n.param(1, c).Plus(1e-5).Rsqrt()))
	return y.Mul(channels(n.param(1, c))).Add(channels(n.param(0, c)))
}

func (n *testNet) dense(x *tensor.Tensor, out int) *tensor.Tensor {
	return x.MatMul(n.param(0, x.Dim(1), out)).Add(n.param(0, out))
}

func square(stride, pad int) tensor.ConvAttr {
	c := tensor.Plain(2)
	for d := range 2 {
		c.Strides[d], c.PadLow[d], c.PadHigh[d] = stride, pad, pad
	}
	return c
}

// nets are a dense classifier, a convolutional classifier and a generator, for
// batches with a given number of rows.
func nets(n *testNet, batch int) map[string][]*tensor.Tensor {
	in := func(shape ...int) *tensor.Tensor {
		return tensor.Input("x", tensor.Float32, append([]int{batch}, shape...)...)
	}
	wide, image, latent := in(300), in(3, 12, 12), in(40)
	few := n.dense(wide, 400).Plus(-2).ReLU() // few elements are not 0, unless rows contain large numbers
	hidden := n.dense(few, 130).ReLU()
	features := n.norm(image.Conv(n.param(0, 32, 3, 5, 5), square(1, 2))).ReLU()
	features = n.norm(features.Conv(n.param(0, 64, 32, 3, 3), square(1, 1))).LeakyReLU(.2)
	features = n.norm(features.Conv(n.param(0, 64, 64, 4, 4), square(2, 1))).ReLU()
	flat := features.Reshape(batch, -1)
	sample := n.norm(n.dense(latent, 32*4*4).Reshape(batch, 32, 4, 4)).ReLU()
	sample = n.norm(sample.ConvTranspose(n.param(0, 32, 32, 4, 4), square(2, 1), []int{0, 0})).ReLU()
	sample = sample.ConvTranspose(n.param(0, 32, 3, 4, 4), square(2, 1), []int{0, 0}).Tanh()
	return map[string][]*tensor.Tensor{
		"dense":         {wide, hidden, n.dense(hidden, 10)},
		"convolutional": {image, flat, n.dense(flat, 10)},
		"generator":     {latent, sample},
	}
}

// TestRowsAreIndependent checks that a row has the same bits at every position
// in the batch and with any other rows. Run it with every instruction set (see
// CONTRIBUTING.md).
func TestRowsAreIndependent(t *testing.T) {
	for _, batch := range []int{7, 33} {
		net := &testNet{NewStore(), random.New(1, "parameters")}
		for name, tensors := range nets(net, batch) {
			t.Run(fmt.Sprintf("%s of %d", name, batch), func(t *testing.T) { checkRows(t, net.store, tensors[0], tensors[1:]) })
		}
	}
}

// checkRows runs a few rows alone and at several positions among rows of
// several kinds.
func checkRows(t *testing.T, store *Store, in *tensor.Tensor, outputs []*tensor.Tensor) {
	device := NewDevice(2)
	defer device.Close()
	p, err := device.Compile(store, outputs)
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewBatcher(p, in)
	if err != nil {
		t.Fatal(err)
	}
	batch, size := in.Dim(0), in.Size()/in.Dim(0)
	source := random.New(2, "rows")
	row := make([]float32, size)
	for i := range row {
		row[i] = float32(source.Uniform(-1, 1))
	}
	results := func(at int, others func(i int) float32) (bits []string) {
		rows := make([]float32, in.Size())
		for i := range rows {
			rows[i] = others(i)
		}
		copy(rows[at*size:], row)
		got, err := b.Run(t.Context(), nil, MemoryOf(rows))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range got {
			n := len(m.Bytes) / batch
			bits = append(bits, string(m.Bytes[at*n:(at+1)*n]))
		}
		return bits
	}
	want := results(0, func(int) float32 { return 0 })
	for name, others := range map[string]func(i int) float32{
		"zeros":            func(int) float32 { return 0 },
		"numbers":          func(int) float32 { return float32(source.Uniform(-1, 1)) },
		"large numbers":    func(i int) float32 { return float32(i%5-2) * 1e18 },
		"NaN and infinity": func(i int) float32 { return []float32{float32(math.NaN()), float32(math.Inf(1)), -1}[i%3] },
	} {
		for at := 0; at < batch; at += 1 + batch/12 {
			if !slices.Equal(results(at, others), want) {
				t.Errorf("among %s, at place %d: other bits", name, at)
			}
		}
	}
}
