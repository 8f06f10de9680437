package recipe

import (
	"math"
	"slices"

	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/tensor"
)

// tooFar is how many times larger than another the scale of a column may be, and how
// many standard deviations its mean may be from 0, before auto standardises.
const tooFar = 10

// standardOf returns how points are standardised, nil if they are not. setting is
// auto, yes or no. Points whose means are not known are not standardised.
func standardOf(points Examples, setting string) *feed.Standard {
	if len(points.SD) == 0 || setting == "no" || setting == "auto" && !needsStandard(points) {
		return nil
	}
	return &feed.Standard{Mean: points.Mean, SD: points.SD}
}

// needsStandard reports whether networks with weights for numbers around 1 would
// learn the points badly as they are: standard deviations differ by more than a
// factor of 10, one is below 0.1 or above 10, or a mean is more than 10 standard
// deviations from 0. Constant columns have no say.
func needsStandard(points Examples) bool {
	var sds []float64
	for k, sd := range points.SD {
		if sd == 0 {
			continue
		}
		if math.Abs(points.Mean[k]) > tooFar*sd {
			return true
		}
		sds = append(sds, sd)
	}
	if len(sds) == 0 {
		return false
	}
	least, most := slices.Min(sds), slices.Max(sds)
	return most > tooFar*least || most > tooFar || least < 1./tooFar
}

// restore traces points in the units of the data from standardised ones, [n, numbers].
// It returns made itself if they are not standardised.
func restore(s *feed.Standard, made *tensor.Tensor) *tensor.Tensor {
	if s == nil {
		return made
	}
	row := func(values []float64) *tensor.Tensor {
		a := tensor.NewArray(tensor.Float32, 1, len(values))
		for k, v := range values {
			a.Data[k] = float64(float32(v))
		}
		return tensor.Const(a)
	}
	return made.Mul(row(s.Scales())).Add(row(s.Mean))
}
