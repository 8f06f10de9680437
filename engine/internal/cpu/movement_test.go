package cpu

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/engine/internal/compile"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// uneven fills a with numbers for which the order of addition changes the sum.
func uneven(name string, a *tensor.Array) {
	for i := range a.Data {
		a.Data[i] = math.Sin(float64(i*i%1009+len(name))) * math.Exp(float64(i%13)-6)
		if !a.DType.IsFloat() {
			a.Data[i] = float64(i*i%1009 - 500)
		}
	}
}

// indices fills int32 inputs with row indices; some are repeated, and some are
// out of range at both ends. It fills other inputs as uneven does.
func indices(rows int) func(string, *tensor.Array) {
	return func(name string, a *tensor.Array) {
		uneven(name, a)
		for i := range a.Data {
			if a.DType == tensor.Int32 {
				a.Data[i] = float64((i*i*7+i)%(rows+4) - 2)
			}
		}
	}
}

// agree compares values with the reference evaluation, bit by bit, and the
// bytes of one thread with those of three threads.
func agree(t *testing.T, outputs []*tensor.Tensor, fill func(string, *tensor.Array)) {
	t.Helper()
	values := filled(outputs, fill)
	want, err := tensor.Eval(outputs, values)
	if err != nil {
		t.Fatal(err)
	}
	got, one := compute(t, outputs, values, 1)
	_, three := compute(t, outputs, values, 3)
	for i, o := range outputs {
		if one[i] != three[i] {
			t.Errorf("output %d, %s to %v: one thread and three differ", i, o.Op().Name, o.Shape())
		}
		for e, v := range got[i].Data {
			if w := want[i].Data[e]; v != w && (v == v || w == w) {
				t.Errorf("output %d, %s to %v: element %d is %v, want %v", i, o.Op().Name, o.Shape(), e, v, w)
				break
			}
		}
	}
}

// shapes are near one tile, larger than several tiles, and empty.
var shapes = [][]int{
	{pool.TileSize - 1}, {pool.TileSize}, {pool.TileSize + 1}, {128, 128}, {129, 127}, {3, pool.TileSize + 1}, {pool.TileSize + 1, 3},
	{2, 5, 4000}, {40, 33, 31}, {31, 40, 4, 9}, {0, 5}, {5, 0, 3},
}

// inputAndView returns two values of the given dtype and shape: an input, and a
// transposed and reversed view of an input.
func inputAndView(d tensor.DType, shape []int) []*tensor.Tensor {
	in := func(shape []int) *tensor.Tensor {
		if d == tensor.Bool {
			x := tensor.Input("x", tensor.Float32, shape...)
			return x.Compare(tensor.Less, tensor.Zeros(tensor.Float32, shape...))
		}
		return tensor.Input("x", d, shape...)
	}
	last := len(shape) - 1
	axes := []int{last}
	for axis := range last {
		axes = append(axes, axis)
	}
	other := in(append(slices.Clone(shape[1:]), shape[0]))
	return []*tensor.Tensor{in(shape), other.Transpose(axes...).Reverse(last)}
}

var dtypes = []tensor.DType{tensor.Float32, tensor.Float64, tensor.Bool}

func TestPadsOfManyTiles(t *testing.T) {
	for i, shape := range shapes {
		d := dtypes[i%len(dtypes)]
		var outputs []*tensor.Tensor
		for _, x := range inputAndView(d, shape) {
			for axis, extent := range shape {
				for _, low := range []int{2, -min(1, extent), -extent} {
					a := tensor.PadAttr{Low: make([]int, len(shape)), High: make([]int, len(shape)), Interior: make([]int, len(shape)), Value: 1}
					a.Low[axis], a.High[axis], a.Interior[axis] = low, 3, (axis+2)%3
					outputs = append(outputs, x.Pad(a))
				}
			}
		}
		t.Run(fmt.Sprint(d, shape), func(t *testing.T) { agree(t, outputs, uneven) })
	}
}

func TestConcatenationsOfManyTiles(t *testing.T) {
	for i, shape := range shapes {
		d := dtypes[i%len(dtypes)]
		var outputs []*tensor.Tensor
		for axis, extent := range shape {
			xs := inputAndView(d, shape)
			outputs = append(outputs,
				tensor.Concatenate(axis, xs[0], xs[1], xs[0]),
				tensor.Concatenate(axis, xs[1], xs[0].Slice1(axis, 0, min(1, extent)), xs[0].Slice1(axis, 0, 0), xs[1]))
		}
		t.Run(fmt.Sprint(d, shape), func(t *testing.T) { agree(t, outputs, uneven) })
	}
}

// rowCases are numbers of indices and shapes of rows.
var rowCases = []struct{ indices, row []int }{
	{[]int{300}, []int{100}}, {[]int{5}, []int{pool.TileSize - 1}}, {[]int{5}, []int{pool.TileSize + 1}}, {[]int{2}, []int{70000}},
	{[]int{40000}, nil}, {[]int{pool.TileSize + 1}, []int{2}}, {[]int{20, 31}, []int{9, 30}}, {nil, []int{pool.TileSize + 1}},
	{[]int{2000}, []int{64}}, {[]int{30, 9}, []int{3, 700}}, {[]int{0}, []int{2000}}, {[]int{7}, []int{0}},
}

func TestGathersOfManyTiles(t *testing.T) {
	for i, c := range rowCases {
		for j, rows := range []int{1, 11, 50} {
			if rows*tensor.Size(c.row) > 1<<19 {
				continue
			}
			d := dtypes[(i+j)%len(dtypes)]
			var outputs []*tensor.Tensor
			index := tensor.Input("i", tensor.Int32, c.indices...)
			for _, x := range inputAndView(d, append([]int{rows}, c.row...)) {
				outputs = append(outputs, x.Gather(index))
			}
			if len(c.indices) > 0 {
				outputs = append(outputs, outputs[0].Args()[0].Gather(index.Reverse(0)))
			}
			t.Run(fmt.Sprint(d, c, rows), func(t *testing.T) { agree(t, outputs, indices(rows)) })
		}
	}
}

func TestScattersOfManyTiles(t *testing.T) {
	dtypes := []tensor.DType{tensor.Float32, tensor.Float64, tensor.Uint32}
	for i, c := range rowCases {
		for j, rows := range []int{0, 1, 11, 1000} {
			if rows*tensor.Size(c.row) > 1<<19 {
				continue
			}
			d := dtypes[(i+j)%len(dtypes)]
			var outputs []*tensor.Tensor
			index := tensor.Input("i", tensor.Int32, c.indices...)
			shape := append(slices.Clone(c.indices), c.row...)
			for _, u := range inputAndView(d, shape) {
				outputs = append(outputs, u.ScatterAdd(index, rows))
			}
			if len(c.indices) > 0 {
				same := tensor.Input("x", d, c.row...).Broadcast(shape, trailing(c.row, shape))
				outputs = append(outputs, same.ScatterAdd(index.Reverse(0), rows))
			}
			t.Run(fmt.Sprint(d, c, rows), func(t *testing.T) { agree(t, outputs, indices(rows)) })
		}
	}
}

// trailing returns the last axes of shape, which belong to a row.
func trailing(row, shape []int) []int {
	var axes []int
	for i := range row {
		axes = append(axes, len(shape)-len(row)+i)
	}
	return axes
}

func TestArgMaxOfManyTiles(t *testing.T) {
	dtypes := []tensor.DType{tensor.Float32, tensor.Float64, tensor.Int32}
	for i, shape := range append(slices.Clone(shapes), []int{5 * pool.TileSize}, []int{3, 3*pool.TileSize + 1}, []int{2*pool.TileSize + 1, 2}) {
		var outputs []*tensor.Tensor
		for _, x := range inputAndView(dtypes[i%len(dtypes)], shape) {
			for axis, extent := range shape {
				if extent > 0 {
					outputs = append(outputs, x.ArgMax(axis))
				}
			}
		}
		fills := map[string]func(string, *tensor.Array){
			"ties": small,
			"NaN": func(name string, a *tensor.Array) {
				uneven(name, a)
				for i := len(a.Data) / 2; i < len(a.Data) && a.DType.IsFloat(); i += len(a.Data)/3 + 1 {
					a.Data[i] = math.NaN()
				}
			},
		}
		for name, fill := range fills {
			t.Run(fmt.Sprint(name, shape), func(t *testing.T) { agree(t, outputs, fill) })
		}
	}
}

// movements returns one of each operation, with a size that is multiplied by
// scale.
func movements(scale int) map[string]*tensor.Tensor {
	in := func(name string, shape ...int) *tensor.Tensor { return tensor.Input(name, tensor.Float32, shape...) }
	i := tensor.Input("i", tensor.Int32, 10*scale)
	none, one := make([]int, 4), []int{0, 0, 1, 1}
	return map[string]*tensor.Tensor{
		"pad":              in("x", scale, 10, 30, 30).Pad(tensor.PadAttr{Low: one, High: one, Interior: none}),
		"concatenate":      tensor.Concatenate(1, in("x", scale, 8, 16, 16), in("y", scale, 12, 16, 16)),
		"concatenate last": tensor.Concatenate(-1, in("x", 10*scale, 100), in("y", 10*scale, 20)),
		"gather":           in("x", 5*scale, 256).Gather(i),
		"scatter-add":      in("x", 10*scale, 256).ScatterAdd(i, 5*scale),
		"scatter-add wide": in("x", 10, 100*scale).ScatterAdd(tensor.Input("i", tensor.Int32, 10), 5),
		"argmax":           in("x", 10*scale, 200).ArgMax(1),
	}
}

// moving compiles y for a pool; most of its indices are in range.
func moving(t testing.TB, y *tensor.Tensor, pool *pool.Pool) *Program {
	t.Helper()
	p, err := Compile(compile.Spec{Outputs: []*tensor.Tensor{y}}, pool)
	if err != nil {
		t.Fatal(err)
	}
	for x, a := range filled([]*tensor.Tensor{y}, indices(max(y.Dim(0)/2, 1))) {
		m, _ := p.Input(x)
		m.Set(a)
	}
	return p
}

// TestMovementsAreTiled checks that a small operation has one tile and a large
// one several, and that neither allocates memory while it runs.
func TestMovementsAreTiled(t *testing.T) {
	on := pool.New(2)
	defer on.Close()
	for _, scale := range []int{1, 200} {
		for name, y := range movements(scale) {
			p := moving(t, y, on)
			if tiles := p.steps[len(p.steps)-1].Tiles(); tiles == 1 != (scale == 1) {
				t.Errorf("%s to %v has %d tiles", name, y.Shape(), tiles)
			}
			if n := testing.AllocsPerRun(5, p.Run); n > 0 {
				t.Errorf("%s to %v allocates %v times", name, y.Shape(), n)
			}
		}
	}
}

// BenchmarkMovements reports the bytes of floats that are read and written.
func BenchmarkMovements(b *testing.B) {
	for name, y := range movements(400) {
		for threads := 1; threads <= 2; threads++ {
			b.Run(fmt.Sprintf("%s/threads=%d", name, threads), func(b *testing.B) {
				on := pool.New(threads)
				defer on.Close()
				p := moving(b, y, on)
				bytes := 4 * y.Size()
				for _, x := range y.Args() {
					bytes += 4 * x.Size()
				}
				b.SetBytes(int64(bytes))
				b.ReportAllocs()
				for b.Loop() {
					p.Run()
				}
			})
		}
	}
}
