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

// Size of a chart in mm: at the width of the page's columns its letters are about
// as large as the text.
const (
	chartWidth  = 112
	chartHeight = 68
)

// newChart draws curves over the examples shown.
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

// brokenNote says how many numbers are not finite, if any.
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

// mostStatistics bounds the statistics that have a chart of their own.
const mostStatistics = 24

// A plan is a chart that is to be drawn.
type plan struct {
	title  string
	curves plot.Curves
}

// charts draws what the records say of training.
func charts(records []run.Record, examples string) ([]chart, error) {
	var drawn []chart
	for _, p := range planCharts(records, examples) {
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

func planCharts(records []run.Record, examples string) []plan {
	losses := historyOf(records, func(r run.Record) run.Figures { return r.Losses })
	norms := historyOf(records, func(r run.Record) run.Figures { return r.GradientNorms })
	statistics := historyOf(records, func(r run.Record) run.Figures { return r.Statistics })
	speed := historyOf(records, func(r run.Record) run.Figures { return run.Figures{"": r.SamplesPerS} })
	scores, others := cutScores(statistics.names)
	plans := []plan{
		{"Losses", plot.Curves{YLabel: "loss", Series: losses.series(losses.names)}},
		{"What D says of real " + examples + " and of samples", statistics.scores(scores)},
		{"Norms of the players' gradients", plot.Curves{YLabel: "norm", LogY: norms.wide(), Series: norms.series(norms.names)}},
	}
	for _, name := range others[:min(len(others), mostStatistics)] {
		line := plot.Series{X: statistics.kimg[name], Y: statistics.value[name]}
		plans = append(plans, plan{name, plot.Curves{YLabel: "mean", Series: []plot.Series{line}}})
	}
	return append(plans, plan{"Speed", plot.Curves{
		YLabel: examples + " per second", YRange: [2]float64{0, 1}, Series: speed.series(speed.names),
	}})
}

// cutScores parts the names of what D says, "D(x)" before "D(G(z))", from those
// of other statistics.
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

// scores draws what D says. Where that is probabilities the axis has all of
// them, and a line where D cannot tell.
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
		c.Series = append(c.Series, plot.Series{Name: "½: cannot tell", X: ends, Y: []float64{.5, .5}, Faint: true})
	}
	c.YLabel, c.YRange = "probability of being real", [2]float64{0, 1}
	return c
}

// wide says whether the figures are all above 0 and span so much that only a
// logarithmic axis shows them.
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
