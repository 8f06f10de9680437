package reproduce

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path"
	"slices"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/run"
)

// The truncation curve.
const (
	truncatedSamples = 2000
	truncatedColumns = 16 // samples of each limit in the picture
)

// truncatedFigures is the figures of the measure prdc.
var truncatedFigures = []string{"precision", "recall", "density", "coverage"}

// A truncation is the figures of truncated samples of the baseline.
type truncation struct {
	Samples  int
	Figures  []string
	Rows     []truncatedRow
	Protocol string
	Space    string
	Pictured bool // there is a picture, with a row of samples for each limit
}

// A truncatedRow is the figures for one limit.
type truncatedRow struct {
	Psi     float64 // 0: no limit
	Figures []meanError
}

// Limit returns the limit as text.
func (r truncatedRow) Limit() string {
	if r.Psi == 0 {
		return "none"
	}
	return fmt.Sprint(r.Psi)
}

// truncate measures the last checkpoints of the baseline with truncated latents, and draws the
// curves and samples of the first run. psi increases. The rows begin without a limit.
func (p *coordinated) truncate(ctx context.Context, j *job, device *engine.Device, psi []float64) (*truncation, error) {
	found := &truncation{Samples: truncatedSamples / max(j.hurry, 1), Figures: truncatedFigures}
	limits := []float64{0}
	for _, limit := range slices.Backward(psi) {
		limits = append(limits, limit)
	}
	values := make([][][]float64, len(limits)) // by limit, figure and run
	for i := range values {
		values[i] = make([][]float64, len(truncatedFigures))
	}
	var shown []picture.Images
	cache := &measure.Cache{}
	for r, folder := range p.Rows[0].folders {
		g, err := j.openGenerator(device, folder)
		if err != nil {
			return nil, err
		}
		task := measure.Task{N: found.Samples, Space: classifierSpace(p.Dataset), Seed: scoringSeed, Device: device, Cache: cache}
		real, err := g.Config.LoadReal(ctx, "")
		if err != nil {
			return nil, err
		}
		task.Train, task.Reference = real.Train, real.Test
		for i, limit := range limits {
			if err := found.measure(ctx, g, limit, task, values[i]); err != nil {
				return nil, err
			}
			if r > 0 || !g.Outputs()[0].Makes.IsImage() {
				continue
			}
			images, err := drawImages(ctx, g, truncatedColumns, scoringSeed)
			if err != nil {
				return nil, err
			}
			shown = append(shown, images)
		}
	}
	for i, limit := range limits {
		row := truncatedRow{Psi: limit}
		for _, list := range values[i] {
			row.Figures = append(row.Figures, meanErrorOf(list))
		}
		found.Rows = append(found.Rows, row)
	}
	found.Pictured = len(shown) > 0
	return found, errors.Join(found.draw(j), j.drawTruncated(shown))
}

// classifierSpace returns the feature space of a classifier of a dataset, or "", the default, if
// there is none.
func classifierSpace(dataset string) string {
	for _, space := range measure.Spaces() {
		if path.Base(space) == dataset {
			return space
		}
	}
	return ""
}

// measure adds the figures of a generator with a limit, 0 for none, to values.
func (f *truncation) measure(ctx context.Context, g *run.Generator, limit float64, task measure.Task, values [][]float64) error {
	if limit > 0 {
		if err := g.Truncate("", limit); err != nil {
			return err
		}
	}
	var err error
	if task.Samples, err = g.SampleSet(ctx, task.N, scoringSeed, g.Name); err != nil {
		return err
	}
	result, err := runMeasure(ctx, "prdc", task)
	if err != nil {
		return err
	}
	f.Protocol, f.Space = result.Protocol, result.Space
	for k, name := range f.Figures {
		v, err := figureOf(result, name)
		if err != nil {
			return err
		}
		values[k] = append(values[k], float64(v.Value))
	}
	return nil
}

// draw draws the figures by the limit.
func (f *truncation) draw(j *job) error {
	c := plot.Curves{XLabel: "psi", YLabel: "share", YRange: [2]float64{0, 1}}
	for k, name := range f.Figures[:2] { // precision and recall
		s := plot.Series{Name: name}
		whole := f.Rows[0].Figures[k].Mean
		for i := len(f.Rows) - 1; i > 0; i-- {
			row := f.Rows[i]
			s.X, s.Y, s.StdErr = append(s.X, row.Psi), append(s.Y, row.Figures[k].Mean), append(s.StdErr, row.Figures[k].Error)
		}
		if math.IsNaN(s.StdErr[0]) { // one run has no standard error
			s.StdErr = nil
		}
		ends := []float64{s.X[0], s.X[len(s.X)-1]}
		c.Series = append(c.Series, s, plot.Series{X: ends, Y: []float64{whole, whole}, Faint: true})
	}
	return j.draw("truncation", c)
}

// drawTruncated draws a row of samples for each limit.
func (j *job) drawTruncated(rows []picture.Images) error {
	if len(rows) == 0 {
		return nil
	}
	all := rows[0]
	for _, r := range rows[1:] {
		all.N += r.N
		all.Pixels = append(all.Pixels[:len(all.Pixels):len(all.Pixels)], r.Pixels...)
	}
	drawn, err := picture.Grid(all, truncatedColumns, picture.Options{})
	if err != nil {
		return err
	}
	return j.writePNG("truncated.png", drawn, nil)
}
