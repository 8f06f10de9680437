package run_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/tensor"
)

// gaps returns a CSV file of n rows of two columns, from 10 to 19 and from 100 to 109. The
// first number of each fifth row is missing, and the second of each seventh.
func gaps(t *testing.T, n int) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("a,b\n")
	for i := range n {
		a, b := fmt.Sprint(10+i%10), fmt.Sprint(100+i%10)
		if i%5 == 0 {
			a = ""
		}
		if i%7 == 0 {
			b = "NA"
		}
		fmt.Fprintf(&text, "%s,%s\n", a, b)
	}
	return csvFile(t, text.String())
}

// TestMissingNumbers trains on a table with missing numbers. Facts about its columns are
// those of the numbers that are there.
func TestMissingNumbers(t *testing.T) {
	path := gaps(t, 200)
	s := resumesExactly(t, 3, func() *run.Config {
		return configOf(t, "gain", "data.name="+path, "batch=4", "grid=50", "steps=5", "tick_kimg=.016", "keep=9")
	})
	d := s.Config.Data
	if low, high := []float64{11, 100}, []float64{19, 109}; !slices.Equal(d.Low, low) || !slices.Equal(d.High, high) {
		t.Errorf("columns from %v to %v, want %v to %v", d.Low, d.High, low, high)
	}
	if m := d.Mean; m[0] < 14 || m[0] > 16 || m[1] < 103 || m[1] > 106 {
		t.Errorf("means %v", m)
	}
	if want := []string{"x numbers 2", "observed numbers 2"}; !slices.Equal(d.Fields, want) {
		t.Errorf("fields %q, want %q", d.Fields, want)
	}
	set, err := s.Config.OpenData(t.Context(), "", data.Train)
	if err != nil {
		t.Fatal(err)
	}
	reals, err := run.DrawnExamples(set, 1000, 1)
	if err != nil {
		t.Fatal(err)
	}
	if reals.N >= int(set.Len()) || reals.N < 80 || slices.Contains(reals.Values, 0) {
		t.Errorf("%d of %d points are shown, with numbers %v", reals.N, set.Len(), reals.Values[:4])
	}
}

// TestColumnWithoutNumbers has a column whose only numbers are not in the training part.
func TestColumnWithoutNumbers(t *testing.T) {
	text := "a,b\n" + strings.Repeat("1,\n", 9)
	for i := range 10 { // one of these numbers is in the training part of some seeds; of seed 0 it is in another
		lines := strings.Split(text, "\n")
		lines = slices.Insert(lines, 1+i, "1,5")
		path := csvFile(t, strings.Join(lines, "\n"))
		_, err := run.Start(device(t), configOf(t, "gain", "data.name="+path, "batch=4", "steps=1"), t.TempDir())
		if err == nil {
			continue
		}
		if want := "column 2 (b) has no value in the 8 training examples (hint: leave that column out)"; !strings.Contains(hint.Text(err), want) {
			t.Errorf("error %v, want %q", hint.Text(err), want)
		}
		return
	}
	t.Error("every table was taken")
}

// TestGivenByName gives values by their names.
func TestGivenByName(t *testing.T) {
	mask := recipe.Condition{
		Field: data.Field{Name: "mask", Kind: data.Pixels, Shape: []int{1, 1, 2}}, Scale: data.Scale{Lo: 0, Hi: 1},
		Named: []recipe.NamedValue{{Name: "keep-left", Values: []float32{1, 0}}, {Name: "keep-right", Values: []float32{0, 1}}},
	}
	s, err := run.NewSampler(device(t), nil, nn.NewContext(false, nil), recipe.Output{
		Name: "copy", Given: []recipe.Condition{mask}, Makes: mask.Field, Scale: mask.Scale,
		Make: func(_ *nn.Context, in recipe.Inputs) *tensor.Tensor { return in["mask"] },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, given := range []any{"keep-left", []string{"keep-left", "keep-left"}} {
		in, err := s.Given(2, map[string]any{"mask": given})
		if err != nil || !slices.Equal(in["mask"].Floats, []float32{1, 0, 1, 0}) {
			t.Errorf("%v: %v, error %v", given, in, err)
		}
	}
	_, err = s.Given(1, map[string]any{"mask": "keep-lft"})
	const want = `output copy: mask: "keep-lft" is given (hint: mask is an image of 1x1x2 (channels, height, width), or one of keep-left, keep-right)`
	if err == nil || hint.Text(err) != want {
		t.Errorf("error %v, want %q", hint.Text(orNone(err)), want)
	}
}
