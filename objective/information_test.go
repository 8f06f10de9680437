package objective

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// TestInformation has the bounds of a Q that knows every code, of one that knows none, and
// one computed by hand.
func TestInformation(t *testing.T) {
	codes := tensor.Const(&tensor.Array{DType: tensor.Int32, Shape: []int{3}, Data: []float64{0, 2, 1}})
	logits := func(sure float64) *tensor.Tensor {
		return tensor.Const(array([]int{3, 3}, sure, 0, 0, 0, 0, sure, 0, sure, 0))
	}
	wantValue(t, "I of a code that Q knows", CategoricalInformation(logits(100), codes), math.Log(3), 1e-12)
	wantValue(t, "I of a code that Q does not know", CategoricalInformation(logits(0), codes), 0, 1e-12)
	wantValue(t, "I of a code", CategoricalInformation(logits(1), codes), math.Log(3*math.E/(2+math.E)), 1e-12)

	const n = 2001 // codes that are evenly spaced from -1 to 1
	even := make([]float64, n)
	for i := range even {
		even[i] = -1 + 2*float64(i)/(n-1)
	}
	c := tensor.Const(array([]int{n, 1}, even...))
	wantValue(t, "I of a number that Q knows", GaussianInformation(c, nil, c), 1./6, 1e-3)
	zero := tensor.Zeros(tensor.Float64, n, 1)
	wantValue(t, "I of a number that Q does not know", GaussianInformation(zero, nil, c), 0, 1e-12)
	wantValue(t, "I with the logarithm of a variance of 1", GaussianInformation(c.Scale(.5), zero, c), .75/6, 1e-3)
	two := tensor.Full(tensor.Float64, math.Log(2), n, 1)
	wantValue(t, "I with a variance of 2", GaussianInformation(zero, two, c), 1./12-math.Log(2)/2, 1e-3)
}

// TestSoftLabels compares with the cross-entropy of the paper, and with hard labels.
func TestSoftLabels(t *testing.T) {
	entropy := func(target float64, scores *tensor.Tensor) float64 {
		return -mean(func(d float64) float64 { return target*math.Log(d) + (1-target)*math.Log(1-d) }, scores)
	}
	soft := SoftLabels{Real: .9, Fake: .1, G: .8}
	wantValue(t, "D's loss", soft.Discriminator(real, fake), entropy(.9, real)+entropy(.1, fake), 1e-12)
	wantValue(t, "G's loss", soft.Generator(nil, fake), entropy(.8, fake), 1e-12)
	hard := SoftLabels{Real: 1, G: 1}
	wantValue(t, "D's loss of hard labels", hard.Discriminator(real, fake), valueOf(t, NonSaturating{}.Discriminator(real, fake)), 1e-12)
	wantValue(t, "G's loss of hard labels", hard.Generator(nil, fake), valueOf(t, NonSaturating{}.Generator(nil, fake)), 1e-12)
}
