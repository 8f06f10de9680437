package engine

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
	"pgregory.net/rapid"
)

// A grower generates random programs: a graph over a few variables and inputs,
// with some outputs and some updates.
type grower struct {
	t         *rapid.T
	values    []*tensor.Tensor // float32 values created so far
	variables []*tensor.Tensor
	inputs    []*tensor.Tensor
}

func (g *grower) int(name string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(g.t, name) }

func (g *grower) pick() *tensor.Tensor { return g.values[g.int("value", 0, len(g.values)-1)] }

func (g *grower) shape() []int {
	shape := make([]int, rapid.SampledFrom([]int{2, 3, 1, 4, 0}).Draw(g.t, "rank"))
	for i := range shape {
		shape[i] = rapid.SampledFrom([]int{5, 3, 1, 2, 8, 33}).Draw(g.t, "dim")
	}
	return shape
}

// bounded returns x with small values, so that errors do not grow along the
// graph.
func bounded(x *tensor.Tensor) *tensor.Tensor { return x.Tanh() }

var steps = map[string]func(*grower) *tensor.Tensor{
	"neg":      func(g *grower) *tensor.Tensor { return g.pick().Neg() },
	"exp":      func(g *grower) *tensor.Tensor { return bounded(g.pick()).Exp() },
	"log":      func(g *grower) *tensor.Tensor { return g.pick().Abs().Plus(0.5).Log() },
	"logistic": func(g *grower) *tensor.Tensor { return g.pick().Logistic() },
	"sqrt":     func(g *grower) *tensor.Tensor { return g.pick().Abs().Plus(0.5).Sqrt() },
	"rsqrt":    func(g *grower) *tensor.Tensor { return g.pick().Abs().Plus(0.5).Rsqrt() },
	"sin":      func(g *grower) *tensor.Tensor { return bounded(g.pick()).Sin() },
	"cos":      func(g *grower) *tensor.Tensor { return bounded(g.pick()).Cos() },
	"relu":     func(g *grower) *tensor.Tensor { return g.pick().ReLU() },
	"softplus": func(g *grower) *tensor.Tensor { return g.pick().Softplus() },
	"binary": func(g *grower) *tensor.Tensor {
		a := bounded(g.pick())
		b := bounded(g.partner(a))
		switch g.int("op", 0, 6) {
		case 0:
			return a.Add(b)
		case 1:
			return a.Sub(b)
		case 2:
			return a.Mul(b)
		case 3:
			return a.Div(b.Abs().Plus(0.5))
		case 4:
			return a.Max(b)
		case 5:
			return a.Min(b)
		}
		return a.Abs().Plus(0.5).Pow(b)
	},
	"select": func(g *grower) *tensor.Tensor {
		a := bounded(g.pick())
		// Not at 0: the mean of normalised values is near 0, up to rounding.
		return a.Compare(tensor.Less, a.Sin().Scale(0.9).Plus(0.1234)).Select(a, g.partner(a))
	},
	"sum": func(g *grower) *tensor.Tensor {
		x := g.pick()
		return x.Mean(g.axes(x)...)
	},
	"max": func(g *grower) *tensor.Tensor {
		x := g.pick()
		return x.MaxOver(g.axes(x)...)
	},
	"normalise": func(g *grower) *tensor.Tensor {
		x := bounded(g.pick())
		axes := g.axes(x)
		centred := x.Sub(x.Mean(axes...).KeepDims(axes...))
		return centred.Mul(centred.Square().Mean(axes...).Plus(0.1).Rsqrt().KeepDims(axes...))
	},
	"transpose": func(g *grower) *tensor.Tensor {
		x := g.pick()
		return x.Transpose(rapid.Permutation(axesOf(x)).Draw(g.t, "axes")...)
	},
	"reshape": func(g *grower) *tensor.Tensor {
		x := g.pick()
		if x.Rank() < 2 {
			return x.Reshape(1, -1)
		}
		at := g.int("axis", 1, x.Rank()-1)
		shape := append([]int{}, x.Shape()[:at-1]...)
		shape = append(shape, x.Shape()[at-1]*x.Shape()[at])
		return x.Reshape(append(shape, x.Shape()[at+1:]...)...)
	},
	"slice": func(g *grower) *tensor.Tensor {
		x := g.pick()
		start, limit, stride := make([]int, x.Rank()), make([]int, x.Rank()), make([]int, x.Rank())
		for i, d := range x.Shape() {
			start[i] = g.int("start", 0, d-1)
			limit[i] = g.int("limit", start[i]+1, d)
			stride[i] = g.int("stride", 1, 3)
		}
		return x.Slice(start, limit, stride)
	},
	"reverse": func(g *grower) *tensor.Tensor {
		x := g.pick()
		return x.Reverse(g.axes(x)...)
	},
	"pad": func(g *grower) *tensor.Tensor {
		x := g.pick()
		a := tensor.PadAttr{Low: make([]int, x.Rank()), High: make([]int, x.Rank()), Interior: make([]int, x.Rank()), Value: 0.25}
		for i := range x.Rank() {
			a.Low[i] = g.int("low", 0, 2) - min(1, x.Shape()[i]-1)
			a.High[i] = g.int("high", 0, 2)
			a.Interior[i] = g.int("interior", 0, 2)
		}
		return x.Pad(a)
	},
	"concatenate": func(g *grower) *tensor.Tensor {
		x := g.pick()
		if x.Rank() == 0 {
			return x
		}
		return tensor.Concatenate(g.int("axis", 0, x.Rank()-1), x, x.Sin(), x)
	},
	"gather": func(g *grower) *tensor.Tensor {
		x := g.pick()
		if x.Rank() == 0 {
			return x
		}
		index := tensor.Iota(tensor.Int32, 0, g.int("n", 1, 4)).Mul(tensor.Scalar(tensor.Int32, 7))
		rows := tensor.Scalar(tensor.Int32, float64(x.Dim(0)))
		index = index.Sub(index.Div(rows).Mul(rows))
		if g.int("scatter", 0, 1) == 1 {
			return x.Gather(index).ScatterAdd(index, x.Dim(0))
		}
		return x.Gather(index)
	},
	"matmul": func(g *grower) *tensor.Tensor {
		x := bounded(g.pick())
		if x.Rank() == 0 {
			return x
		}
		x = x.Reshape(-1, x.Dim(-1))
		w := g.leaf([]int{x.Dim(1), g.int("units", 1, 140)})
		y := x.MatMul(w).Scale(1 / float64(x.Dim(1)))
		if g.int("bias", 0, 1) == 1 {
			y = y.Add(g.leaf([]int{y.Dim(1)})).Tanh()
		}
		return y
	},
	"gram": func(g *grower) *tensor.Tensor {
		x := bounded(g.pick())
		if x.Rank() < 3 {
			return x
		}
		return x.Dot(x, tensor.DotAttr{ABatch: []int{1}, BBatch: []int{1}, AContract: []int{0}, BContract: []int{0}}).
			Scale(1 / float64(x.Dim(0)))
	},
	"conv": func(g *grower) *tensor.Tensor {
		x := bounded(g.pick())
		if x.Rank() < 2 || x.Rank() > 4 {
			return x
		}
		x = x.Reshape(append([]int{1}, x.Shape()...)...)
		c, kernel := tensor.Plain(x.Rank()-2), []int{g.int("out", 1, 3), x.Dim(1)}
		for i := range c.Strides {
			c.Strides[i] = g.int("stride", 1, 3)
			c.InputDilation[i] = g.int("dilation", 1, 2)
			k := g.int("kernel", 1, 4)
			kernel = append(kernel, k)
			c.PadLow[i], c.PadHigh[i] = g.int("pad", 0, 2), k
		}
		return x.Conv(g.leaf(kernel), c).Scale(1 / float64(tensor.Size(kernel)))
	},
	"random": func(g *grower) *tensor.Tensor {
		key := tensor.Const(&tensor.Array{DType: tensor.Uint32, Shape: []int{2}, Data: []float64{1, 2}})
		counter := tensor.Iota(tensor.Uint32, 0, 4).Slice1(0, g.int("at", 0, 2), 4).Slice1(0, 0, 2)
		x := g.pick()
		return tensor.RandomUniform(key, counter, x.Shape()...).Mul(x)
	},
	"iota": func(g *grower) *tensor.Tensor {
		x := g.pick()
		if x.Rank() == 0 {
			return x
		}
		return tensor.Iota(tensor.Float32, g.int("axis", 0, x.Rank()-1), x.Shape()...).Scale(0.03).Add(x)
	},
}

func axesOf(x *tensor.Tensor) []int {
	axes := make([]int, x.Rank())
	for i := range axes {
		axes[i] = i
	}
	return axes
}

func (g *grower) axes(x *tensor.Tensor) []int {
	var some []int
	for _, axis := range axesOf(x) {
		if g.int("take", 0, 1) == 1 {
			some = append(some, axis)
		}
	}
	return some
}

// partner returns a value that broadcasts against x.
func (g *grower) partner(x *tensor.Tensor) *tensor.Tensor {
	for range 4 {
		y := g.pick()
		if err := tensor.Try(func() { x.Add(y) }); err == nil && x.Add(y).Size() < 5000 {
			return y
		}
	}
	if x.Rank() == 0 {
		return x
	}
	return g.leaf(x.Shape()[x.Rank()-1:])
}

// leaf returns a variable or an input.
func (g *grower) leaf(shape []int) *tensor.Tensor {
	t := tensor.Input(fmt.Sprint("x", len(g.values)), tensor.Float32, shape...)
	if g.int("variable", 0, 1) == 1 {
		g.variables = append(g.variables, t)
	} else {
		g.inputs = append(g.inputs, t)
	}
	g.values = append(g.values, t)
	return t
}

func (g *grower) grow() (outputs []*tensor.Tensor, updates []Update) {
	for range g.int("leaves", 1, 3) {
		g.leaf(g.shape())
	}
	names := slices.Sorted(maps.Keys(steps))
	for range g.int("steps", 6, 40) {
		y := steps[rapid.SampledFrom(names).Draw(g.t, "step")](g)
		if y.Size() < 5000 {
			g.values = append(g.values, y)
		}
	}
	for range g.int("outputs", 1, 4) {
		outputs = append(outputs, g.pick())
	}
	if g.int("gradient", 0, 1) == 1 {
		loss := g.pick().Sin().Mean()
		outputs = append(outputs, tensor.Grads(loss, append(g.variables, g.inputs...)...)...)
	}
	for _, v := range g.variables {
		for _, x := range g.values {
			if x.String() == v.String() && g.int("update", 0, 2) == 0 {
				updates = append(updates, Update{v, x.Add(v.Scale(0.5))})
				break
			}
		}
	}
	return outputs, updates
}

// TestRandomPrograms compares compiled programs with the reference evaluation,
// for three runs each, on one and on two threads. The bytes for one and two
// threads must be equal.
func TestRandomPrograms(t *testing.T) {
	one, two := NewDevice(1), NewDevice(2)
	defer one.Close()
	defer two.Close()
	rapid.Check(t, func(rt *rapid.T) {
		g := &grower{t: rt}
		outputs, updates := g.grow()
		if msg := compare(g, one, two, outputs, updates); msg != "" {
			rt.Fatal(msg)
		}
	})
}

func compare(g *grower, one, two *Device, outputs []*tensor.Tensor, updates []Update) string {
	values := map[*tensor.Tensor]*tensor.Array{}
	source := random.New(1, "values")
	for _, leaf := range append(append([]*tensor.Tensor{}, g.variables...), g.inputs...) {
		a := tensor.NewArray(leaf.DType(), leaf.Shape()...)
		for i := range a.Data {
			a.Data[i] = float64(float32(source.Uniform(-1, 1)))
		}
		values[leaf] = a
	}
	var programs [2]*Program
	var stores [2]*Store
	for i, d := range []*Device{one, two} {
		stores[i] = NewStore()
		for _, v := range g.variables {
			stores[i].Add(v).Set(values[v])
		}
		var err error
		if programs[i], err = d.Compile(stores[i], outputs, updates...); err != nil {
			return err.Error()
		}
		for _, in := range g.inputs {
			if m, ok := programs[i].Input(in); ok {
				m.Set(values[in])
			}
		}
	}
	roots := append([]*tensor.Tensor{}, outputs...)
	for _, u := range updates {
		roots = append(roots, u.Value)
	}
	for round := range 3 {
		want, err := tensor.Eval(roots, values)
		if err != nil {
			return err.Error()
		}
		for _, p := range programs {
			p.Run()
		}
		for i, o := range outputs {
			if string(programs[0].Output(i).Bytes) != string(programs[1].Output(i).Bytes) {
				return fmt.Sprintf("round %d: output %d differs between 1 and 2 threads", round, i)
			}
			if msg := differ(programs[0].Output(i).Array(o.Shape()...), want[i]); msg != "" {
				if !determined(o, values, want[i]) {
					return ""
				}
				return fmt.Sprintf("round %d: output %d, %v of %s: %s", round, i, o, o.Op().Name, msg)
			}
		}
		before := maps.Clone(values)
		for i, u := range updates {
			values[u.Variable] = want[len(outputs)+i]
			m, _ := stores[0].Memory(u.Variable)
			if msg := differ(m.Array(u.Variable.Shape()...), values[u.Variable]); msg != "" {
				if !determined(u.Value, before, values[u.Variable]) {
					return ""
				}
				return fmt.Sprintf("round %d: variable %v: %s", round, u.Variable, msg)
			}
		}
	}
	return ""
}

// determined reports whether the reference evaluation of y stays close to want
// when the last bits of the leaves change. Where two elements have equal maxima
// only because of rounding, the gradient of the maximum is not determined: two
// correct implementations with different rounding may differ.
func determined(y *tensor.Tensor, leaves map[*tensor.Tensor]*tensor.Array, want *tensor.Array) bool {
	if differ(want, want) != "" {
		return true // NaN is never an equal maximum
	}
	source := random.New(1, "nudges")
	for range 8 {
		nudged := map[*tensor.Tensor]*tensor.Array{}
		for leaf, a := range leaves {
			nudged[leaf] = tensor.NewArray(a.DType, a.Shape...)
			for i, v := range a.Data {
				nudged[leaf].Data[i] = float64(float32(v * (1 + source.Uniform(-1e-6, 1e-6))))
			}
		}
		got, err := tensor.Eval([]*tensor.Tensor{y}, nudged)
		if err != nil || differ(got[0], want) != "" {
			return false
		}
	}
	return true
}

func differ(got, want *tensor.Array) string {
	for i := range want.Data {
		if d := math.Abs(got.Data[i] - want.Data[i]); !(d <= 2e-4*(1+math.Abs(want.Data[i]))) {
			return fmt.Sprintf("element %d is %g, want %g", i, got.Data[i], want.Data[i])
		}
	}
	return ""
}
