package tensor_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/gander-ml/gander/tensor"
)

// pythonWithNumpy returns a Python with numpy, if PATH contains one.
func pythonWithNumpy() (string, bool) {
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		python := filepath.Join(dir, "python3")
		if exec.Command(python, "-c", "import numpy").Run() == nil {
			return python, true
		}
	}
	return "", false
}

// A question is a product that numpy also computes.
type question struct {
	Op   string
	A, B *tensor.Array
	Attr any
	ours *tensor.Tensor
}

func TestProductsAgreeWithNumpy(t *testing.T) {
	t.Parallel()
	python, ok := pythonWithNumpy()
	if !ok {
		t.Skip("no python3 with numpy on the path")
	}
	var questions []question
	for seed := range 150 {
		conv := rapid.Custom(drawConvolution).Example(seed)
		x, k := normal(fmt.Sprint("x", seed), conv.x...), normal(fmt.Sprint("k", seed), conv.k...)
		questions = append(questions, question{"conv", x, k, conv.attr, tensor.Const(x).Conv(tensor.Const(k), conv.attr)})
		dot := rapid.Custom(drawDot).Example(seed)
		a, b := normal(fmt.Sprint("a", seed), dot.a...), normal(fmt.Sprint("b", seed), dot.b...)
		questions = append(questions, question{"dot", a, b, dot.attr, tensor.Const(a).Dot(tensor.Const(b), dot.attr)})
	}
	compareWithNumpy(t, python, questions)
}

func compareWithNumpy(t *testing.T, python string, questions []question) {
	t.Helper()
	var in bytes.Buffer
	roots := make([]*tensor.Tensor, len(questions))
	for i, q := range questions {
		if err := json.NewEncoder(&in).Encode(q); err != nil {
			t.Fatal(err)
		}
		roots[i] = q.ours
	}
	command := exec.Command(python, filepath.Join("testdata", "products.py"))
	command.Stdin, command.Stderr = &in, os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	ours, err := tensor.Eval(roots, nil)
	if err != nil {
		t.Fatal(err)
	}
	answers := json.NewDecoder(bytes.NewReader(out))
	for i, q := range questions {
		var want tensor.Array
		if err := answers.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if d := distance(ours[i], &want); !(d <= 1e-12) {
			t.Errorf("%s of %v and %v by %+v: %v and numpy's %v are %g apart", q.Op, q.A.Shape, q.B.Shape, q.Attr, ours[i].Shape, want.Shape, d)
		}
	}
}

// distance returns the largest difference between elements, or NaN if the
// shapes differ.
func distance(a, b *tensor.Array) float64 {
	if fmt.Sprint(a.Shape) != fmt.Sprint(b.Shape) {
		return math.NaN()
	}
	most := 0.0
	for i := range a.Data {
		most = max(most, math.Abs(a.Data[i]-b.Data[i]))
	}
	return most
}
