package reproduce

import (
	"cmp"
	"context"
	"slices"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/probe"
	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/run"
)

var transferFeatures = Target{
	Name:   "transfer-features",
	Title:  "Transfer from D: accuracy by number of labels",
	Source: "The protocol of Radford et al. 2016, Unsupervised Representation Learning with Deep Convolutional GANs (arXiv 1511.06434), section 5, for several numbers of labels",
	Takes:  "about ten minutes",
	Uses:   []string{"data", "run", "seeds", "epochs", "set", "trials"},
	needs:  "images in a folder for each class",
	fixed:  unpacked,
	make:   makeTransferFeatures,
}

// The protocol.
const (
	transferEpochs = 6
	transferDraws  = 10
)

// transferPerClass is the numbers of labels of each class. All labels come after them.
var transferPerClass = []int{1, 3, 10, 30, 100}

// transferCs is the strengths of regularisation that validation images choose from. Those
// for all labels take the longest.
var (
	transferCs    = []float64{.001, .01, .1, 1, 10, 100, 1000}
	transferAllCs = []float64{.1, 1, 10}
)

// transferFound is the input of the page.
type transferFound struct {
	featuresFound
	AllCs  []float64
	Spaces []string
	Points []transferPoint
}

// A transferPoint is the results with a number of labels.
type transferPoint struct {
	Labels int
	All    bool
	Rows   []featuresRow // in the order of Spaces
}

// Gain returns the difference of the test accuracies of two rows.
func (p transferPoint) Gain(a, b int) float64 {
	return p.Rows[a].Accuracy.Mean - p.Rows[b].Accuracy.Mean
}

func makeTransferFeatures(ctx context.Context, j *job) error {
	D, sets, about, err := j.judgedD(ctx, j.protocol("digits", "mnist", transferEpochs))
	if err != nil {
		return err
	}
	found := transferFound{AllCs: transferAllCs, featuresFound: featuresFound{judged: about, Draws: cmp.Or(j.Trials, transferDraws), Cs: transferCs}}
	found.Validation, found.Test = sets.validation.Len(), sets.test.Len()
	if err := found.measure(ctx, j, D.TrainedNetwork, sets); err != nil {
		return err
	}
	if err := found.drawCurve(j); err != nil {
		return err
	}
	return j.finish(found)
}

// measure computes the accuracies for all numbers of labels. Numbers that the data do not
// have are left out.
func (f *transferFound) measure(ctx context.Context, j *job, D *run.TrainedNetwork, sets *featureSets) error {
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	untrained := engine.NewStore()
	probe.Initialise(untrained, D.Network, D.Config.Train.Seed)
	stores := []*engine.Store{D.Store, untrained, nil}
	f.Spaces = []string{"trained D", "untrained D", "pixels"}
	least := sets.train.Len()
	for _, indices := range sets.byClass() {
		least = min(least, len(indices))
	}
	for _, perClass := range append(slices.Clone(transferPerClass), 0) {
		point, cs := transferPoint{Labels: perClass * sets.classes, All: perClass == 0}, f.Cs
		switch {
		case perClass >= least:
			continue
		case point.All:
			sets.drawAll()
			point.Labels, cs = sets.train.Len(), f.AllCs
		default:
			if err := sets.draw(f.Draws, perClass); err != nil {
				return err
			}
		}
		for i, store := range stores {
			j.say("%d labels: %s", point.Labels, f.Spaces[i])
			row, err := sets.judge(ctx, device, D, store, cs)
			if err != nil {
				return err
			}
			row.Name = f.Spaces[i]
			point.Rows = append(point.Rows, row)
		}
		f.Points = append(f.Points, point)
	}
	return nil
}

// drawCurve draws the accuracies over the number of labels.
func (f *transferFound) drawCurve(j *job) error {
	c := plot.Curves{XLabel: "labels", YLabel: "test accuracy (%)", LogX: true}
	for i, name := range f.Spaces {
		s := plot.Series{Name: name}
		for _, p := range f.Points {
			a := p.Rows[i].Accuracy.Times(100)
			if a.N < 2 {
				a.Error = 0
			}
			s.X, s.Y, s.StdErr = append(s.X, float64(p.Labels)), append(s.Y, a.Mean), append(s.StdErr, a.Error)
		}
		c.Series = append(c.Series, s)
	}
	return j.draw("accuracy", c)
}
