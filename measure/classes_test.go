package measure

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// predicted returns predictions with the given probabilities of classes.
func predicted(rows ...[]float64) *predictions {
	p := &predictions{parts: make([][]int, scoreSplits)} // consecutive parts
	for i, row := range rows {
		part := i * scoreSplits / len(rows)
		p.parts[part] = append(p.parts[part], i)
		p.p = append(p.p, row...)
		p.class = append(p.class, slices.Index(row, slices.Max(row)))
	}
	return p
}

// sure returns a prediction of class k with probability v. The other classes are equal.
func sure(k int, v float64) []float64 {
	row := slices.Repeat([]float64{(1 - v) / 9}, 10)
	row[k] = v
	return row
}

func TestScore(t *testing.T) {
	var even, same [][]float64
	for i := range 100 {
		even, same = append(even, sure(i%10, 1)), append(same, sure(3, .7))
	}
	for want, p := range map[float64]*predictions{10: predicted(even...), 1: predicted(same...)} {
		if got, sd := p.splitScore(); math.Abs(got-want) > 1e-9 || sd > 1e-9 {
			t.Errorf("the score is %.9f +- %.9f, want %g", got, sd, want)
		}
	}
	half := predicted(sure(0, .8), sure(1, .8))
	marginal := []float64{.8/2 + .1/9, .2 / 9}
	want := math.Exp(.8*math.Log(.8/marginal[0]) + .2/9*math.Log(.2/9/marginal[0]))
	if got := half.score([]int{0, 1}); math.Abs(got-want) > 1e-12 {
		t.Errorf("the score of two predictions is %.12f, want %.12f", got, want)
	}
}

func TestClassFigures(t *testing.T) {
	p := predicted(sure(0, .9), sure(0, .8), sure(1, .7), sure(2, 1))
	real := make([]float64, 10)
	real[0], real[1] = .5, .5
	got := p.figures([]int{0, 1, 2, 2}, real)
	if want := []float64{0, 0, (.9 + .8 + .7 + .7) / 4}; !slices.EqualFunc(got, want, agree) {
		t.Errorf("the figures are %v, want %v", got, want)
	}
	got = p.figures([]int{0, 1, 1, 2}, real)
	if want := []float64{.75*math.Log(1.5) + .25*math.Log(.5), .25, (.9 + .8 + .8 + .7) / 4}; !slices.EqualFunc(got, want, agree) {
		t.Errorf("the figures are %v, want %v", got, want)
	}
	if got := p.figures([]int{3}, real); !math.IsInf(got[0], 1) {
		t.Errorf("the divergence of a class that real examples lack is %v, want +Inf", got[0])
	}
}

func agree(a, b float64) bool { return math.Abs(a-b) <= 1e-12 }

// strokes returns pen-stroke digits in a set called name.
func strokes(t testing.TB, name string, split data.Split, n int64) *Set {
	t.Helper()
	s, err := FromData(data.NewDigits(split, 1), name, n)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestClassesOfDigits(t *testing.T) {
	r := runMeasure(t, "classes", Task{
		Samples: strokes(t, "samples", data.Train, 300), Reference: strokes(t, "mnist test", data.Test, 300),
		Train: strokes(t, "mnist train", data.Validation, 300),
	})
	if r.Space != "lenet@1/mnist" {
		t.Errorf("the space is %q", r.Space)
	}
	g := r.Groups[0]
	for _, shares := range [][]Number{g.Samples, g.Real} {
		sum := Number(0)
		for _, v := range shares {
			sum += v
		}
		if len(shares) != 10 || !agree(float64(sum), 1) {
			t.Errorf("the shares %v of classes are %d and sum to %g", shares, len(shares), sum)
		}
	}
	if len(g.Of) != 10 {
		t.Errorf("the classes are called %q", g.Of)
	}
	for _, v := range r.Values {
		if v.StdErr == nil || v.Baseline == nil || math.IsNaN(float64(v.Value)) {
			t.Errorf("%s is %v, with a standard error and a baseline that are %v and %v", v.Name, v.Value, v.StdErr, v.Baseline)
		}
	}
	// A classifier of handwriting classifies most drawn digits correctly and surely.
	if v, _ := r.Find("confidence"); v.Value < .8 || v.Value > 1 {
		t.Errorf("the confidence is %v", v.Value)
	}
}

func TestClassesRefuseOtherSpaces(t *testing.T) {
	m, _, err := Find("classes")
	if err != nil {
		t.Fatal(err)
	}
	digits := strokes(t, "digits test", data.Test, 100)
	for _, space := range []string{"", "pixels", "lenet@1"} {
		_, err := m.Run(t.Context(), Task{Samples: strokes(t, "samples", data.Train, 100), Reference: digits, Space: space})
		if err == nil || !strings.Contains(hint.Text(err), "lenet@1/mnist") {
			t.Errorf("in the space %q: %v", space, err)
		}
	}
}
