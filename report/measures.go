package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/run"
)

// A measured is the results of one measure during a run. All of them can be compared.
type measured struct {
	Title, Protocol, When string
	Rows                  []measuredRow // of the newest result
	Drawn                 string        // what the newest result drew at random; "": nothing
	Warnings              []string      // of the newest result
	Groups                []measuredGroup
	Charts                []chart
}

// A measuredRow is one figure as text.
type measuredRow struct{ Name, Value, StdErr, Baseline, Better string }

// A measuredGroup is a figure for each class as text.
type measuredGroup struct {
	Name              string
	Of, Samples, Real []string
	LeftOut           string
}

// A found is a result and the step at which it was measured.
type found struct {
	*measure.Result
	step int64
	kimg float64
}

// measures groups the results of a run. The results of a group can be compared. Groups are
// in order of their first results.
func measures(records []run.Record, examples string) ([]measured, error) {
	var alike [][]found
	for _, r := range records {
		for _, result := range r.Measures {
			if result == nil {
				continue
			}
			i := slices.IndexFunc(alike, func(a []found) bool { return measure.Comparable(a[0].Result, result) == nil })
			if i < 0 {
				i = len(alike)
				alike = append(alike, nil)
			}
			alike[i] = append(alike[i], found{result, r.Step, r.Kimg})
		}
	}
	var all []measured
	for _, results := range alike {
		m, err := newMeasured(results, examples)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// newMeasured describes results that can be compared.
func newMeasured(results []found, examples string) (measured, error) {
	last := results[len(results)-1]
	m := measured{
		Title: titleOf(last.Result), Protocol: last.Protocol, Warnings: last.Warnings,
		When: fmt.Sprintf("step %d, %s kimg", last.step, number(last.kimg)),
	}
	for _, v := range last.Values {
		row := measuredRow{Name: v.Name, Value: number(float64(v.Value)), StdErr: optional(v.StdErr), Baseline: optional(v.Baseline), Better: string(v.Better)}
		if v.Unit != "" {
			row.Value += " " + v.Unit
		}
		if v.StdErr != nil && v.StdErrOf != "" {
			row.StdErr += " (" + v.StdErrOf + ")"
		}
		m.Rows = append(m.Rows, row)
	}
	if len(last.Drawn) > 0 {
		m.Drawn = fmt.Sprintf("Drawn without replacement from seed %d: %s.", last.Seed, strings.Join(last.Drawn, "; "))
	}
	for _, g := range last.Groups {
		m.Groups = append(m.Groups, newGroup(g))
	}
	if len(results) < 2 {
		return m, nil
	}
	for _, names := range together(last.Values) {
		c, err := chartOf(results, names, examples)
		if err != nil {
			return m, err
		}
		m.Charts = append(m.Charts, c)
	}
	return m, nil
}

// titleOf returns the measure, its space, the numbers of examples and the reference.
func titleOf(r *measure.Result) string {
	title := r.Measure
	if r.Space != "" {
		title += " in " + r.Space
	}
	if r.N > 0 {
		title += fmt.Sprintf(", %d samples", r.N)
	}
	if r.M > 0 {
		title += fmt.Sprintf(" against %d real examples", r.M)
	}
	if r.Reference != "" {
		title += " of " + r.Reference
	}
	return title
}

// mostInChart is the largest number of lines that a reader can distinguish.
const mostInChart = 6

// together groups figures that can share an axis: their units are equal and their sizes
// similar.
func together(values []measure.Value) [][]measure.Value {
	var parts [][]measure.Value
	for _, v := range values {
		i := slices.IndexFunc(parts, func(p []measure.Value) bool {
			return len(p) < mostInChart && p[0].Unit == v.Unit && alikeInSize(float64(p[0].Value), float64(v.Value))
		})
		if i < 0 {
			parts = append(parts, []measure.Value{v})
		} else {
			parts[i] = append(parts[i], v)
		}
	}
	return parts
}

// alikeInSize reports whether two figures can share an axis.
func alikeInSize(a, b float64) bool {
	a, b = math.Abs(a), math.Abs(b)
	return max(a, b) <= 2 || max(a, b) <= 10*min(a, b)
}

// chartOf draws figures over time, with standard errors and baselines.
func chartOf(results []found, values []measure.Value, examples string) (chart, error) {
	var lines []plot.Series
	baselines := false
	for _, v := range values {
		line, baseline := plot.Series{Name: v.Name}, plot.Series{Faint: true}
		for _, r := range results {
			at, ok := r.Find(v.Name)
			if !ok {
				continue
			}
			line.X, line.Y = append(line.X, r.kimg), append(line.Y, float64(at.Value))
			line.StdErr = append(line.StdErr, optionalNumber(at.StdErr))
			if at.Baseline != nil {
				baseline.X, baseline.Y = append(baseline.X, r.kimg), append(baseline.Y, float64(*at.Baseline))
			}
		}
		lines = append(lines, line)
		if len(baseline.X) > 0 {
			lines, baselines = append(lines, baseline), true
		}
	}
	title, label := results[0].Measure, values[0].Unit
	if len(values) == 1 {
		title, lines[0].Name = title+": "+values[0].Name, ""
	}
	c, err := newChart(title, examples, plot.Curves{YLabel: label, Series: lines})
	if baselines {
		c.Note += " Dotted: the baseline."
	}
	return c, err
}

// mostClasses is the largest number of columns of a table.
const mostClasses = 20

// newGroup returns a group as text.
func newGroup(g measure.Group) measuredGroup {
	n := min(len(g.Of), mostClasses)
	out := measuredGroup{Name: g.Name, Of: g.Of[:n]}
	for _, v := range g.Samples[:min(len(g.Samples), n)] {
		out.Samples = append(out.Samples, number(float64(v)))
	}
	for _, v := range g.Real[:min(len(g.Real), n)] {
		out.Real = append(out.Real, number(float64(v)))
	}
	if n < len(g.Of) {
		out.LeftOut = fmt.Sprintf("The first %d of %d.", n, len(g.Of))
	}
	return out
}

// optional returns n as text, or a dash if it is nil.
func optional(n *measure.Number) string {
	if n == nil {
		return "–"
	}
	return number(float64(*n))
}

// optionalNumber returns n, or NaN if it is nil.
func optionalNumber(n *measure.Number) float64 {
	if n == nil {
		return math.NaN()
	}
	return float64(*n)
}
