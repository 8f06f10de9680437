package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/run"
)

// The targets of semi-supervised learning train a classifier with few labels in several
// ways, and count its errors on the test images. Validation images choose between the
// averaged and the latest parameters; nothing is chosen by test images.
var (
	ssl = semiSupervised(Target{
		Name:   "ssl",
		Title:  "Semi-supervised learning with feature matching: digits from 100 labels",
		Source: "Salimans et al. 2016, Improved Techniques for Training GANs (arXiv 1606.03498), section 5.1 and Table 1",
		Takes:  "the published 300 epochs take about 5 hours of one processor for each seed; --epochs 20 twenty minutes",
	}, 300, []semiMethod{
		{Name: "feature matching", Recipe: "ssl-feature-matching"},
		// It has learned its few labels long before, and later its errors rise: with seed 1 from
		// 22.8 to 24.1 % of the validation images from epoch 72 to 110.
		{Name: "supervised", Recipe: "ssl-feature-matching", Set: []string{supervised}, Most: 40},
	})
	badGAN = semiSupervised(Target{
		Name:   "badgan",
		Title:  "A bad generator for semi-supervised learning: digits from 100 labels",
		Source: "Dai et al. 2017, Good Semi-supervised Learning that Requires a Bad GAN (arXiv 1705.09783), Table 1",
		Takes:  "the published 2000 epochs take about 40 hours of one processor for each seed and form",
	}, 2000, []semiMethod{
		{Name: "with the PixelCNN", Recipe: "badgan"},
		{Name: "without", Recipe: "badgan", Set: []string{"model.pixelcnn=0"}},
	})
	sgan = semiSupervised(Target{
		Name:   "sgan",
		Title:  "Semi-supervised GAN: D with a class for generated digits",
		Source: "Odena 2016, Semi-Supervised Learning with Generative Adversarial Networks (arXiv 1606.01583), Table 1",
		Takes:  "20 epochs take about an hour of one processor for each seed; --set width=16 ten minutes",
	}, 20, []semiMethod{
		{Name: "sgan", Recipe: "sgan"},
		{Name: "supervised", Recipe: "sgan", Set: []string{supervised}},
	})
)

// A semiMethod is one way to train the classifier.
type semiMethod struct {
	Name   string
	Recipe string
	Set    []string
	Most   float64 // epochs of training at most; 0: as many as the other methods
}

// semiFound is the input of the pages.
type semiFound struct {
	Dataset   string
	Epochs    float64
	Published float64 // epochs
	Rows      []semiRow
	Baselines []semiBaseline
	Tested    int
	Labels    int // labelled examples
	Changes   []change
}

// A semiRow is the runs of one method.
type semiRow struct {
	semiMethod
	Runs []semiRun
	Mean meanError // of the errors of the chosen parameters
}

// A semiRun is the results of a run.
type semiRun struct {
	Seed     uint64
	Step     int64
	Epochs   float64
	Seconds  float64
	Averaged semiErrors
	Latest   *semiErrors // nil if there is no average
	Failure  string      // that the referee names; empty: none
}

// semiErrors are the errors of one classifier.
type semiErrors struct {
	Validation float64 // share
	Test       int
	Low, High  float64 // ends of the 95% interval of the share of test errors
}

// Chosen returns the errors of the parameters with fewer errors on the validation images.
func (r semiRun) Chosen() semiErrors {
	if r.Latest != nil && r.Latest.Validation < r.Averaged.Validation {
		return *r.Latest
	}
	return r.Averaged
}

// A semiBaseline is a trivial classifier of pixels that learns the same labelled images.
type semiBaseline struct {
	Name   string
	Errors meanError // of the test images, over the seeds
}

// Percent returns a number of errors in percent of the test images.
func (f semiFound) Percent(m meanError) meanError { return m.Times(100 / float64(f.Tested)) }

// IsMNIST reports whether published figures are those of the data.
func (f semiFound) IsMNIST() bool { return f.Dataset == "mnist" }

// semiSupervised returns a target that trains each of methods for the given number of
// epochs of unlabelled images.
func semiSupervised(t Target, epochs float64, methods []semiMethod) Target {
	t.Uses = []string{"data", "seeds", "epochs", "set", "jobs"}
	t.needs = "images in a folder for each class"
	t.make = func(ctx context.Context, j *job) error {
		j.defaultSeeds(1, 2, 3)
		f := semiFound{Dataset: cmp.Or(j.Data, "mnist"), Epochs: cmp.Or(j.Epochs, epochs), Published: epochs}
		return f.make(ctx, j, methods)
	}
	return t
}

func (f *semiFound) make(ctx context.Context, j *job, methods []semiMethod) error {
	configs := make([][]*run.Config, len(methods))
	for i, m := range methods { // first all, for an error at the beginning
		var err error
		if configs[i], f.Changes, err = f.configs(j, m, methods); err != nil {
			return err
		}
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	curves := plot.Curves{XLabel: "rounds", YLabel: "validation error"}
	for i, m := range methods {
		folders, err := j.within(strings.ReplaceAll(m.Name, " ", "-")).trainAll(ctx, configs[i])
		if err != nil {
			return err
		}
		row, err := f.judge(ctx, j, device, m, folders)
		if err != nil {
			return err
		}
		f.Rows = append(f.Rows, row)
		series, err := semiHistory(m.Name, folders[0])
		if err != nil {
			return err
		}
		curves.Series = append(curves.Series, series...)
		if i == 0 {
			if err := j.drawSamples(ctx, device, folders[0]); err != nil {
				return err
			}
		}
	}
	if err := f.baselines(ctx, j, device, configs[0]); err != nil {
		return err
	}
	if err := j.draw("history", curves); err != nil {
		return err
	}
	return j.finish(*f)
}

// configs returns the settings of the runs of a method. All methods have the same number
// of updates of D, or their own limit.
func (f *semiFound) configs(j *job, m semiMethod, methods []semiMethod) ([]*run.Config, []change, error) {
	configs, changed, err := j.configs(j.Seeds, func(seed uint64) (*run.Config, error) {
		c, err := newConfig(m.Recipe, f.Dataset, seed, 1)
		for _, s := range append(m.Set, "train.measure=error", "train.keep=1") {
			if err == nil {
				err = c.Set(s)
			}
		}
		return c, err
	})
	if err != nil {
		return nil, nil, err
	}
	for _, to := range changed {
		for _, other := range methods {
			if slices.ContainsFunc(other.Set, func(s string) bool { return strings.HasPrefix(s, to.Key+"=") }) {
				return nil, nil, hint.Add(fmt.Errorf("--set %s = %s: the methods of %s differ in it", to.Key, to.Value, j.target.Name), "leave it out")
			}
		}
	}
	epochs := f.Epochs
	if m.Most > 0 {
		epochs = min(epochs, m.Most)
	}
	for _, c := range configs {
		if c.Train.Steps == 0 {
			c.Train.Steps = semiRounds(c, epochs)
		}
	}
	return configs, changed, nil
}

// semiRounds returns the rounds in which D reads the given number of epochs of unlabelled
// examples, and the rounds in which a PixelCNN learns.
func semiRounds(c *run.Config, epochs float64) int64 {
	settings := numbersOf(c)
	batch := settings["model.batch"]
	rounds := epochs * float64(c.Data.Examples) / batch
	if settings["model.pixelcnn"] > 0 {
		rounds += settings["model.pixelcnn_kimg"] * 1000 / (2 * batch)
	}
	return int64(max(1, math.Ceil(rounds)))
}

// numbersOf returns the settings of a run that are numbers, by their names.
func numbersOf(c *run.Config) map[string]float64 {
	settings := map[string]float64{}
	for _, row := range c.Table() {
		if v, err := strconv.ParseFloat(row.Value, 64); err == nil {
			settings[row.Key] = v
		}
	}
	return settings
}

// judge counts the errors of the runs of a method.
func (f *semiFound) judge(ctx context.Context, j *job, device *engine.Device, m semiMethod, folders []run.Folder) (semiRow, error) {
	row, errors := semiRow{semiMethod: m}, []float64{}
	for _, folder := range folders {
		g, err := j.openGenerator(device, folder)
		if err != nil {
			return row, err
		}
		last, err := run.LastRecord(folder.JournalFile())
		if err != nil {
			return row, err
		}
		real, err := g.Config.LoadReal(ctx, "")
		if err != nil {
			return row, err
		}
		if real.Validation == nil {
			return row, hint.Add(fmt.Errorf("dataset %s has no validation part", f.Dataset), "choose larger data")
		}
		f.Tested = real.Test.Len()
		r := semiRun{Seed: g.Config.Train.Seed, Step: g.Step, Seconds: last.Seconds}
		if r.Failure, err = m.failure(folder); err != nil {
			return row, err
		}
		r.Epochs = f.Epochs * float64(g.Step) / float64(semiRounds(g.Config, f.Epochs))
		if r.Averaged, err = countErrors(ctx, g, "D", real); err != nil {
			return row, err
		}
		for _, o := range g.Outputs() {
			if o.Unaveraged {
				latest, err := countErrors(ctx, g, o.Name, real)
				if err != nil {
					return row, err
				}
				r.Latest = &latest
			}
		}
		row.Runs, errors = append(row.Runs, r), append(errors, float64(r.Chosen().Test))
	}
	row.Mean = meanErrorOf(errors)
	return row, nil
}

// supervised is the setting for a training without a generator.
const supervised = "model.supervised=true"

// failure returns the failures that the referee names at the end of a run, in words. It is empty if
// there are none, or no generator that could fail.
func (m semiMethod) failure(folder run.Folder) (string, error) {
	if slices.Contains(m.Set, supervised) {
		return "", nil
	}
	v, err := folder.Verdict()
	var titles []string
	for _, finding := range v.Now {
		if finding.Failure.Bad() {
			titles = append(titles, finding.Failure.Title())
		}
	}
	return strings.Join(titles, "; "), err
}

// countErrors counts the errors of a classifier of a run.
func countErrors(ctx context.Context, g *run.Generator, output string, real *measure.Real) (e semiErrors, err error) {
	sampler, err := g.Classifier(output)
	if err != nil {
		return e, err
	}
	wrong := func(set *measure.Set) int {
		var p *run.Predictions
		if p, err = sampler.Classify(ctx, set); err != nil {
			return 0
		}
		n := 0
		for i, label := range set.Labels {
			if p.Class(i) != int(label) {
				n++
			}
		}
		return n
	}
	e.Validation = float64(wrong(real.Validation)) / float64(real.Validation.Len())
	if err == nil {
		e.Test = wrong(real.Test)
		e.Low, e.High = measure.Wilson(e.Test, real.Test.Len())
	}
	return e, err
}

// semiHistory returns the validation errors of a run by rounds.
func semiHistory(name string, folder run.Folder) ([]plot.Series, error) {
	var series []plot.Series
	last, err := run.LastRecord(folder.JournalFile())
	if err != nil {
		return nil, err
	}
	for _, of := range []struct{ figure, name string }{{"error", ""}, {"error of D-unaveraged", ", latest parameters"}} {
		x, y, err := history(folder, "error", of.figure)
		if err != nil {
			return nil, err
		}
		for i := range x {
			x[i] *= float64(last.Step) / last.Kimg
		}
		if len(x) > 0 {
			series = append(series, plot.Series{Name: name + of.name, X: x, Y: y})
		}
	}
	return series, nil
}

// drawSamples writes a picture of samples of a run.
func (j *job) drawSamples(ctx context.Context, device *engine.Device, folder run.Folder) error {
	g, err := j.openGenerator(device, folder)
	if err != nil {
		return err
	}
	samples, err := g.Draw(ctx, "", 60, 1, nil)
	if err != nil {
		return err
	}
	m, err := g.Config.Picture(samples, nil, 15)
	if err != nil {
		return err
	}
	return j.writePNG("samples.png", m, nil)
}

// baselines judges two classifiers of pixels that learn the labelled images of each seed.
func (f *semiFound) baselines(ctx context.Context, j *job, device *engine.Device, configs []*run.Config) error {
	var nearest, ridge []float64
	for _, c := range configs {
		training, err := c.OpenData(ctx, "", data.Train)
		if err != nil {
			return err
		}
		chosen, err := labelledOf(c.Model).Draw(training, c.Train.Seed)
		if err != nil {
			return err
		}
		few, err := measure.FromData(chosen, "labelled images", measure.MaxTrain)
		if err != nil {
			return err
		}
		real, err := c.LoadReal(ctx, "")
		if err != nil {
			return err
		}
		f.Labels = few.Len()
		j.say("baselines of seed %d", c.Train.Seed)
		r, err := runMeasure(ctx, "1nn-error", measure.Task{Samples: few, Reference: real.Test, N: few.Len(), Seed: scoringSeed, Device: device})
		if err != nil {
			return err
		}
		tested := float64(real.Test.Len())
		nearest = append(nearest, float64(r.Values[0].Value)*tested)
		ridge = append(ridge, ridgeError(few, real.Validation, real.Test)*tested)
	}
	f.Baselines = []semiBaseline{
		{"nearest labelled image, by pixels", meanErrorOf(nearest)},
		{"ridge regression of pixels, its strength chosen by validation images", meanErrorOf(ridge)},
	}
	return nil
}

// labelledOf returns the settings about labels of a recipe.
func labelledOf(model any) recipe.Labelled {
	switch s := model.(type) {
	case *recipe.SSLFeatureMatching:
		return s.Labelled
	case *recipe.BadGAN:
		return s.Labelled
	case *recipe.SGAN:
		return s.Labelled
	}
	panic(fmt.Sprintf("reproduce: settings of %T have no labels", model))
}

// ridgeStrengths is the strengths of regularisation that validation images choose from.
var ridgeStrengths = []float64{.1, 1, 10, 100, 1000}

// ridgeError trains one linear regression for each class, on targets 0 and 1, and returns
// the error on the test images. The strength has the fewest errors on validation images.
func ridgeError(few, validation, test *measure.Set) float64 {
	n, size := few.Len(), few.Size()
	if n > 5000 {
		n = 5000 // the equations have a row and a column for each image
	}
	gram := make([][]float64, n)
	for i := range gram {
		gram[i] = make([]float64, n)
		for k := range i + 1 {
			gram[i][k] = dotPlusOne(few.At(i), few.At(k))
			gram[k][i] = gram[i][k]
		}
	}
	best, least := 0., math.Inf(1)
	for _, strength := range ridgeStrengths {
		targets := make([][]float64, n)
		for i := range targets {
			targets[i] = make([]float64, few.Classes)
			targets[i][few.Labels[i]] = 1
		}
		dual := solve(gram, strength, targets)
		weights := make([][]float64, few.Classes) // and the bias
		for class := range weights {
			weights[class] = make([]float64, size+1)
			for i := range n {
				a := dual[i][class]
				for k, v := range few.At(i) {
					weights[class][k] += a * float64(v)
				}
				weights[class][size] += a
			}
		}
		if e := linearError(weights, validation); e < least {
			least, best = e, linearError(weights, test)
		}
	}
	return best
}

// dotPlusOne returns the product of two rows with a 1 at their ends.
func dotPlusOne(a, b []float32) float64 {
	sum := 1.
	for i, v := range a {
		sum += float64(v) * float64(b[i])
	}
	return sum
}

// linearError returns the share of examples that have the greatest value not at their class.
func linearError(weights [][]float64, set *measure.Set) float64 {
	wrong := 0
	for i, label := range set.Labels {
		class, most := 0, math.Inf(-1)
		for k, w := range weights {
			sum := w[len(w)-1]
			for p, v := range set.At(i) {
				sum += w[p] * float64(v)
			}
			if sum > most {
				class, most = k, sum
			}
		}
		if class != int(label) {
			wrong++
		}
	}
	return float64(wrong) / float64(set.Len())
}

// solve returns X of (A + strength I) X = B, by Cholesky's decomposition. A is symmetric
// and has no negative eigenvalues. B may be changed.
func solve(a [][]float64, strength float64, b [][]float64) [][]float64 {
	n := len(a)
	l := make([][]float64, n)
	for i := range l {
		l[i] = make([]float64, i+1)
		for k := range i + 1 {
			sum := a[i][k]
			if i == k {
				sum += strength
			}
			for m := range k {
				sum -= l[i][m] * l[k][m]
			}
			if i == k {
				l[i][i] = math.Sqrt(sum)
			} else {
				l[i][k] = sum / l[k][k]
			}
		}
	}
	for i := range n {
		for c := range b[i] {
			for m := range i {
				b[i][c] -= l[i][m] * b[m][c]
			}
			b[i][c] /= l[i][i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for c := range b[i] {
			for m := i + 1; m < n; m++ {
				b[i][c] -= l[m][i] * b[m][c]
			}
			b[i][c] /= l[i][i]
		}
	}
	return b
}
