package referee

import (
	"math"
	"slices"
)

// A view is the probes of a history.
type view struct {
	h    *History
	rows []int // that have probes
}

func viewOf(h *History) *view {
	v := &view{h: h}
	for i, r := range h.Rows {
		if _, ok := r.Values[ProbePrefix+Dead]; ok || r.Covered != nil {
			v.rows = append(v.rows, i)
		}
	}
	return v
}

// values returns a figure of all probes that have it.
func (v *view) values(name string) []float64 {
	var list []float64
	for _, i := range v.rows {
		if x, ok := v.h.get(i, ProbePrefix+name); ok && finite(x) {
			list = append(list, x)
		}
	}
	return list
}

// lastProbes is the number of probes at the end that a rule reads: one or two can be
// unlucky.
const lastProbes = 3

// now returns the median of the last probes of a figure, NaN if there are fewer than
// lastProbes.
func (v *view) now(name string) float64 {
	list := v.values(name)
	if len(list) < lastProbes {
		return math.NaN()
	}
	return median(list[len(list)-lastProbes:])
}

// always reports whether a figure of the last probes is so in each of them.
func (v *view) always(name string, is func(float64) bool) bool {
	list := v.values(name)
	return len(list) >= lastProbes && share(list[len(list)-lastProbes:], is) == 1
}

// since returns the row since which a figure is so without a break.
func (v *view) since(name string, is func(float64) bool) int {
	first := len(v.rows) - 1
	for k := len(v.rows) - 1; k >= 0; k-- {
		x, ok := v.h.get(v.rows[k], ProbePrefix+name)
		if ok && !is(x) {
			break
		}
		first = k
	}
	return v.rows[max(first, 0)]
}

// patience is the number of probes without progress after which samples that do not cover the
// data are a failure. Before, the training may only be young.
const patience = 5

// Numbers of probed ticks. With fewer than FirstTicks no run can be judged. With FullTicks every
// failure can be seen, if it is there from the beginning.
const (
	FirstTicks = lastProbes
	FullTicks  = 2 * patience
)

// progress is the least change of a share that counts.
const progress = .05

// idle reports whether coverage and nearness of the samples have made no progress in the last
// probes.
func (v *view) idle() bool {
	// A point that moves may come near an example.
	return v.idleIn(Coverage) && (v.always(Diversity, below(narrowLimit)) || v.idleIn(Near))
}

// idleIn reports whether a figure has made no progress in the last probes: its best before is as
// good.
func (v *view) idleIn(name string) bool {
	list := v.values(name)
	n := len(list)
	return n >= patience+lastProbes && median(list[n-lastProbes:]) <= best(list[:n-patience])+progress
}

// rising reports whether the last values of a figure rise with time.
func (v *view) rising(name string, last int) bool {
	list := v.values(name)
	return spearman(list[max(0, len(list)-last):]) > risingCorrelation
}

// standing reports whether all values of a figure but the first ones differ by less than a
// limit. It is true without values.
func (v *view) standing(name string, limit float64) bool {
	list := v.values(name)
	list = list[min(firstDrifts, len(list)):]
	return len(list) == 0 || slices.Max(list)-slices.Min(list) < limit
}

// best returns the greatest median of three adjacent values, or the greatest value of fewer.
func best(list []float64) float64 {
	most := math.Inf(-1)
	if len(list) < 3 {
		for _, v := range list {
			most = max(most, v)
		}
		return most
	}
	for i := 3; i <= len(list); i++ {
		most = max(most, median(list[i-3:i]))
	}
	return most
}

// recent returns the share of real examples that any of the last probes covers, and the
// greatest share that one covers. They are NaN if there are fewer probes.
func (v *view) recent(probes int) (union, most float64) {
	var any []bool
	n := 0
	for _, i := range v.rows[max(0, len(v.rows)-probes):] {
		covered := v.h.Rows[i].Covered
		if covered == nil {
			continue
		}
		if any == nil {
			any = make([]bool, len(covered))
		}
		for k, is := range covered {
			any[k] = any[k] || is
		}
		most = max(most, shareOf(covered))
		n++
	}
	if n < probes {
		return math.NaN(), math.NaN()
	}
	return shareOf(any), most
}

func below(limit float64) func(float64) bool { return func(v float64) bool { return v < limit } }
func above(limit float64) func(float64) bool { return func(v float64) bool { return v > limit } }
