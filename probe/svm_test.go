package probe

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/gander-ml/gander/random"
)

// clouds returns n examples of each of three classes around means that are apart.
func clouds(seed uint64, n, size int, apart float64) Training {
	r := random.New(seed, "clouds")
	t := Training{Classes: 3}
	for i := range 3 * n {
		for k := range size {
			v := r.Normal()
			if k%3 == i%3 {
				v += apart
			}
			t.Features = append(t.Features, float32(v))
		}
		t.Labels = append(t.Labels, int32(i%3))
	}
	return t
}

// TestRidge compares a strongly regularised SVM with ridge regression: if no example has
// a margin above 1, both have the same loss.
func TestRidge(t *testing.T) {
	data := clouds(1, 20, 4, 1)
	const c = 1e-3
	got, err := Train(data, []float64{c})
	if err != nil {
		t.Fatal(err)
	}
	n, size := len(data.Labels), 4
	mean, x, scale := standardise(data.Features, n, size)
	for class := range 3 {
		var normal, inverse mat.Dense
		normal.Mul(x.T(), x)
		for k := range size {
			normal.Set(k, k, normal.At(k, k)+1/(2*c))
		}
		if err := inverse.Inverse(&normal); err != nil {
			t.Fatal(err)
		}
		y, average := mat.NewVecDense(n, nil), 0.0
		for i, label := range data.Labels {
			y.SetVec(i, -1)
			if int(label) == class {
				y.SetVec(i, 1)
			}
			average += y.AtVec(i) / float64(n)
		}
		var xy, w mat.VecDense
		xy.MulVec(x.T(), y) // the mean of x is 0, so the bias is the mean of y
		w.MulVec(&inverse, &xy)
		bias := average
		for k := range size {
			want := w.AtVec(k) * scale
			bias -= want * mean[k]
			if have := float64(got[0].Weights[class*size+k]); math.Abs(have-want) > 1e-4*(1+math.Abs(want)) {
				t.Errorf("class %d: weight %d is %v, want %v", class, k, have, want)
			}
		}
		if have := float64(got[0].Biases[class]); math.Abs(have-bias) > 1e-4 {
			t.Errorf("class %d: bias %v, want %v", class, have, bias)
		}
	}
}

// TestMoreFeaturesThanExamples compares the classifier of reduced features with that of
// the features themselves, by the scores of other examples.
func TestMoreFeaturesThanExamples(t *testing.T) {
	data := clouds(2, 10, 90, .5)
	n := len(data.Labels)
	_, x, _ := standardise(data.Features, n, 90)
	reduced, restore, err := reduce(x)
	if err != nil {
		t.Fatal(err)
	}
	if _, columns := reduced.Dims(); columns != n {
		t.Fatalf("reduced to %d features, want %d", columns, n)
	}
	direct, short := newSolver(x), newSolver(reduced)
	for _, s := range []*solver{direct, short} {
		s.begin(data.Labels, 1)
		s.solve(1)
	}
	restored := restore(short.w[:n])
	for k, want := range direct.w[:90] {
		if math.Abs(restored[k]-want) > 1e-3 {
			t.Errorf("weight %d is %v, want %v", k, restored[k], want)
		}
	}
	if math.Abs(short.w[n]-direct.w[90]) > 1e-3 {
		t.Errorf("bias %v, want %v", short.w[n], direct.w[90])
	}
}

func TestSeparableClasses(t *testing.T) {
	for _, size := range []int{6, 600} { // fewer and more features than examples
		data, other := clouds(3, 30, size, 6), clouds(4, 50, size, 6)
		cs := []float64{.01, 1, 100}
		list, err := Train(data, cs)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range list {
			if wrong := c.Errors(other.Features, other.Labels); c.C != cs[i] || wrong > 1 {
				t.Errorf("%d features, C = %v: %d errors of %d", size, c.C, wrong, len(other.Labels))
			}
		}
		again, err := Train(data, cs[1:2])
		if err != nil {
			t.Fatal(err)
		}
		for k, w := range again[0].Weights { // begun at 0 instead of the solution for another C
			if math.Abs(float64(w-list[1].Weights[k])) > 1e-2*float64(1+math.Abs(float64(w))) {
				t.Fatalf("weight %d is %v, and %v after another C", k, w, list[1].Weights[k])
			}
		}
	}
}

func TestTrainRefuses(t *testing.T) {
	for want, c := range map[string]struct {
		t  Training
		cs []float64
	}{
		"3 features of 2 examples":             {Training{Features: make([]float32, 3), Labels: []int32{0, 1}, Classes: 2}, nil},
		"example 1 has class 2":                {Training{Features: []float32{1, 2}, Labels: []int32{0, 2}, Classes: 2}, nil},
		"the penalty C is 0, want more than 0": {Training{Features: []float32{1, 2}, Labels: []int32{0, 1}, Classes: 2}, []float64{0}},
		"have the same features":               {Training{Features: []float32{2, 2}, Labels: []int32{0, 1}, Classes: 2}, []float64{1}},
		"or some are not finite":               {Training{Features: []float32{2, float32(math.NaN())}, Labels: []int32{0, 1}, Classes: 2}, []float64{1}},
		"0 features of 0 examples":             {Training{Classes: 2}, []float64{1}},
		"example 0 has class -1 of":            {Training{Features: []float32{1}, Labels: []int32{-1}, Classes: 2}, []float64{1}},
	} {
		if _, err := Train(c.t, c.cs); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// TestMinimise searches the minimum of a quadratic function with axes of very different
// curvature.
func TestMinimise(t *testing.T) {
	const n = 30
	x := make([]float64, n)
	minimise(func(x, gradient []float64) float64 {
		value := 0.0
		for i, v := range x {
			curvature, far := math.Pow(10, float64(i%4)), v-float64(i)
			value += curvature * far * far / 2
			gradient[i] = curvature * far
		}
		return value
	}, x, 1e-8, 500)
	for i, v := range x {
		if math.Abs(v-float64(i)) > 1e-7 {
			t.Errorf("x[%d] is %v, want %d", i, v, i)
		}
	}
}
