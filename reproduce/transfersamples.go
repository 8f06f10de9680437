package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/run"
)

var transferSamples = Target{
	Name:   "transfer-samples",
	Title:  "G as a source of training data: a classifier that learns from samples",
	Source: "Ravuri and Vinyals 2019, Classification Accuracy Score for Conditional Generative Models (arXiv 1905.10887), on small images and with a small classifier",
	Takes:  "about fifteen minutes",
	Uses:   []string{"data", "run", "seeds", "epochs", "set", "trials"},
	needs:  "images in a folder for each class",
	make:   makeTransferSamples,
}

const (
	sampledEpochs  = 10
	transferTrials = 3  // classifiers of each row
	transferWidth  = 16 // of the recipe images
)

// transferCounts is the numbers of images that the classifiers learn from. All training
// images come after them.
var transferCounts = []int{1000, 10_000}

// sampledFound is the input of the page.
type sampledFound struct {
	judged
	Trials  int
	Updates int
	Batch   int
	Test    int
	Train   int
	Asked   meanError // share of samples that classifiers of all real images give the class that G read
	OfReal  meanError // their accuracy on test images
	Rows    []sampledRow
}

// A sampledRow is the test accuracies of classifiers that learned from a number of images.
type sampledRow struct {
	Images              int
	Real, Samples, Both meanError // Both: these real images and all samples
}

func makeTransferSamples(ctx context.Context, j *job) error {
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	g, about, seed, err := j.judgedG(ctx, device, classified(j.protocol("images", "mnist", sampledEpochs, fmt.Sprintf("model.width=%d", transferWidth))))
	if err != nil {
		return err
	}
	found := sampledFound{judged: about, Trials: cmp.Or(j.Trials, transferTrials), Updates: j.rounds(classifierUpdates), Batch: classifierBatch}
	if err := found.judge(ctx, j, device, g, seed); err != nil {
		return err
	}
	if err := j.drawDigits(ctx, g); err != nil {
		return err
	}
	return j.finish(found)
}

// generated draws a sample of the class of each real image.
func generated(ctx context.Context, g *run.Generator, real *measure.Set, seed uint64) (*measure.Set, error) {
	sampler, err := g.Sampler("")
	if err != nil {
		return nil, err
	}
	class, ok := run.ClassOf(sampler.Output)
	if !ok || class.Classes != real.Classes {
		return nil, hint.Add(fmt.Errorf("run %s: its G does not read the %d classes of %s", g.Name, real.Classes, real.Name), "name a run of a conditional recipe on labelled data")
	}
	classes := make([]int, real.Len())
	for i, label := range real.Labels {
		classes[i] = int(label)
	}
	conditions, err := sampler.Conditions(len(classes), map[string]any{class.Name: classes}, seed)
	if err != nil {
		return nil, err
	}
	samples, err := g.Draw(ctx, "", len(classes), seed, conditions)
	if err != nil {
		return nil, err
	}
	set := samples.Set("samples of " + g.Name)
	set.Labels, set.Classes = real.Labels, real.Classes
	return set, nil
}

// judge trains the classifiers.
func (f *sampledFound) judge(ctx context.Context, j *job, device *engine.Device, g *run.Generator, seed uint64) error {
	sets, err := g.Config.LoadReal(ctx, "")
	if err != nil {
		return err
	}
	if sets.Train == nil || sets.Train.Labels == nil || !sets.Train.Field.IsImage() {
		return hint.Add(fmt.Errorf("dataset %s: images are classified, and it has no images with classes for training", f.Dataset), "--data with images in a folder for each class")
	}
	train := sets.Train.Pick(permutation(seed, "training images", sets.Train.Len())) // the set may be sorted by class
	made, err := generated(ctx, g, train, scoringSeed)
	if err != nil {
		return err
	}
	real, samples, test := ofSet(train), ofSet(made), ofSet(sets.Test)
	f.Train, f.Test = train.Len(), sets.Test.Len()
	for _, n := range append(slices.Clone(transferCounts), f.Train) {
		if n = j.rounds(n); n > f.Train {
			continue
		}
		row := sampledRow{Images: n}
		for _, c := range []struct {
			name   string
			images labelledImages
			into   *meanError
		}{{"real images", real.first(n), &row.Real}, {"samples", samples.first(n), &row.Samples}, {"both", real.first(n).and(samples), &row.Both}} {
			j.say("classifiers of %d %s", n, c.name)
			onTest, onSamples, err := f.classify(ctx, device, c.images, train.Classes, seed, test, samples)
			if err != nil {
				return err
			}
			*c.into = onTest
			if c.into == &row.Real { // the last one has the most images
				f.Asked, f.OfReal = onSamples, onTest
			}
		}
		f.Rows = append(f.Rows, row)
	}
	return nil
}

// classify trains a classifier for each trial and returns their accuracies on test images and on
// samples.
func (f *sampledFound) classify(ctx context.Context, device *engine.Device, images labelledImages, classes int, seed uint64, test, samples labelledImages) (onTest, onSamples meanError, err error) {
	var accuracies [2][]float64
	for trial := range f.Trials {
		classifier, err := trainClassifier(ctx, device, images, classes, f.Updates, seed+uint64(trial))
		if err != nil {
			return onTest, onSamples, err
		}
		for i, of := range []labelledImages{test, samples} {
			accuracy, err := classifier.accuracy(ctx, of)
			if err != nil {
				return onTest, onSamples, err
			}
			accuracies[i] = append(accuracies[i], accuracy)
		}
	}
	return meanErrorOf(accuracies[0]), meanErrorOf(accuracies[1]), nil
}
