package feed

import (
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// A Standard shifts and scales the columns of points. It replaces value v of column k
// by (v-Mean[k])/SD[k]. If the column is constant, SD[k] is 0, and it replaces v by
// v-Mean[k]. Mean and SD have one number for each column.
type Standard struct{ Mean, SD []float64 }

// Scales returns the divisors of the columns: SD, but 1 where SD is 0.
func (s *Standard) Scales() []float64 {
	scales := make([]float64, len(s.SD))
	for k, sd := range s.SD {
		if scales[k] = sd; sd == 0 {
			scales[k] = 1
		}
	}
	return scales
}

// check returns an error unless s has a mean and a standard deviation for each number
// of the field.
func (s *Standard) check(info data.Info, field data.Field) error {
	if field.Kind == data.Numbers && len(s.Mean) == field.Size() && len(s.SD) == field.Size() {
		return nil
	}
	return hint.Add(fmt.Errorf("dataset %s: field %s is %v, and it is to be standardised by %d means and %d standard deviations",
		info.Name, field.Name, field, len(s.Mean), len(s.SD)), "only numbers are standardised, each by its own mean")
}

// apply standardises values, [n, len(s.Mean)], in place.
func (s *Standard) apply(values []float32, scales []float64) {
	columns := len(s.Mean)
	for i, v := range values {
		k := i % columns
		values[i] = float32((float64(v) - s.Mean[k]) / scales[k])
	}
}
