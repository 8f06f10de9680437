package board

import (
	"math"
	"sort"

	"github.com/gander-ml/gander/referee"
)

var nan = math.NaN()

// A chart is the curves of one kind in a part of the training, thinned for a screen.
type chart struct {
	Title  string    `json:"title"`
	Kind   string    `json:"kind"` // "loss", "score", "norm", "statistic", "measure", "speed" or "probe"
	Curves []thinned `json:"curves"`
	Better string    `json:"better,omitempty"`
	Unit   string    `json:"unit,omitempty"`
	Help   string    `json:"help,omitempty"` // what a probe is

	Evidence bool `json:"evidence,omitempty"` // a probe that is a figure of the newest finding
}

// A thinned is a curve with few points. The values that are not finite are null.
type thinned struct {
	Name     string   `json:"name"`
	X        []number `json:"x"`
	Y        []number `json:"y"`
	Baseline []number `json:"baseline,omitempty"` // of real examples, at each X
	Total    int      `json:"total"`              // number of values before thinning
	Broken   int      `json:"broken,omitempty"`   // number of values that are not finite
}

var kinds = []string{lossOrder: "loss", scoreOrder: "score", normOrder: "norm", statisticOrder: "statistic", measureOrder: "measure", speedOrder: "speed", probeOrder: "probe"}

// probeHelp describes the probes, as docs/failures.md does.
var probeHelp = map[string]string{
	referee.Diversity: "mean distance of two samples, divided by that of two real examples",
	referee.Coverage:  "share of the real examples that have a sample near them",
	referee.Near:      "share of the samples that are near a real example",
	referee.Offset:    "distance between the mean sample and the mean real example",
	referee.Drift:     "how far samples from the same latents have moved since the tick before",
	referee.Gap:       "D's mean answer to training examples less that to samples",
	referee.Overfit:   "share of that gap that is missing on held-out examples",
	referee.HeldOut:   "share of the held-out examples that D calls real",
	referee.Copies:    "distance of samples to the nearest training example, divided by that of held-out examples",
	referee.Midtones:  "share of pixels that are neither black nor white, divided by that of real images",
	referee.Dead:      "share of units without any gradient, in the layer that has most of them",
	referee.Condition: "how much samples differ between classes",
	referee.Latent:    "how much samples of one class differ",
	referee.Narrow:    "how much samples differ in the class with the least difference",
	referee.Modes:     "distance between samples in training mode and as they are drawn",
	referee.Apart:     "mean distance of two real examples",
	referee.Numbers:   "numbers of an example that are compared",
}

// A view is the part of the training that a page shows.
type view struct {
	axis     string // "kimg", "step" or "seconds"
	from, to float64
	points   int // of each curve, about
}

// axis returns the x of the i-th tick.
func (h *history) axis(name string) func(i int32) float64 {
	switch name {
	case "step":
		return func(i int32) float64 { return float64(h.step[i]) }
	case "seconds":
		return func(i int32) float64 { return h.seconds[i] }
	}
	return func(i int32) float64 { return h.kimg[i] }
}

// charts returns the charts of a view.
func (h *history) charts(v view) []chart {
	all := []chart{}
	for _, name := range h.names() {
		c := h.curves[name]
		if len(all) == 0 || all[len(all)-1].Title != name.chart {
			all = append(all, chart{Title: name.chart, Kind: kinds[c.order], Better: string(c.better), Unit: c.unit})
		}
		last := &all[len(all)-1]
		if last.Help = probeHelp[name.chart]; last.Kind == "probe" && len(h.findings) > 0 {
			last.Evidence = h.findings[len(h.findings)-1].shows(name.chart)
		}
		last.Curves = append(last.Curves, c.thin(name.name, v, h.axis(v.axis)))
	}
	return all
}

// thin returns the part of the curve in a view. It divides the values into groups of equal
// number. Of each group it keeps the smallest and the largest, so that every spike is
// visible, and the first that is not finite. One value before the view and one after it
// stay, so that the line reaches the edges.
func (c *curve) thin(name string, v view, x func(i int32) float64) thinned {
	first := sort.Search(len(c.at), func(i int) bool { return x(c.at[i]) >= v.from })
	end := sort.Search(len(c.at), func(i int) bool { return x(c.at[i]) > v.to })
	first, end = max(first-1, 0), min(end+1, len(c.at))
	out := thinned{Name: name, X: []number{}, Y: []number{}, Total: max(end-first, 0)}
	size := 1
	if out.Total > v.points {
		size = (3*out.Total + v.points - 1) / v.points
	}
	for from := first; from < end; from += size {
		for _, i := range c.extremes(from, min(from+size, end)) {
			if i < 0 {
				continue
			}
			out.X, out.Y = append(out.X, number(x(c.at[i]))), append(out.Y, number(c.y[i]))
			if len(c.baseline) == len(c.y) {
				out.Baseline = append(out.Baseline, number(c.baseline[i]))
			}
		}
	}
	for _, y := range c.y[first:max(first, end)] {
		if !isFinite(float64(y)) {
			out.Broken++
		}
	}
	return out
}

// extremes returns, in order, where values from from to end-1 have their smallest, their
// largest, and the first that is not finite; -1 for one that is not there or is returned
// already.
func (c *curve) extremes(from, end int) [3]int {
	least, greatest, broken := -1, -1, -1
	for i := from; i < end; i++ {
		switch y := c.y[i]; {
		case !isFinite(float64(y)):
			if broken < 0 {
				broken = i
			}
		case least < 0:
			least, greatest = i, i
		case y < c.y[least]:
			least = i
		case y > c.y[greatest]:
			greatest = i
		}
	}
	if least == greatest {
		greatest = -1
	}
	found := [3]int{least, greatest, broken}
	sort.Ints(found[:])
	return found
}

// extent returns the first and the last x of a journal, 0 and 0 without ticks.
func (h *history) extent(axis string) (first, last number) {
	if len(h.step) == 0 {
		return 0, 0
	}
	x := h.axis(axis)
	return number(x(0)), number(x(int32(len(h.step) - 1)))
}
