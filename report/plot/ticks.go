package plot

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// even places about this number of labels, at round numbers.
type even int

// Ticks returns the marks of an axis from lo to hi.
func (e even) Ticks(lo, hi float64) []plot.Tick {
	step := roundStep((hi - lo) / float64(max(int(e), 1)))
	var ticks []plot.Tick
	first := math.Ceil(lo/step - 1e-9)
	for i := 0.0; i < 100; i++ {
		v := (first + i) * step
		if v > hi+step*1e-9 {
			break
		}
		ticks = append(ticks, plot.Tick{Value: v, Label: label(v, step)})
	}
	return ticks
}

// roundStep returns the smallest of 1, 2 and 5 times a power of ten that is not much
// smaller than step.
func roundStep(step float64) float64 {
	if !(step > 0) || math.IsInf(step, 0) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, m := range []float64{1, 2, 5} {
		if step <= 1.3*m*power {
			return m * power
		}
	}
	return 10 * power
}

// label writes v with the number of digits that steps of this size need.
func label(v, step float64) string {
	decimals := max(0, int(-math.Floor(math.Log10(step)+1e-9)))
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if math.Abs(v) >= 1e6 || decimals > 5 && v != 0 {
		digits := max(0, int(math.Floor(math.Log10(math.Abs(v))+1e-9)-math.Floor(math.Log10(step)+1e-9)))
		text = strconv.FormatFloat(v, 'e', digits, 64)
	}
	if strings.Trim(text, "-0.") == "" {
		text = "0"
	}
	return strings.ReplaceAll(text, "-", "−")
}

// decades places labels at powers of ten. If there are only a few, it also places labels at
// 2 and 5 times these.
type decades int

// Ticks returns the marks of an axis from lo to hi, both more than 0.
func (d decades) Ticks(lo, hi float64) []plot.Tick {
	from, to := math.Floor(math.Log10(lo)), math.Ceil(math.Log10(hi))
	between := []float64{1, 2, 5}
	every := max(1, math.Ceil((to-from)/float64(max(int(d), 1))))
	if to-from > 2 {
		between = []float64{1}
	}
	var ticks []plot.Tick
	for e := from; e <= to; e++ {
		for _, m := range between {
			v := m * math.Pow(10, e)
			if v < lo*(1-1e-9) || v > hi*(1+1e-9) {
				continue
			}
			t := plot.Tick{Value: v}
			if math.Mod(e, every) == 0 {
				t.Label = label(v, math.Pow(10, e))
			}
			ticks = append(ticks, t)
		}
	}
	return ticks
}
