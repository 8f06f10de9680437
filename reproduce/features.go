package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/probe"
	"github.com/gander-ml/gander/run"
)

var dcganFeatures = Target{
	Name:   "dcgan-features",
	Title:  "DCGAN: a linear classifier of the discriminator's activations, with few labels",
	Source: "Radford et al. 2016, Unsupervised Representation Learning with Deep Convolutional GANs (arXiv 1511.06434), section 5",
	Takes:  "minutes with --run, else many hours; --epochs 10 --set width=32 about an hour",
	Uses:   []string{"data", "run", "seeds", "epochs", "set", "trials"},
	needs:  "images in a folder for each class",
	fixed:  unpacked,
	make:   makeFeatures,
}

// The protocol. The paper has all labels of CIFAR-10, and 1000 labels of SVHN; this is the
// protocol of SVHN.
const (
	featuresEpochs     = 25
	featuresDraws      = 5
	featuresPerClass   = 100  // labels
	featuresSide       = 4    // positions to which maps are pooled
	featuresPasses     = 50   // batches for the statistics of batch normalisation
	featuresValidation = 2000 // validation images, which choose C
	featuresTest       = 10_000
)

// featuresCs is the strengths of regularisation that validation images choose from.
var featuresCs = []float64{.001, .01, .1, 1, 10, 100}

// featuresFound is the input of the page.
type featuresFound struct {
	judged
	Labels     int // of a draw
	Draws      int
	Cs         []float64
	Batches    int
	Validation int
	Test       int
	Rows       []featuresRow
}

// A featuresRow is the results of a feature space.
type featuresRow struct {
	Name     string
	Features int
	C        float64
	AtEdge   bool      // C is the smallest or the greatest that was tried
	Chosen   meanError // validation accuracy at C, over draws
	Accuracy meanError // test accuracy, over draws
}

// JPEG reports whether the name of the data contains "jpeg", a compression with loss.
func (f featuresFound) JPEG() bool { return strings.Contains(strings.ToLower(f.Dataset), "jpeg") }

// Gain returns the difference of the test accuracies of two rows.
func (f featuresFound) Gain(a, b int) float64 {
	return f.Rows[a].Accuracy.Mean - f.Rows[b].Accuracy.Mean
}

func makeFeatures(ctx context.Context, j *job) error {
	D, sets, about, err := j.judgedD(ctx, j.protocol("dcgan", "cifar10", featuresEpochs, "model.conditional=no"))
	if err != nil {
		return err
	}
	found := featuresFound{judged: about, Draws: cmp.Or(j.Trials, featuresDraws), Cs: featuresCs}
	if err := sets.draw(found.Draws, j.rounds(featuresPerClass)); err != nil {
		return err
	}
	found.Labels, found.Validation, found.Test = len(sets.draws[0].Labels), sets.validation.Len(), sets.test.Len()
	found.Batches = len(sets.shuffled) / (probe.Batch * sets.train.Size())
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	untrained := engine.NewStore()
	probe.Initialise(untrained, D.Network, D.Config.Train.Seed)
	for _, space := range []struct {
		name  string
		store *engine.Store
	}{{"D, trained without labels", D.Store}, {"D of the same shape, not trained", untrained}, {"pixels", nil}} {
		j.say("features: %s", space.name)
		row, err := sets.judge(ctx, device, D.TrainedNetwork, space.store, featuresCs)
		if err != nil {
			return err
		}
		row.Name = space.name
		found.Rows = append(found.Rows, row)
	}
	return j.finish(found)
}

// featureSets is the images that classifiers are trained and judged on.
type featureSets struct {
	dataset                 string
	seed                    uint64
	train, validation, test *measure.Set
	classes                 int
	draws                   []drawnLabels
	shuffled                []float32 // training images in random order, for statistics
}

// drawnLabels are the training images that a classifier may use with their labels.
type drawnLabels struct {
	Images []float32
	Labels []int32
}

// openFeatureSets loads the parts of the data. Pixels are scaled as D reads them.
func openFeatureSets(ctx context.Context, D *run.TrainedNetwork, seed uint64) (*featureSets, error) {
	s := &featureSets{dataset: D.Config.Data.Name, seed: seed}
	for _, part := range []struct {
		split data.Split
		limit int64
		set   **measure.Set
	}{{data.Train, measure.MaxTrain, &s.train}, {data.Validation, featuresValidation, &s.validation}, {data.Test, featuresTest, &s.test}} {
		set, err := D.Config.OpenData(ctx, "", part.split)
		if err != nil {
			return nil, err
		}
		if *part.set, err = measure.FromData(set, D.Config.Data.Name, part.limit); err != nil {
			return nil, err
		}
		loaded := *part.set
		if !loaded.Field.IsImage() {
			return nil, hint.Add(fmt.Errorf("dataset %s: features of images are classified, and its examples are %v", D.Config.Data.Name, loaded.Field), "--run with a run on images in a folder for each class")
		}
		rescale(loaded.Values, loaded.Values, D.Scale)
	}
	s.classes = s.train.Classes
	s.shuffled = shuffled(s.train, featuresPasses*probe.Batch, seed)
	return s, nil
}

// byClass returns the indices of the training images of each class.
func (s *featureSets) byClass() [][]int32 {
	of := make([][]int32, s.classes)
	for i, label := range s.train.Labels {
		of[label] = append(of[label], int32(i))
	}
	return of
}

// draw draws the images that may be used with their labels, perClass of each class. A draw of more
// contains those of the same draw of fewer.
func (s *featureSets) draw(draws, perClass int) error {
	of := s.byClass()
	s.draws = nil
	for k := range draws {
		var drawn drawnLabels
		for class, indices := range of {
			if len(indices) < perClass {
				return hint.Add(fmt.Errorf("dataset %s: class %d has %d training images, want at least %d", s.dataset, class, len(indices), perClass), "choose larger data")
			}
			order := permutation(s.seed, fmt.Sprintf("labels of draw %d of class %d", k, class), len(indices))
			for _, i := range order[:perClass] {
				drawn.Images = append(drawn.Images, s.train.At(int(indices[i]))...)
				drawn.Labels = append(drawn.Labels, int32(class))
			}
		}
		s.draws = append(s.draws, drawn)
	}
	return nil
}

// drawAll allows the labels of all training images.
func (s *featureSets) drawAll() { s.draws = []drawnLabels{{s.train.Values, s.train.Labels}} }

// judge trains and scores classifiers of all draws with the features of D, with the
// parameters in store. A nil store means the pixels themselves. cs is the strengths of
// regularisation to choose from.
func (s *featureSets) judge(ctx context.Context, device *engine.Device, D *run.TrainedNetwork, store *engine.Store, cs []float64) (row featuresRow, err error) {
	of := func(images []float32) ([]float32, error) { return images, ctx.Err() }
	if store != nil {
		features, err := probe.NewFeatures(device, store, D.Network, featuresSide)
		if err != nil {
			return row, err
		}
		if err := features.Collect(ctx, s.shuffled); err != nil {
			return row, err
		}
		of = func(images []float32) ([]float32, error) { return features.Of(ctx, images) }
	}
	draws := make([]probe.Training, len(s.draws))
	for i, drawn := range s.draws {
		draws[i] = probe.Training{Labels: drawn.Labels, Classes: s.classes}
		if draws[i].Features, err = of(drawn.Images); err != nil {
			return row, err
		}
	}
	validation, test := labelledFeatures{labels: s.validation.Labels}, labelledFeatures{labels: s.test.Labels}
	if validation.values, err = of(s.validation.Values); err != nil {
		return row, err
	}
	if test.values, err = of(s.test.Values); err != nil {
		return row, err
	}
	if row, err = scoreFeatures(draws, validation, test, cs); err != nil {
		return row, err
	}
	return row, ctx.Err()
}

// labelledFeatures are features of examples with their classes.
type labelledFeatures struct {
	values []float32 // [n, size]
	labels []int32   // [n]
}

// scoreFeatures trains a linear classifier for each draw, chooses the strength of
// regularisation of cs by its mean accuracy on validation examples, and judges the
// classifiers on test examples.
func scoreFeatures(draws []probe.Training, validation, test labelledFeatures, cs []float64) (row featuresRow, err error) {
	row.Features = len(validation.values) / len(validation.labels)
	classifiers := make([][]*probe.Classifier, len(draws)) // by draw and C
	right := make([][]float64, len(cs))                    // validation accuracy by C and draw
	for i, drawn := range draws {
		if classifiers[i], err = probe.Train(drawn, cs); err != nil {
			return row, err
		}
		for k, c := range classifiers[i] {
			right[k] = append(right[k], accuracy(c, validation.values, validation.labels))
		}
	}
	best, top := 0, math.Inf(-1)
	for k := range cs { // of equal ones the strongest regularisation
		if mean := meanErrorOf(right[k]).Mean; mean > top {
			best, top = k, mean
		}
	}
	row.C, row.AtEdge, row.Chosen = cs[best], best == 0 || best == len(cs)-1, meanErrorOf(right[best])
	var scores []float64
	for i := range draws {
		scores = append(scores, accuracy(classifiers[i][best], test.values, test.labels))
	}
	row.Accuracy = meanErrorOf(scores)
	return row, nil
}

// accuracy returns the share of examples that the classifier gives their label.
func accuracy(c *probe.Classifier, features []float32, labels []int32) float64 {
	return 1 - float64(c.Errors(features, labels))/float64(len(labels))
}
