package reproduce

import (
	"cmp"
	"context"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/run"
)

var conditionalGAN = Target{
	Name:   "cgan",
	Title:  "Conditional GAN: digits of a chosen class",
	Source: "Mirza and Osindero 2014, Conditional Generative Adversarial Nets (arXiv 1411.1784), section 4.1 and Table 1",
	Takes:  "about an hour a seed; --epochs 20 ten minutes",
	Uses:   []string{"data", "seeds", "epochs", "set", "jobs"},
	needs:  "images in a folder for each class",
	make:   conditional{Recipe: "cgan", Epochs: 100, Parzen: true}.make,
}

var auxiliaryGAN = Target{
	Name:   "acgan",
	Title:  "Auxiliary-classifier GAN: digits of a chosen class",
	Source: "Odena et al. 2017, Conditional Image Synthesis with Auxiliary Classifier GANs (arXiv 1610.09585), with a public program for MNIST",
	Takes:  "many hours a seed; --epochs 6 --set width=16 --set hidden=256 ten minutes",
	Uses:   []string{"data", "seeds", "epochs", "set", "jobs"},
	needs:  "images in a folder for each class",
	make:   conditional{Recipe: "acgan", Epochs: 60, Classifier: true}.make,
}

// A conditional judges the samples of a recipe with the class as condition.
type conditional struct {
	Recipe     string
	Epochs     float64
	Parzen     bool // also measure the Parzen likelihood, with equally many samples of each class
	Classifier bool // D has a classifier, which is judged on test images
}

// The protocol of the Parzen likelihood in the paper: 1000 samples of each digit.
const parzenPerClass = 1000

// conditionalFound is the input of the page.
type conditionalFound struct {
	conditional
	Dataset  string
	Epochs   float64
	Figures  []measure.Value // of class-accuracy: the names and the baselines
	Runs     []conditionalRun
	Means    []meanError // in the order of Figures
	Samples  int         // of class-accuracy
	Window   int         // samples of the Parzen window
	Real     *float64    // the Parzen likelihood of training images
	Mean     meanError   // of the Parzen likelihoods
	Own      meanError   // accuracy of D's classifier on test images
	Changes  []change
	Protocol string
	Groups   []measure.Group // of the first run
	Warnings []string
}

// IsMNIST reports whether the known figures of MNIST are those of the data.
func (f conditionalFound) IsMNIST() bool { return f.Dataset == "mnist" }

type conditionalRun struct {
	Seed       uint64
	Epochs     float64
	Step       int64
	Values     []measure.Value // of class-accuracy
	Parzen     measure.Value
	Sigma      float64
	Classifier float64 // accuracy of D's classifier on test images
	Seconds    float64
}

func (c conditional) make(ctx context.Context, j *job) error {
	j.defaultSeeds(1)
	found := conditionalFound{conditional: c, Dataset: cmp.Or(j.Data, "mnist"), Epochs: cmp.Or(j.Epochs, c.Epochs)}
	configs, changes, err := j.configs(j.Seeds, j.protocol(c.Recipe, "mnist", c.Epochs))
	if err != nil {
		return err
	}
	found.Changes = changes
	folders, err := j.trainAll(ctx, configs)
	if err != nil {
		return err
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	for i, folder := range folders {
		j.say("measuring %s", folder.Name())
		m, err := j.measureRun(ctx, device, folder, "class-accuracy")
		if err != nil {
			return err
		}
		if err := found.judge(ctx, device, m); err != nil {
			return err
		}
		if i == 0 {
			if err := j.drawDigits(ctx, m.generator); err != nil {
				return err
			}
		}
	}
	found.average()
	return j.finish(found)
}

// judge measures a run.
func (f *conditionalFound) judge(ctx context.Context, device *engine.Device, m *measuredRun) error {
	r := conditionalRun{
		Seed: m.generator.Config.Train.Seed, Step: m.last.Step, Seconds: m.last.Seconds, Values: m.result.Values,
		Epochs: m.epochs(),
	}
	if f.Runs == nil {
		f.Groups = m.result.Groups
	}
	f.Figures, f.Samples, f.Protocol = m.result.Values, m.result.N, m.result.Protocol
	f.Warnings = append(f.Warnings, warningsOf(m.result)...)
	if f.Parzen {
		if err := f.parzen(ctx, device, m, &r); err != nil {
			return err
		}
	}
	if f.Classifier {
		accuracy, err := classifierAccuracy(ctx, m.generator, m.real.Test)
		if err != nil {
			return err
		}
		r.Classifier = accuracy
	}
	f.Runs = append(f.Runs, r)
	return nil
}

// parzen measures the likelihood of the test images under a window of equally many samples
// of each class.
func (f *conditionalFound) parzen(ctx context.Context, device *engine.Device, m *measuredRun, r *conditionalRun) error {
	sampler, err := m.generator.Sampler("")
	if err != nil {
		return err
	}
	class, _ := run.ClassOf(sampler.Output)
	var classes []int
	for k := range class.Classes * parzenPerClass {
		classes = append(classes, k%class.Classes)
	}
	conditions, err := sampler.Conditions(len(classes), map[string]any{class.Name: classes}, scoringSeed)
	if err != nil {
		return err
	}
	samples, err := m.generator.Draw(ctx, "", len(classes), scoringSeed, conditions)
	if err != nil {
		return err
	}
	result, err := runMeasure(ctx, "parzen", measure.Task{
		Samples: samples.Set(m.samples.Name), N: len(classes), Train: m.real.Train, Validation: m.real.Validation, Reference: m.real.Test,
		Seed: scoringSeed, Device: device,
	})
	if err != nil {
		return err
	}
	f.Window = result.N
	r.Parzen, _ = result.Find("log-likelihood")
	sigma, _ := result.Find("sigma")
	r.Sigma = float64(sigma.Value)
	if real := baselineOf(r.Parzen); real != nil {
		f.Real = real
	}
	return nil
}

// average computes the means over the runs.
func (f *conditionalFound) average() {
	var parzen, own []float64
	for _, r := range f.Runs {
		parzen, own = append(parzen, float64(r.Parzen.Value)), append(own, r.Classifier)
	}
	f.Mean, f.Own = meanErrorOf(parzen), meanErrorOf(own)
	for k := range f.Figures {
		var values []float64
		for _, r := range f.Runs {
			values = append(values, float64(r.Values[k].Value))
		}
		f.Means = append(f.Means, meanErrorOf(values))
	}
}

// classifierAccuracy returns the share of images that the classifier of D gives their class.
func classifierAccuracy(ctx context.Context, g *run.Generator, images *measure.Set) (float64, error) {
	classifier, err := g.Classifier("")
	if err != nil {
		return 0, err
	}
	p, err := classifier.Classify(ctx, images)
	if err != nil {
		return 0, err
	}
	right := 0
	for i, label := range images.Labels {
		if p.Class(i) == int(label) {
			right++
		}
	}
	return float64(right) / float64(images.Len()), nil
}
