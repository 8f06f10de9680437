package engine

import (
	"fmt"
	"testing"

	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// TestLargeLoops compares loops and reductions with the reference evaluation:
// over more than one block and more than one tile, with every way to read an
// argument and every set of axes.
func TestLargeLoops(t *testing.T) {
	for _, shape := range [][]int{{3, 1023}, {5, 1024}, {2, 1025}, {16385}, {1025, 5}, {700, 16}, {40, 17, 33}, {6, 4, 16, 16}, {9, 5, 30, 30}, {4100, 3}} {
		t.Run(fmt.Sprint(shape), func(t *testing.T) {
			x := tensor.Input("x", tensor.Float32, shape...)
			compareOnThreads(t, []*tensor.Tensor{x}, readings(x))
			compareOnThreads(t, []*tensor.Tensor{x}, folds(x))
		})
	}
}

// readings returns values that read x in order, transposed and reversed, and
// that broadcast parts of x along one axis and along all axes.
func readings(x *tensor.Tensor) []*tensor.Tensor {
	y := x.Mul(x.Reverse(axesOf(x)...)).Add(x.Reshape(-1).Slice1(0, 0, 1).Reshape().Broadcast(x.Shape(), nil))
	values := []*tensor.Tensor{y, x.Compare(tensor.Less, y).Select(x, y.Neg())}
	for axis := range x.Rank() {
		values = append(values, y.Add(x.Slice1(axis, 0, 1)))
	}
	if x.Rank() > 1 {
		turned := axesOf(x)
		turned[0], turned[x.Rank()-1] = turned[x.Rank()-1], turned[0]
		values = append(values, x.Transpose(turned...).Exp().Transpose(turned...).Add(y))
	}
	return values
}

// folds returns means and maxima over every set of axes, alone, after
// elementwise operations and before them.
func folds(x *tensor.Tensor) []*tensor.Tensor {
	var values []*tensor.Tensor
	for set := 1; set < 1<<x.Rank(); set++ {
		var axes []int
		for axis := range x.Rank() {
			if set>>axis&1 == 1 {
				axes = append(axes, axis)
			}
		}
		centred := x.Sub(x.Mean(axes...).KeepDims(axes...))
		deviation := centred.Square().Mean(axes...).Plus(0.1).Rsqrt()
		y := centred.Mul(deviation.KeepDims(axes...))
		values = append(values, y, x.Tanh().MaxOver(axes...), y.Mul(x).Mean(axes...), y.Mul(y).Mul(x).Mean(axes...))
	}
	return values
}

// compareOnThreads compiles values for one and for two threads. It compares the
// results with each other and with the reference evaluation.
func compareOnThreads(t *testing.T, inputs, values []*tensor.Tensor) {
	t.Helper()
	source := random.New(1, "values")
	given := map[*tensor.Tensor]*tensor.Array{}
	for _, in := range inputs {
		a := tensor.NewArray(in.DType(), in.Shape()...)
		for i := range a.Data {
			a.Data[i] = float64(float32(source.Uniform(-1, 1)))
		}
		given[in] = a
	}
	want, err := tensor.Eval(values, given)
	if err != nil {
		t.Fatal(err)
	}
	var programs [2]*Program
	for threads := 1; threads <= 2; threads++ {
		d := NewDevice(threads)
		defer d.Close()
		p, err := d.Compile(nil, values)
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range inputs {
			m, _ := p.Input(in)
			m.Set(given[in])
		}
		p.Run()
		programs[threads-1] = p
	}
	for i, v := range values {
		if string(programs[0].Output(i).Bytes) != string(programs[1].Output(i).Bytes) {
			t.Errorf("value %d differs between 1 and 2 threads", i)
		}
		if msg := differ(programs[0].Output(i).Array(v.Shape()...), want[i]); msg != "" {
			t.Errorf("value %d, of %s: %s", i, v.Op().Name, msg)
		}
	}
}
