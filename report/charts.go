package report

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/run"
)

// A chart is a drawing on the page.
type chart struct {
	Title   string
	Drawing template.HTML
	Note    string
}

// Size of a chart in mm. At the width of a column of the page, its letters are about as
// large as the text.
const (
	chartWidth  = 112
	chartHeight = 68
)

// newChart draws curves over the number of real examples shown.
func newChart(title, examples string, c plot.Curves) (chart, error) {
	c.Width, c.Height = chartWidth, chartHeight
	c.XLabel = "real " + examples + " shown (thousands)"
	c.XRange = [2]float64{0, 1e-3}
	figure, err := c.Figure()
	if err != nil {
		return chart{}, fmt.Errorf("chart of %s: %w", title, err)
	}
	drawing, err := figure.Inline(title)
	if err != nil {
		return chart{}, fmt.Errorf("chart of %s: %w", title, err)
	}
	return chart{Title: title, Drawing: template.HTML(drawing), Note: brokenNote(c.Series)}, nil
}

// brokenNote returns a sentence with the number of figures that are not finite, or "" if
// there are none.
func brokenNote(series []plot.Series) string {
	broken, all := 0, 0
	for _, s := range series {
		for _, y := range s.Y {
			all++
			if math.IsNaN(y) || math.IsInf(y, 0) {
				broken++
			}
		}
	}
	if broken == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d figures are not finite numbers; crosses at the edge show where.", broken, all)
}

// mostStatistics is the largest number of statistics with separate charts.
const mostStatistics = 24

// A chartSpec is a chart before it is drawn.
type chartSpec struct {
	title  string
	curves plot.Curves
}

// charts draws the figures of training in the records.
func charts(records []run.Record, examples string) ([]chart, error) {
	var drawn []chart
	for _, p := range specCharts(records, examples) {
		if len(p.curves.Series) == 0 {
			continue
		}
		c, err := newChart(p.title, examples, p.curves)
		if err != nil {
			return nil, err
		}
		drawn = append(drawn, c)
	}
	return drawn, nil
}

// specCharts returns the charts of training, in order.
func specCharts(records []run.Record, examples string) []chartSpec {
	losses := historyOf(records, func(r run.Record) run.Figures { return r.Losses })
	norms := historyOf(records, func(r run.Record) run.Figures { return r.GradientNorms })
	statistics := historyOf(records, func(r run.Record) run.Figures { return r.Statistics })
	speed := historyOf(records, func(r run.Record) run.Figures { return run.Figures{"": r.SamplesPerS} })
	scores, others := cutScores(statistics.names)
	specs := []chartSpec{
		{"Losses", plot.Curves{YLabel: "loss", Series: losses.series(losses.names)}},
		{"Output of D for real " + examples + " and for samples", statistics.scores(scores)},
		{"Norms of the players' gradients", plot.Curves{YLabel: "norm", LogY: norms.wide(), Series: norms.series(norms.names)}},
	}
	for _, name := range others[:min(len(others), mostStatistics)] {
		line := plot.Series{X: statistics.kimg[name], Y: statistics.value[name]}
		specs = append(specs, chartSpec{name, plot.Curves{YLabel: "mean", Series: []plot.Series{line}}})
	}
	return append(specs, chartSpec{"Speed", plot.Curves{
		YLabel: examples + " per second", YRange: [2]float64{0, 1}, Series: speed.series(speed.names),
	}})
}

// cutScores separates the names of the outputs of D, "D(x)" before "D(G(z))", from those of
// other statistics.
func cutScores(names []string) (scores, others []string) {
	for _, name := range names {
		if strings.HasPrefix(name, "D(") {
			scores = append(scores, name)
		} else {
			others = append(others, name)
		}
	}
	slices.SortStableFunc(scores, func(a, b string) int { return len(a) - len(b) })
	return scores, others
}

// series returns the figures of these names as lines.
func (h history) series(names []string) []plot.Series {
	var lines []plot.Series
	for _, name := range names {
		lines = append(lines, plot.Series{Name: name, X: h.kimg[name], Y: h.value[name]})
	}
	return lines
}

// scores draws the outputs of D. If they are probabilities, the axis goes from 0 to 1, and
// there is a line at 1/2.
func (h history) scores(names []string) plot.Curves {
	c := plot.Curves{YLabel: "score", Series: h.series(names)}
	for _, name := range names {
		for _, v := range h.value[name] {
			if v < 0 || v > 1 {
				return c
			}
		}
	}
	if len(names) > 0 {
		kimg := h.kimg[names[0]]
		ends := []float64{kimg[0], kimg[len(kimg)-1]}
		c.Series = append(c.Series, plot.Series{Name: "½: real and fake equally likely", X: ends, Y: []float64{.5, .5}, Faint: true})
	}
	c.YLabel, c.YRange = "probability of being real", [2]float64{0, 1}
	return c
}

// wide reports whether all figures are above 0 and their range is so large that they need a
// logarithmic axis.
func (h history) wide() bool {
	least, most := math.Inf(1), 0.0
	for _, values := range h.value {
		for _, v := range values {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				least, most = min(least, v), max(most, v)
			}
		}
	}
	return least > 0 && most > 20*least
}
