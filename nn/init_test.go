package nn_test

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

func drawn(init nn.Initializer, shape ...int) []float64 {
	dst := make([]float64, tensor.Size(shape))
	init(dst, shape, random.New(15, "initial value"))
	return dst
}

// TestDistributionOfInitialValues compares mean, standard deviation and largest
// absolute value with those of the distributions.
func TestDistributionOfInitialValues(t *testing.T) {
	dense, kernel := []int{200, 300}, []int{60, 40, 5, 5} // 1000 inputs, 1500 outputs
	uniform := func(r float64) [2]float64 { return [2]float64{r / math.Sqrt(3), r} }
	unbounded := func(sd float64) [2]float64 { return [2]float64{sd, math.Inf(1)} }
	for name, c := range map[string]struct {
		init  nn.Initializer
		shape []int
		mean  float64
		want  [2]float64 // standard deviation, bound
	}{
		"uniform":                  {nn.Uniform(.2), dense, 0, uniform(.2)},
		"uniform between":          {nn.UniformBetween(.1, .5), dense, .3, uniform(.2)},
		"normal":                   {nn.Normal(.2), dense, 0, unbounded(.2)},
		"normal around 1":          {nn.NormalAround(1, .02), dense, 1, unbounded(.02)},
		"truncated normal":         {nn.TruncatedNormal(.02), dense, 0, [2]float64{.02 * .87963, .04}},
		"He of a matrix":           {nn.He, dense, 0, uniform(math.Sqrt(6. / 200))},
		"He of a kernel":           {nn.He, kernel, 0, uniform(math.Sqrt(6. / 1000))},
		"He of a vector":           {nn.He, []int{60_000}, 0, uniform(math.Sqrt(6. / 60_000))},
		"normal He of a kernel":    {nn.FanInNormal(math.Sqrt2), kernel, 0, unbounded(math.Sqrt(2. / 1000))},
		"Glorot of a matrix":       {nn.GlorotUniform(1), dense, 0, uniform(math.Sqrt(6. / 500))},
		"Glorot of a kernel":       {nn.GlorotUniform(math.Sqrt2), kernel, 0, uniform(math.Sqrt(12. / 2500))},
		"normal Glorot, a kernel":  {nn.GlorotNormal(1), kernel, 0, unbounded(math.Sqrt(2. / 2500))},
		"sparse: 15 of 200 inputs": {nn.Sparse(15, .4), dense, 0, unbounded(.4 * math.Sqrt(15./200))},
	} {
		v := drawn(c.init, c.shape...)
		mean, variance := moments(&tensor.Array{Shape: []int{1, 1, len(v)}, Data: v})
		sd, n := c.want[0], float64(len(v))
		if math.Abs(mean[0]-c.mean) > 5*sd/math.Sqrt(n) {
			t.Errorf("%s: mean %g, want %g", name, mean[0], c.mean)
		}
		if got := math.Sqrt(variance[0]); math.Abs(got/sd-1) > .03 {
			t.Errorf("%s: standard deviation %g, want %g", name, got, sd)
		}
		for _, x := range v {
			if math.Abs(x-c.mean) > c.want[1] {
				t.Fatalf("%s: %g is beyond %g", name, x, c.want[1])
			}
		}
	}
}

func TestOrthogonal(t *testing.T) {
	const gain = 1.4
	for _, shape := range [][]int{{4, 4}, {100, 100}, {3, 7}, {7, 3}, {4, 2, 3}, {5}, {3, 1, 1, 1}, {0, 3}} {
		w := drawn(nn.Orthogonal(gain), shape...)
		if len(w) == 0 {
			continue
		}
		rows, columns := shape[0], len(w)/shape[0]
		if len(shape) == 1 {
			rows, columns = 1, len(w)
		}
		at := func(i, j int) float64 { return w[i*columns+j] }
		n, m := rows, columns
		if rows > columns {
			at = func(i, j int) float64 { return w[j*columns+i] }
			n, m = columns, rows
		}
		for i := range n {
			for k := range n {
				dot, want := 0.0, 0.0
				for j := range m {
					dot += at(i, j) * at(k, j)
				}
				if i == k {
					want = gain * gain
				}
				if math.Abs(dot-want) > 1e-12 {
					t.Errorf("shape %v: vectors %d and %d have inner product %g, want %g", shape, i, k, dot, want)
				}
			}
		}
	}
}

// TestSparseCountsPerUnit counts the inputs of each unit that are not 0.
func TestSparseCountsPerUnit(t *testing.T) {
	for _, c := range []struct {
		shape               []int
		units, step, stride int // element i of unit u is at u*step + i*stride
		inputs, want        int
	}{
		{[]int{30, 8}, 8, 1, 8, 30, 5},
		{[]int{6, 3, 2, 2}, 6, 12, 1, 12, 5},
		{[]int{4, 9}, 9, 1, 9, 4, 4}, // fewer inputs than nonzero weights
		{[]int{12}, 1, 0, 1, 12, 5},
	} {
		w := drawn(nn.Sparse(5, 1), c.shape...)
		for unit := range c.units {
			count := 0
			for i := range c.inputs {
				if w[unit*c.step+i*c.stride] != 0 {
					count++
				}
			}
			if count != c.want {
				t.Errorf("shape %v: unit %d has %d weights, want %d", c.shape, unit, count, c.want)
			}
		}
	}
}
