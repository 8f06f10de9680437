package recipe

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/tensor"
)

// TestALIParameters compares the numbers of parameters with those of the published
// networks.
func TestALIParameters(t *testing.T) {
	system, err := built(t, "ali", Examples{Info: data.NewInfo("points", data.Point(2))}, func(*ALI) {})
	if err != nil {
		t.Fatal(err)
	}
	hidden := func(in int) int { return in*400 + 2*400 } // weights, scale and shift
	maxout := func(in int) int { return in*1000 + 1000 }
	want := map[string]int{
		"G": hidden(2) + 3*hidden(400) + 400*2 + 2,
		"E": hidden(4) + hidden(400) + 400*2 + 2,
		"D": maxout(4) + 2*maxout(200) + 200 + 1,
	}
	for player, size := range trainable(t, system) {
		if size != want[player] {
			t.Errorf("%s has %d parameters, want %d", player, size, want[player])
		}
	}
}

// TestALIMomentum compares the first steps of Adam for the two meanings of beta1. After a
// gradient of 1 and one of 0, the corrected momentum is b(1-b)/(1-b^2).
func TestALIMomentum(t *testing.T) {
	for adam, b := range map[string]float64{"blocks": .2, "usual": .8} {
		o := ALI{Beta1: .8, Adam: adam, Beta2: .999, LearningRate: 1}.optimizer()
		value := tensor.Zeros(tensor.Float32, 1)
		slots := []*tensor.Tensor{value, value}
		for step, gradient := range []float64{1, 0} {
			value, slots = o.Next(value, slots, tensor.Full(tensor.Float32, gradient, 1), tensor.Scalar(tensor.Float32, float64(step)))
		}
		got, err := tensor.Eval([]*tensor.Tensor{value}, nil)
		if err != nil {
			t.Fatal(err)
		}
		second := .999 * .001 / (1 - .999*.999)
		if want := -1 - b*(1-b)/(1-b*b)/math.Sqrt(second); math.Abs(got[0].Data[0]-want) > 1e-3 {
			t.Errorf("%s: the value is %g, want %g", adam, got[0].Data[0], want)
		}
	}
}

// TestALIUnits wants a reconstruction in the units of the data, also if the networks read
// standardised points.
func TestALIUnits(t *testing.T) {
	points := Examples{Info: data.NewInfo("points", data.Point(2)), Mean: []float64{1000, -5}, SD: []float64{20, .01}}
	for _, standardise := range []string{"auto", "no"} {
		system, err := built(t, "ali", points, func(s *ALI) { s.Hidden, s.Standardise = 8, standardise })
		if err != nil {
			t.Fatal(err)
		}
		for name, size := range map[string]int{"G": 2, "E": 2, "reconstruction": 2} {
			if made := madeBy(t, system, name, 3); made.Size() != 3*size {
				t.Errorf("3 of %s are %v", name, made)
			}
		}
	}
	x := tensor.Full(tensor.Float32, 7, 3, 2)
	standard := standardOf(points, "yes")
	back, err := tensor.Eval([]*tensor.Tensor{restore(standard, standardised(standard, x))}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range back[0].Data {
		if math.Abs(v-7) > 1e-3 {
			t.Errorf("7 becomes %g", v)
		}
	}
}
