package augment_test

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/augment"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// seeded returns a context with the streams of a seed.
func seeded(seed uint64) *nn.Context {
	return nn.NewContext(true, nn.Seeded(seed, tensor.Zeros(tensor.Uint32, 2)))
}

// images draws images with numbers in [-1, 1), float64.
func images(shape ...int) *tensor.Array {
	s := random.New(1, "images")
	a := tensor.NewArray(tensor.Float64, shape...)
	for i := range a.Data {
		a.Data[i] = s.Uniform(-1, 1)
	}
	return a
}

// probability returns p as an argument of Apply. A negative p gives nil.
func probability(p float64) *tensor.Tensor {
	if p < 0 {
		return nil
	}
	return tensor.Scalar(tensor.Float32, p)
}

// always is the probability nil.
const always = -1

// applied returns the images x after a policy, computed by tensor.Eval.
func applied(t *testing.T, p augment.Policy, x *tensor.Array, prob, lo, hi float64, seed uint64) []float64 {
	t.Helper()
	got, err := tensor.Eval([]*tensor.Tensor{p.Apply(seeded(seed), tensor.Const(x), probability(prob), lo, hi)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got[0].Data
}

// run compiles outputs and returns their values, float32.
func run(t testing.TB, outputs ...*tensor.Tensor) [][]float32 {
	t.Helper()
	device := engine.NewDevice(2)
	defer device.Close()
	program, err := device.Compile(nil, outputs)
	if err != nil {
		t.Fatal(err)
	}
	program.Run()
	values := make([][]float32, len(outputs))
	for i := range outputs {
		values[i] = append(values[i], program.Output(i).Float32()...)
	}
	return values
}

// parse returns the policy of text.
func parse(t testing.TB, text string) augment.Policy {
	t.Helper()
	p, err := augment.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// wantNear fails t unless got and want agree to within tolerance.
func wantNear(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tolerance) {
			t.Fatalf("%s: number %d is %.12g, want %.12g", what, i, got[i], want[i])
		}
	}
}
