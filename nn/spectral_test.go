package nn_test

import (
	"maps"
	"math"
	"testing"

	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// largestSingular returns the largest singular value of a matrix with the given
// number of rows: the root of the largest eigenvalue of A A', by Jacobi rotations.
func largestSingular(a []float64, rows int) float64 {
	columns := len(a) / rows
	m := make([][]float64, rows)
	for i := range m {
		m[i] = make([]float64, rows)
		for j := range m[i] {
			for k := range columns {
				m[i][j] += a[i*columns+k] * a[j*columns+k]
			}
		}
	}
	for range 30 {
		for p := range rows {
			for q := p + 1; q < rows; q++ {
				rotate(m, p, q)
			}
		}
	}
	largest := 0.0
	for i := range m {
		largest = max(largest, m[i][i])
	}
	return math.Sqrt(largest)
}

// rotate sets element p, q of a symmetric matrix to 0 by a rotation.
func rotate(m [][]float64, p, q int) {
	angle := math.Atan2(2*m[p][q], m[q][q]-m[p][p]) / 2
	c, s := math.Cos(angle), math.Sin(angle)
	for k := range m {
		m[k][p], m[k][q] = c*m[k][p]-s*m[k][q], s*m[k][p]+c*m[k][q]
	}
	for k := range m {
		m[p][k], m[q][k] = c*m[p][k]-s*m[q][k], s*m[p][k]+c*m[q][k]
	}
}

// unitsFirst returns the elements of a weight as the matrix [units, rest].
func unitsFirst(w *tensor.Array, units int) []float64 {
	outer, n, inner := tensor.Size(w.Shape[:units]), w.Shape[units], tensor.Size(w.Shape[units+1:])
	var rows []float64
	for i := range n {
		for j := range outer {
			rows = append(rows, w.Data[(j*n+i)*inner:(j*n+i+1)*inner]...)
		}
	}
	return rows
}

var spectral = map[string]struct {
	layer nn.Layer
	in    []int
	units int
}{
	"linear":          {nn.Linear(5, nn.Normal(1), nn.Normal(1)), []int{7}, 1},
	"conv":            {nn.Conv(4, nn.Window{Kernel: 3, Stride: 1}, nn.Normal(1), nn.Normal(1)), []int{3, 4, 4}, 0},
	"transposed conv": {nn.ConvTranspose(4, nn.Window{Kernel: 3, Stride: 2}, nn.Normal(1), nn.Normal(1)), []int{3, 2, 2}, 1},
	"embedding":       {nn.Embedding(6, 3, nn.Normal(1)), nil, 1},
}

// pass applies a network in training and stores the changed parameters in v.
func pass(t *testing.T, n *nn.Network, v map[*tensor.Tensor]*tensor.Array, x *tensor.Tensor) *tensor.Array {
	t.Helper()
	c := context()
	roots := []*tensor.Tensor{n.Apply(c, x)}
	changed := c.Changed(n.Params)
	for _, p := range changed {
		roots = append(roots, c.Value(p))
	}
	got := evaluate(t, v, roots...)
	for i, p := range changed {
		v[p.Value] = got[1+i]
	}
	return got[0]
}

// TestSpectralNormIsOne performs training passes. Then it divides the weight by its
// largest singular value, computed in another way, and compares the outputs.
func TestSpectralNormIsOne(t *testing.T) {
	for name, c := range spectral {
		t.Run(name, func(t *testing.T) {
			normalised := nn.NewOf(tensor.Float64, "N", c.in, nn.SpectralNorm(c.layer))
			plain := nn.NewOf(tensor.Float64, "N", c.in, c.layer)
			v := values(normalised)
			x := tensor.Const(normal(random.New(6, name), append([]int{2}, c.in...)...))
			if len(c.in) == 0 {
				x = classes(4, 1)
			}
			for range 200 {
				pass(t, normalised, v, x)
			}
			weight := v[normalised.Params[0].Value]
			norm := largestSingular(unitsFirst(weight, c.units), weight.Shape[c.units])
			scaled := tensor.NewArray(tensor.Float64, weight.Shape...)
			for i, w := range weight.Data {
				scaled.Data[i] = w / norm
			}
			if got := largestSingular(unitsFirst(scaled, c.units), weight.Shape[c.units]); math.Abs(got-1) > 1e-12 {
				t.Fatalf("the test's own singular value is %g", got)
			}
			at := map[*tensor.Tensor]*tensor.Array{plain.Params[0].Value: scaled}
			if len(plain.Params) > 1 {
				at[plain.Params[1].Value] = v[normalised.Params[1].Value]
			}
			want := evaluate(t, at, plain.Apply(context(), x))[0].Data
			wantNear(t, "training", pass(t, normalised, v, x).Data, want, 1e-3)
			used := nn.NewContext(false, nil)
			wantNear(t, "use", evaluate(t, v, normalised.Apply(used, x))[0].Data, want, 1e-3)
			if len(used.Changed(normalised.Params)) > 0 {
				t.Error("u changes outside training")
			}
		})
	}
}

// TestSpectralNormInitially compares the first division, with the initial value of u, with
// the largest singular value. The vector does not depend on other parameters.
func TestSpectralNormInitially(t *testing.T) {
	for name, c := range spectral {
		t.Run(name, func(t *testing.T) {
			for _, layer := range []nn.Layer{nn.SpectralNorm(c.layer), nn.SpectralNormSteps(3, c.layer)} {
				n := nn.NewOf(tensor.Float64, "N", c.in, layer)
				weight, u := n.Params[0].Initial(1), n.Params[len(n.Params)-1].Initial(1)
				rows := unitsFirst(weight, c.units)
				v := product(rows, u.Data, len(u.Data), len(rows)/len(u.Data), true)
				norm := math.Sqrt(dot(v, v))
				if want := largestSingular(rows, len(u.Data)); math.Abs(norm-want) > .01*want {
					t.Errorf("|W'u| is %g, want %g", norm, want)
				}
				if length := dot(u.Data, u.Data); math.Abs(length-1) > 1e-9 {
					t.Errorf("|u|^2 is %g", length)
				}
			}
		})
	}
}

// TestSpectralNormSteps wants the result of three applications of one step each from one
// application of three steps.
func TestSpectralNormSteps(t *testing.T) {
	layer := nn.Linear(3, diagonal(3, 2, 1), nil)
	one := nn.NewOf(tensor.Float64, "D", []int{3}, nn.SpectralNorm(layer))
	three := nn.NewOf(tensor.Float64, "D", []int{3}, nn.SpectralNormSteps(3, layer))
	x := tensor.Full(tensor.Float64, 1, 1, 3)
	v := values(one)
	v[three.Params[0].Value], v[three.Params[1].Value] = v[one.Params[0].Value], v[one.Params[1].Value]
	got := pass(t, three, maps.Clone(v), x)
	var want *tensor.Array
	for range 3 {
		want = pass(t, one, v, x)
	}
	wantNear(t, "three steps", got.Data, want.Data, 1e-12)
	wantMisuse(t, func() { nn.SpectralNormSteps(0, layer) }, "nn.SpectralNormSteps", "0 steps")
}

func dot(a, b []float64) float64 {
	sum := 0.
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}

// diagonal is a square weight.
func diagonal(d ...float64) nn.Initializer {
	w := make([]float64, len(d)*len(d))
	for i, v := range d {
		w[i*len(d)+i] = v
	}
	return nn.Values(w)
}

// In TestSpectralNormOfADiagonal each pass reduces the error of the direction by
// (2/3)^2. So after 20 passes the power iteration gives 3 with an error of 1e-6, and
// after 40 passes 1e-12.
func TestSpectralNormOfADiagonal(t *testing.T) {
	n := nn.NewOf(tensor.Float64, "D", []int{3}, nn.SpectralNorm(nn.Linear(3, diagonal(3, 2, 1), nil)))
	v := values(n)
	x := tensor.Full(tensor.Float64, 1, 1, 3)
	want := []float64{1, 2. / 3, 1. / 3}
	for range 20 {
		pass(t, n, v, x)
	}
	wantNear(t, "20 passes", pass(t, n, v, x).Data, want, 1e-6)
	for range 20 {
		pass(t, n, v, x)
	}
	wantNear(t, "40 passes", pass(t, n, v, x).Data, want, 1e-12)
}

// TestSpectralNormGradients compares the gradients of orders 1 and 2 with the
// gradients of x W / (u'W'v) + b with constants u and v. Those agree with finite
// differences.
func TestSpectralNormGradients(t *testing.T) {
	n := nn.NewOf(tensor.Float64, "D", []int{4}, nn.SpectralNorm(nn.Linear(3, nn.Normal(1), nn.Normal(1))))
	s := random.New(8, "point")
	x, w, b, u := normal(s, 2, 4), normal(s, 4, 3), normal(s, 3), normal(s, 3)
	nextV := unit(product(w.Data, u.Data, 4, 3, false))
	nextU := unit(product(w.Data, nextV, 4, 3, true))
	layer := func(in []*tensor.Tensor) *tensor.Tensor {
		c := context()
		for i, p := range n.Params {
			c.Set(p, append(in[1:3:3], tensor.Const(u))[i])
		}
		return n.Apply(c, in[0])
	}
	formula := func(in []*tensor.Tensor) *tensor.Tensor {
		left := tensor.Const(&tensor.Array{DType: tensor.Float64, Shape: []int{1, 4}, Data: nextV})
		right := tensor.Const(&tensor.Array{DType: tensor.Float64, Shape: []int{3, 1}, Data: nextU})
		return in[0].MatMul(in[1].Div(left.MatMul(in[1]).MatMul(right))).Add(in[2])
	}
	at := []*tensor.Array{x, w, b}
	gradcheck.Check(t, "formula", formula, at)
	var got [2][]*tensor.Array
	for i, f := range []func([]*tensor.Tensor) *tensor.Tensor{layer, formula} {
		spec := gradcheck.Case{Name: "spectral norm", F: f, Inputs: at}
		tr, err := spec.Trace(2)
		if err != nil {
			t.Fatal(err)
		}
		got[i] = evaluate(t, spec.At(tr), tr.Roots()...)
	}
	for i := range got[0] {
		wantNear(t, "root of the trace", got[0][i].Data, got[1][i].Data, 1e-10)
	}
}

// product returns W a, or W'a if transposed. W has the given number of rows and
// columns.
func product(w, a []float64, rows, columns int, transposed bool) []float64 {
	y := make([]float64, rows)
	if transposed {
		y = make([]float64, columns)
	}
	for i := range rows {
		for j := range columns {
			if transposed {
				y[j] += w[i*columns+j] * a[i]
			} else {
				y[i] += w[i*columns+j] * a[j]
			}
		}
	}
	return y
}

func unit(a []float64) []float64 {
	sum := 0.0
	for _, v := range a {
		sum += v * v
	}
	for i := range a {
		a[i] /= math.Sqrt(sum)
	}
	return a
}

// In TestSpectralNormOfOneNumberHasNoGradient w/|w| does not depend on |w|.
func TestSpectralNormOfOneNumberHasNoGradient(t *testing.T) {
	n := nn.NewOf(tensor.Float64, "D", []int{1}, nn.SpectralNorm(nn.Linear(1, nn.Constant(-.7), nil)))
	y := n.Apply(context(), tensor.Full(tensor.Float64, 3, 2, 1))
	got := evaluate(t, values(n), y, tensor.Grad(y.Sum(), n.Params[0].Value))
	if g := got[1].Data[0]; math.Abs(g) > 1e-10 {
		t.Errorf("the gradient is %g", g)
	}
	wantNear(t, "output", got[0].Data, []float64{-3, -3}, 1e-10)
}
