package recipe

import (
	"math"
	"slices"

	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/tensor"
)

// tooFar is a limit of the setting auto. Points are standardised if the scale of a
// column is more than tooFar times that of another, or if a mean is more than tooFar
// standard deviations from 0.
const tooFar = 10

// standardOf returns the standardisation of points, or nil for none. setting is auto,
// yes or no. Points are not standardised if their means are not known.
func standardOf(points Examples, setting string) *feed.Standard {
	if len(points.SD) == 0 || setting == "no" || setting == "auto" && !needsStandard(points) {
		return nil
	}
	return &feed.Standard{Mean: points.Mean, SD: points.SD}
}

// needsStandard reports whether the networks would learn the points badly without
// standardisation, because their weights suit numbers around 1. This is so if
// standard deviations differ by more than a factor of 10, if one is below 0.1 or
// above 10, or if a mean is more than 10 standard deviations from 0. Constant columns
// are ignored.
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

// standardised traces what [feed.Standard] does to points, [n, numbers]. If the points are
// not standardised, it returns x.
func standardised(s *feed.Standard, x *tensor.Tensor) *tensor.Tensor {
	if s == nil {
		return x
	}
	return x.Sub(rowOf(s.Mean)).Div(rowOf(s.Scales()))
}

// restore traces the conversion of standardised points, [n, numbers], to the units of
// the data. If the points are not standardised, it returns made.
func restore(s *feed.Standard, made *tensor.Tensor) *tensor.Tensor {
	if s == nil {
		return made
	}
	return made.Mul(rowOf(s.Scales())).Add(rowOf(s.Mean))
}

// rowOf returns numbers as a row, [1, numbers].
func rowOf(values []float64) *tensor.Tensor {
	a := tensor.NewArray(tensor.Float32, 1, len(values))
	for k, v := range values {
		a.Data[k] = float64(float32(v))
	}
	return tensor.Const(a)
}
