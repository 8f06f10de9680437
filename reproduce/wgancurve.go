package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/run"
)

// wganCurve compares the estimate of the critic with a measure that does not know the
// critic. The paper shows curves and samples, and prints no numbers. As in its upper plots,
// the critic is convolutional.
var wganCurve = Target{
	Name:   "wgan-curve",
	Title:  "WGAN: does the loss of the critic follow the quality of the samples?",
	Source: "Arjovsky et al. 2017, Wasserstein GAN (arXiv 1701.07875), section 4.2 and Figure 3, on MNIST",
	Takes:  "many hours a seed; --epochs 20 --set width=16 half an hour",
	Uses:   []string{"data", "seeds", "epochs", "set", "jobs"},
	make:   makeWGANCurve,
}

// The protocol. The measure is the kernel distance, in the features of a classifier if the
// data have one.
const (
	curveEpochs  = 50
	curveTicks   = 25
	curveMeasure = "kernel"
	curveSamples = 2000
)

// curveFound is the input of the page.
type curveFound struct {
	Dataset     string
	Form        string // of the networks
	Epochs      float64
	Ticks       int
	Samples     int
	Seeds       []curveSeed
	Correlation meanError
	Changes     []change
	Protocol    string
}

// A curveSeed is the results of a run.
type curveSeed struct {
	Seed        uint64
	Points      []curvePoint
	Correlation float64
	Seconds     float64
	Constant    int // number of ticks with the estimate 0, when D gives all images the same score
}

// A curvePoint is a tick. The estimate is the mean of -loss.D since the tick before.
type curvePoint struct{ Kimg, Estimate, Distance float64 }

func makeWGANCurve(ctx context.Context, j *job) error {
	j.defaultSeeds(1)
	j.Jobs, j.Threads = cmp.Or(j.Jobs, 1), cmp.Or(j.Threads, 1)
	found := curveFound{Dataset: cmp.Or(j.Data, "mnist"), Epochs: cmp.Or(j.Epochs, curveEpochs), Ticks: curveTicks, Samples: j.rounds(curveSamples)}
	configs, changed, err := j.configs(j.Seeds, func(seed uint64) (*run.Config, error) {
		c, err := newConfig("wgan", found.Dataset, seed, found.Epochs)
		if err != nil {
			return nil, err
		}
		c.Train.TickKimg = c.Train.Kimg / curveTicks
		c.Train.Measure = []string{fmt.Sprintf("%s@%d", curveMeasure, found.Samples)}
		return c, nil
	})
	if err != nil {
		return err
	}
	found.Changes, found.Form = changed, configs[0].Model.(*recipe.WGAN).Form
	folders, err := j.trainAll(ctx, configs)
	if err != nil {
		return err
	}
	var correlations []float64
	for i, f := range folders {
		s, err := found.read(f, j.Seeds[i])
		if err != nil {
			return err
		}
		found.Seeds, correlations = append(found.Seeds, s), append(correlations, s.Correlation)
	}
	found.Correlation = meanErrorOf(correlations)
	if err := j.drawCurve(found.Seeds); err != nil {
		return err
	}
	return j.finish(found)
}

// read reads the ticks of a run.
func (f *curveFound) read(folder run.Folder, seed uint64) (curveSeed, error) {
	s := curveSeed{Seed: seed}
	err := eachRecord(folder, func(r run.Record) {
		s.Seconds = r.Seconds
		for _, m := range r.Measures {
			if m == nil || m.Measure != curveMeasure {
				continue
			}
			f.Protocol = m.Protocol
			if v, ok := m.Find("distance"); ok {
				s.Points = append(s.Points, curvePoint{r.Kimg, -r.Losses["D"], float64(v.Value)})
			}
		}
	})
	var estimates, distances []float64
	for _, p := range s.Points {
		estimates, distances = append(estimates, p.Estimate), append(distances, p.Distance)
		if p.Estimate == 0 {
			s.Constant++
		}
	}
	s.Correlation = rankCorrelation(estimates, distances)
	return s, err
}

// drawCurve draws both curves of each seed, divided by their greatest values.
func (j *job) drawCurve(seeds []curveSeed) error {
	c := plot.Curves{XLabel: "kimg", YLabel: "share of the greatest value", YRange: [2]float64{0, 1}}
	for _, s := range seeds {
		var x, estimate, distance []float64
		for _, p := range s.Points {
			x, estimate, distance = append(x, p.Kimg), append(estimate, p.Estimate), append(distance, p.Distance)
		}
		c.Series = append(c.Series,
			plot.Series{Name: fmt.Sprintf("estimate, seed %d", s.Seed), X: x, Y: shares(estimate)},
			plot.Series{Name: fmt.Sprintf("kernel distance, seed %d", s.Seed), X: x, Y: shares(distance)})
	}
	return j.draw("curves", c)
}

// shares divides values by the greatest.
func shares(values []float64) []float64 {
	if len(values) == 0 {
		return nil
	}
	most := slices.Max(values)
	for i := range values {
		values[i] /= most
	}
	return values
}

// rankCorrelation returns Spearman's rank correlation: the correlation of the ranks. Equal
// values share the mean of their ranks. It is NaN for fewer than two values, or if all
// values of one list are equal.
func rankCorrelation(a, b []float64) float64 {
	ra, rb := ranks(a), ranks(b)
	mean := float64(len(a)-1) / 2
	var ab, aa, bb float64
	for i := range ra {
		ab += (ra[i] - mean) * (rb[i] - mean)
		aa += (ra[i] - mean) * (ra[i] - mean)
		bb += (rb[i] - mean) * (rb[i] - mean)
	}
	return ab / math.Sqrt(aa*bb)
}

// ranks returns the rank of each value, from 0.
func ranks(values []float64) []float64 {
	ranks := make([]float64, len(values))
	for i, v := range values {
		for k, w := range values {
			switch {
			case w < v:
				ranks[i]++
			case w == v && k != i:
				ranks[i] += .5
			}
		}
	}
	return ranks
}
