package reproduce

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/probe"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/tensor"
)

var infoGAN = Target{
	Name:   "infogan",
	Title:  "InfoGAN: codes that describe a digit, learned without labels",
	Source: "Chen et al. 2016, InfoGAN (arXiv 1606.03657), section 7 and Figure 2, and the authors' code",
	Takes:  "hours a seed; --set width=32 --set hidden=512 about fifteen minutes",
	Uses:   []string{"data", "seeds", "epochs", "set", "jobs"},
	needs:  "images in a folder for each class",
	make:   makeInfoGAN,
}

// The protocol.
const (
	infoGANEpochs   = 12.8 // 5000 rounds of 128 images of the 50,000 that are trained on
	infoGANLast     = 5    // last ticks over which I is averaged
	kMeansImages    = 10_000
	kMeansSeeds     = 5
	sweptSamples    = 100
	infoGANShuffled = 10_000 // training images whose statistics batch normalisation gets
	publishedError  = 5      // percent
	mostCategories  = 100    // each has a column in a picture
)

// infoGANFound is the input of the page.
type infoGANFound struct {
	Dataset    string
	Runs       []infoGANRun
	Codes      []string    // "I(c1)", ...
	Categories int         // of c1
	Means      []meanError // of I, in the order of Codes
	Accuracy   meanError   // of c1 as a classifier, with the statistics of training images
	Running    meanError   // the same with the running statistics
	Best       infoGANRun  // the run of the pictures
	Pictures   []string
	KMeans     meanError
	Images     int // of k-means
	Tested     int
	Largest    float64 // share of the most frequent class
	Changes    []change
	Ticks      int
}

// Bound returns the greatest possible I of c1.
func (f infoGANFound) Bound() float64 { return math.Log(float64(f.Categories)) }

// Published returns the error of the paper, in percent.
func (infoGANFound) Published() int { return publishedError }

type infoGANRun struct {
	Seed        uint64
	Step        int64
	Information []float64 // of each code
	Accuracy    float64   // of c1 as a classifier of test images, with the statistics of training images
	Running     float64   // the same with the running statistics of the training
	Digits      int       // classes that c1 can name
	Of          []int32   // the class that each category of c1 names
	Seconds     float64
	generator   *run.Generator
}

func makeInfoGAN(ctx context.Context, j *job) error {
	j.defaultSeeds(1, 2, 3, 4, 5)
	found := infoGANFound{Dataset: cmp.Or(j.Data, "mnist"), Ticks: infoGANLast}
	configs, changes, err := j.configs(j.Seeds, j.protocol("infogan", "mnist", infoGANEpochs))
	if err != nil {
		return err
	}
	found.Changes = changes
	real, err := configs[0].LoadReal(ctx, "")
	if err != nil {
		return err
	}
	if real.Test.Labels == nil {
		return hint.Add(fmt.Errorf("dataset %s: c1 is compared with the classes, and it has none", found.Dataset), "--data with images in a folder for each class")
	}
	settings := numbersOf(configs[0])
	found.Categories = int(settings["model.categories"])
	switch {
	case settings["model.categorical"] == 0:
		return hint.Add(errors.New("--set categorical=0: c1 is judged as a classifier, and it is a continuous code"), "leave it out")
	case found.Categories > mostCategories:
		return hint.Add(fmt.Errorf("--set categories=%d: each category has a column in the picture of c1, and there are at most %d", found.Categories, mostCategories), "--set categories=%d", mostCategories)
	}
	if n := learned(real).Len(); n < probe.Batch {
		return hint.Add(fmt.Errorf("dataset %s: statistics of batch normalisation are computed from %d training images, want at least %d", found.Dataset, n, probe.Batch), "choose larger data")
	}
	folders, err := j.trainAll(ctx, configs)
	if err != nil {
		return err
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	curves := plot.Curves{XLabel: "rounds", YLabel: "I(c1), nats"}
	for _, folder := range folders {
		r, series, err := found.judge(ctx, j, device, folder, real)
		if err != nil {
			return err
		}
		found.Runs, curves.Series = append(found.Runs, r), append(curves.Series, series)
	}
	found.average()
	if err := found.baselines(j, real); err != nil {
		return err
	}
	if err := j.draw("information", curves); err != nil {
		return err
	}
	if err := found.sweeps(ctx, j); err != nil {
		return err
	}
	return j.finish(found)
}

// judge reads I of a run from its journal, and classifies the test images by its Q.
func (f *infoGANFound) judge(ctx context.Context, j *job, device *engine.Device, folder run.Folder, real *measure.Real) (r infoGANRun, series plot.Series, err error) {
	g, err := j.openGenerator(device, folder)
	if err != nil {
		return r, series, err
	}
	last, err := run.LastRecord(folder.JournalFile())
	if err != nil {
		return r, series, err
	}
	r = infoGANRun{Seed: g.Config.Train.Seed, Step: g.Step, Seconds: last.Seconds, generator: g}
	f.Codes = nil
	for _, code := range g.Outputs()[0].Given {
		name := "I(" + code.Name + ")"
		steps, values, err := statistic(folder, name)
		if err != nil {
			return r, series, err
		}
		f.Codes = append(f.Codes, name)
		r.Information = append(r.Information, meanOfLast(steps, values, infoGANLast))
		if series.X == nil {
			series = plot.Series{Name: fmt.Sprintf("seed %d", r.Seed), X: steps, Y: values}
		}
	}
	Q, err := g.Classifier("Q-c1")
	if err != nil {
		return r, series, err
	}
	running, err := Q.Classify(ctx, real.Test)
	if err != nil {
		return r, series, err
	}
	r.Running, _ = majorityOf(running, real.Test)
	p, err := classifyByStatistics(ctx, device, g, Q.Output, shuffled(learned(real), infoGANShuffled, r.Seed), real.Test)
	if err != nil {
		return r, series, err
	}
	r.Accuracy, r.Of = majorityOf(p, real.Test)
	known := map[int32]bool{}
	for _, class := range r.Of {
		known[class] = true
	}
	r.Digits = len(known)
	return r, series, nil
}

// classifyByStatistics classifies images by an output of a run, with its network D. Batch
// normalisation has the statistics of the given training images. All pixels are from 0 to 1.
func classifyByStatistics(ctx context.Context, device *engine.Device, g *run.Generator, output recipe.Output, images []float32, s *measure.Set) (*run.Predictions, error) {
	D, err := g.Network("D")
	if err != nil {
		return nil, err
	}
	scores, err := probe.NewFeaturesOf(device, D.Store, D.Network, func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
		return output.Make(c, recipe.Inputs{output.Given[0].Name: x})
	})
	if err != nil {
		return nil, err
	}
	scale := output.Given[0].Scale
	if err := scores.Collect(ctx, rescale(make([]float32, len(images)), images, scale)); err != nil {
		return nil, err
	}
	values, err := scores.Of(ctx, rescale(make([]float32, len(s.Values)), s.Values, scale))
	return &run.Predictions{Field: output.Makes, Scores: values}, err
}

// majorityOf maps each category of c1 to the class that it has most often among test images, and
// returns the share of the test images that get their class.
func majorityOf(p *run.Predictions, test *measure.Set) (accuracy float64, of []int32) {
	clusters := make([]int, test.Len())
	for i := range clusters {
		clusters[i] = p.Class(i) // argmax of Q(c1 = k|x)
	}
	return majority(clusters, p.Field.Classes, test)
}

// average computes the means over the runs, and finds the best.
func (f *infoGANFound) average() {
	var accuracies, running []float64
	for i, r := range f.Runs {
		accuracies, running = append(accuracies, r.Accuracy), append(running, r.Running)
		if i == 0 || r.Accuracy > f.Best.Accuracy {
			f.Best = r
		}
	}
	f.Accuracy, f.Running = meanErrorOf(accuracies), meanErrorOf(running)
	for k := range f.Codes {
		var values []float64
		for _, r := range f.Runs {
			values = append(values, r.Information[k])
		}
		f.Means = append(f.Means, meanErrorOf(values))
	}
}

// baselines computes the accuracy of k-means of pixels, and of the most frequent class.
func (f *infoGANFound) baselines(j *job, real *measure.Real) error {
	f.Tested = real.Test.Len()
	counts := make([]float64, real.Test.Classes)
	for _, label := range real.Test.Labels {
		counts[label]++
		f.Largest = max(f.Largest, counts[label]/float64(f.Tested))
	}
	train := learned(real)
	f.Images = min(kMeansImages, train.Len())
	var accuracies []float64
	for seed := range uint64(kMeansSeeds) {
		j.say("k-means, seed %d", seed)
		indices := make([]int, f.Images)
		for i, k := range data.DrawIndices(int64(train.Len()), int64(f.Images), seed, "k-means") {
			indices[i] = int(k)
		}
		means := kMeans(train.Pick(indices), real.Test.Classes, seed)
		accuracy, _ := majority(nearestMeans(real.Test, means), len(means), real.Test)
		accuracies = append(accuracies, accuracy)
	}
	f.KMeans = meanErrorOf(accuracies)
	return nil
}

// learned returns the training images, or the test images if there are no others.
func learned(real *measure.Real) *measure.Set { return cmp.Or(real.Train, real.Test) }

// majority maps each cluster to the class that it has most often, and returns the share of
// the examples in clusters that are mapped to their class. Several clusters can be mapped to one
// class.
func majority(clusters []int, n int, s *measure.Set) (accuracy float64, of []int32) {
	counts := make([][]int, n)
	for k := range counts {
		counts[k] = make([]int, s.Classes)
	}
	for i, k := range clusters {
		counts[k][s.Labels[i]]++
	}
	right := 0
	for _, of1 := range counts {
		best := 0
		for class, count := range of1 {
			if count > of1[best] {
				best = class
			}
		}
		right += of1[best]
		of = append(of, int32(best))
	}
	return float64(right) / float64(s.Len()), of
}

// sweeps draws a picture for each code of the best run, as Figure 2 of the paper.
func (f *infoGANFound) sweeps(ctx context.Context, j *job) error {
	g := f.Best.generator
	for _, code := range g.Outputs()[0].Given {
		samples, columns, err := g.Sweep(ctx, "", run.Sweep{Name: code.Name, From: -2, To: 2}, sweptSamples, 1, nil)
		if err != nil {
			return err
		}
		var m image.Image
		if m, err = g.Config.Picture(samples, nil, columns); err != nil {
			return err
		}
		if err := j.writePNG(code.Name+".png", m, nil); err != nil {
			return err
		}
		f.Pictures = append(f.Pictures, code.Name)
	}
	return nil
}
