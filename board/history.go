package board

import (
	"cmp"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/referee"
)

// A history is the curves of a run, as its journal has them.
type history struct {
	mu      sync.Mutex
	journal tail
	step    []int64 // of each tick, as the next two
	kimg    []float64
	seconds []float64
	curves  map[curveName]*curve
	values  int // in all curves

	findings []finding // of the referee, in order
}

// A curveName names a curve within its chart.
type curveName struct{ chart, name string }

// A curve is the values of a figure. Not every tick has every figure.
type curve struct {
	at       []int32   // the tick of each value
	y        []float32 // the values
	baseline []float32 // of figures of measures: of real examples; empty if there is none
	better   measure.Better
	unit     string
	order    int // of its chart on the page
}

// The charts that every run can have, in the order of the page. Other statistics have
// a chart each, after these; then come the figures of measures.
const (
	lossChart  = "Losses"
	scoreChart = "Output of D"
	normChart  = "Norms of the gradients"
	speedChart = "Examples per second"
	layerChart = "Gradients of layers" // of the probes of the referee
)

const (
	lossOrder = iota
	scoreOrder
	normOrder
	statisticOrder
	measureOrder
	speedOrder
	probeOrder
)

// maxCurves is the largest number of curves of a run.
const maxCurves = 256

func newHistory() *history { return &history{curves: map[curveName]*curve{}} }

// forget removes all curves.
func (h *history) forget() {
	h.step, h.kimg, h.seconds, h.curves, h.values, h.findings = nil, nil, nil, map[curveName]*curve{}, 0, nil
}

// addLine reads a line of the journal.
func (h *history) addLine(line []byte) error {
	r, ticks, err := parseRecord(line)
	if err != nil {
		return err
	}
	for _, f := range r.Findings {
		at := f.Since
		if ticks {
			at = r.Step
		}
		h.findings = append(h.findings, newFinding(f, at))
	}
	if !ticks {
		return nil
	}
	h.step, h.kimg, h.seconds = append(h.step, r.Step), append(h.kimg, r.Kimg), append(h.seconds, r.Seconds)
	for player, v := range r.Losses {
		h.add(curveName{lossChart, player}, lossOrder, v)
	}
	for player, v := range r.GradientNorms {
		h.add(curveName{normChart, player}, normOrder, v)
	}
	for name, v := range r.Statistics {
		if strings.HasPrefix(name, "D(") {
			h.add(curveName{scoreChart, name}, scoreOrder, v)
		} else {
			h.add(curveName{name, name}, statisticOrder, v)
		}
	}
	for name, v := range r.Probes {
		if layer, ok := strings.CutPrefix(name, referee.GradientPrefix); ok {
			h.add(curveName{layerChart, layer}, probeOrder, v)
		} else {
			h.add(curveName{name, name}, probeOrder, v)
		}
	}
	h.add(curveName{speedChart, "speed"}, speedOrder, r.SamplesPerS)
	for _, result := range r.Measures {
		if result != nil {
			h.addMeasure(result)
		}
	}
	return nil
}

// add appends a value of the newest tick to a curve. It returns nil if there are too many
// curves.
func (h *history) add(name curveName, order int, v float64) *curve {
	c := h.curves[name]
	if c == nil {
		if len(h.curves) >= maxCurves {
			return nil
		}
		c = &curve{order: order}
		h.curves[name] = c
	}
	c.at, c.y = append(c.at, int32(len(h.step)-1)), append(c.y, float32(v))
	h.values++
	return c
}

func (h *history) addMeasure(r *measure.Result) {
	for _, v := range r.Values {
		c := h.add(curveName{r.Measure + ": " + v.Name, v.Name}, measureOrder, float64(v.Value))
		if c == nil {
			return
		}
		c.better, c.unit = v.Better, v.Unit
		if v.Baseline != nil && len(c.baseline) == len(c.y)-1 {
			c.baseline = append(c.baseline, float32(*v.Baseline))
		}
	}
}

// names returns the names of the curves in the order of the page.
func (h *history) names() []curveName {
	var names []curveName
	for name := range h.curves {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b curveName) int {
		return cmp.Or(cmp.Compare(h.curves[a].order, h.curves[b].order), cmp.Compare(a.chart, b.chart),
			cmp.Compare(len(a.name), len(b.name)), cmp.Compare(a.name, b.name))
	})
	return names
}

// kimgOf returns the kimg of a step, NaN if the journal does not have the step.
func (h *history) kimgOf(step int64) float64 {
	if i, ok := slices.BinarySearch(h.step, step); ok {
		return h.kimg[i]
	}
	return nan
}

// histories are the curves of the runs that pages show. Only the newest are kept.
type histories struct {
	root *os.Root
	mu   sync.Mutex
	all  map[string]*history
	used []string // ids, the most recent last
}

// Limits of the history that is kept.
const (
	maxHistories = 16
	maxValues    = 4 << 20 // in all histories: 32 MB
)

func newHistories(root *os.Root) *histories {
	return &histories{root: root, all: map[string]*history{}}
}

// use calls f with the curves of a run after it has read the new lines of the journal. The
// error is that of reading; f is called in any case.
func (c *histories) use(id string, f func(h *history)) error {
	c.mu.Lock()
	h := c.all[id]
	if h == nil {
		h = newHistory()
		c.all[id] = h
	}
	c.used = append(slices.DeleteFunc(c.used, func(other string) bool { return other == id }), id)
	c.mu.Unlock()

	h.mu.Lock()
	err := h.journal.read(c.root, path.Join(id, "journal.jsonl"), h.forget, h.addLine)
	f(h)
	h.mu.Unlock()

	c.trim()
	return err
}

// trim drops the histories that were used least recently, if there is too much.
func (c *histories) trim() {
	c.mu.Lock()
	defer c.mu.Unlock()
	total := 0
	for i := len(c.used) - 1; i >= 0; i-- {
		h := c.all[c.used[i]]
		if h.mu.TryLock() { // the others are in use
			total += h.values
			h.mu.Unlock()
		}
		if i < len(c.used)-1 && (total > maxValues || len(c.used)-i > maxHistories) {
			for _, id := range c.used[:i+1] {
				delete(c.all, id)
			}
			c.used = slices.Delete(c.used, 0, i+1)
			return
		}
	}
}

// drop forgets a run.
func (c *histories) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.all, id)
	c.used = slices.DeleteFunc(c.used, func(other string) bool { return other == id })
}
