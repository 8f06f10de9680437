package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/impute"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

var inpainting = Target{
	Name:   "inpainting",
	Title:  "Inpainting: digits completed with arbitrary masks, judged by a classifier and by their diversity",
	Source: "the task of Li et al. 2019, MisGAN (arXiv 1902.09599), and of Ivanov et al. 2019, VAEAC (arXiv 1806.02382). Their figures need other networks to measure them",
	Takes:  "about twelve minutes a seed, on one processor",
	Uses:   []string{"data", "seeds", "epochs", "set", "jobs"},
	needs:  "grey images of ten classes, such as mnist",
	make:   makeInpainting,
}

// The protocol.
const (
	inpaintingEpochs = 5
	inpaintingImages = 1000 // test images that are completed
	inpaintingDraws  = 10   // completions of each
	inpaintingFew    = 200  // test images for the Gaussian with independent pixels, which is slow
	gaussianRidge    = .01  // added to the variances of the joint Gaussian
	regressionRidge  = 1e-4 // added to the variances of the linear regression
)

// inpaintingFound is the input of the page.
type inpaintingFound struct {
	Dataset  string
	Runs     []inpaintingRun
	Masks    []inpaintingRow
	Images   int
	Draws    int
	Few      int
	Real     float64 // accuracy of the classifier on the test images themselves
	Epochs   float64
	Changes  []change
	Space    string
	Trained  int // training images of the baselines
	Networks string
}

// An inpaintingRun is a training.
type inpaintingRun struct {
	Seed    uint64
	Rounds  int64
	Epochs  float64
	Seconds float64
}

// An inpaintingRow is the figures for a mask.
type inpaintingRow struct {
	Mask      string
	Completed []completed // of each run
	Baselines []completed
}

// Mean returns a figure of the runs: its mean and standard error.
func (r inpaintingRow) Mean(figure string) meanError {
	var values []float64
	for _, c := range r.Completed {
		values = append(values, map[string]float64{
			"accuracy": c.Accuracy, "RMSE": c.RMSE, "ratio": c.Ratio(), "mean RMSE": c.MeanRMSE,
		}[figure])
	}
	return meanErrorOf(values)
}

// Least returns the smallest RMSE of the baselines, which are predictions.
func (r inpaintingRow) Least() float64 {
	least := math.Inf(1)
	for _, b := range r.Baselines {
		least = min(least, b.RMSE)
	}
	return least
}

// Sampled returns the RMSE of samples of the true distribution, if the mean of that
// distribution has the smallest RMSE of the baselines.
func (r inpaintingRow) Sampled() float64 { return math.Sqrt2 * r.Least() }

func makeInpainting(ctx context.Context, j *job) error {
	j.defaultSeeds(1)
	j.Jobs, j.Threads = cmp.Or(j.Jobs, 1), cmp.Or(j.Threads, 1)
	found := inpaintingFound{
		Dataset: cmp.Or(j.Data, "mnist"), Epochs: cmp.Or(j.Epochs, inpaintingEpochs),
		Images: j.rounds(inpaintingImages), Draws: inpaintingDraws, Few: j.rounds(inpaintingFew),
	}
	configs, changes, err := j.configs(j.Seeds, j.protocol("inpainting", "mnist", inpaintingEpochs))
	if err != nil {
		return err
	}
	found.Changes = changes
	if err := checkInpainted(configs[0]); err != nil {
		return err
	}
	folders, err := j.trainAll(ctx, configs)
	if err != nil {
		return err
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	test, err := newInpaintingTest(ctx, device, configs[0])
	if err != nil {
		return err
	}
	found.Space, found.Trained, found.Images = test.space, test.train.Len(), min(found.Images, test.test.Len())
	if found.Real, err = test.accuracy(ctx, test.test.Slice(0, found.Images).Values); err != nil {
		return err
	}
	if err := found.baselines(ctx, j, test); err != nil {
		return err
	}
	for i, folder := range folders {
		if err := found.score(ctx, j, test, folder, i == 0); err != nil {
			return err
		}
	}
	return j.finish(found)
}

// checkInpainted returns an error unless a classifier knows the data.
func checkInpainted(c *run.Config) error {
	info := c.Data.Info()
	if f := info.First(); f.Shape[0] != 1 || info.Classes() != 10 {
		return hint.Add(fmt.Errorf("dataset %s: completed images of %v are judged by no classifier, as they are not grey images of 10 classes", info.Name, f), "--data mnist or fashion-mnist")
	}
	return nil
}

// newInpaintingTest loads the images of a run.
func newInpaintingTest(ctx context.Context, device *engine.Device, c *run.Config) (*inpaintingTest, error) {
	real, err := c.LoadReal(ctx, "")
	if err != nil {
		return nil, err
	}
	space := "lenet@1/mnist"
	if slices.Contains(measure.Spaces(), "lenet@1/"+c.Data.Name) {
		space = "lenet@1/" + c.Data.Name
	}
	return &inpaintingTest{device: device, train: real.Train, test: real.Test, space: space, cache: &measure.Cache{}}, nil
}

// baselines computes the figures of methods that predict.
func (f *inpaintingFound) baselines(ctx context.Context, j *job, t *inpaintingTest) error {
	j.say("computing the covariance of %d images", f.Trained)
	size, shape := t.test.Size(), t.test.Field.Shape
	regression := impute.FitGaussian(t.train.Values, size, regressionRidge)
	joint := regression.Ridge(gaussianRidge - regressionRidge)
	for _, m := range inpaintingMasks {
		row := inpaintingRow{Mask: m.Name}
		masks := m.draw(f.Images, shape[1], shape[2], scoringSeed)
		few := masks
		if m.share > 0 {
			few = masks[:min(f.Few, f.Images)*size]
		}
		for _, b := range []struct {
			name  string
			masks []float32
			fill  func() ([]float32, error)
		}{
			{"mean image", masks, func() ([]float32, error) { return t.mean(masks), nil }},
			{"linear regression", masks, func() ([]float32, error) { return t.gaussian(ctx, regression, masks) }},
			{"joint Gaussian", few, func() ([]float32, error) { return t.gaussian(ctx, joint, few) }},
			{"nearest neighbour", masks, func() ([]float32, error) { return t.nearest(ctx, masks) }},
		} {
			if m.share > 0 && (b.name == "linear regression" || b.name == "nearest neighbour") {
				continue // one for each image
			}
			filled, err := b.fill()
			if err != nil {
				return err
			}
			c, err := t.judge(ctx, b.name, b.masks, filled)
			if err != nil {
				return err
			}
			j.say("%s, %s: RMSE %.4f, accuracy %.3f", m.Name, b.name, c.RMSE, c.Accuracy)
			row.Baselines = append(row.Baselines, c)
		}
		f.Masks = append(f.Masks, row)
	}
	return nil
}

// score computes the figures of a run, and draws a picture if shown is true.
func (f *inpaintingFound) score(ctx context.Context, j *job, t *inpaintingTest, folder run.Folder, shown bool) error {
	g, err := j.openGenerator(t.device, folder)
	if err != nil {
		return err
	}
	last, err := run.LastRecord(folder.JournalFile())
	if err != nil {
		return err
	}
	f.Runs = append(f.Runs, inpaintingRun{
		Seed: g.Config.Train.Seed, Rounds: last.Step, Epochs: epochsOf(last, g.Config), Seconds: last.Seconds,
	})
	sampler, err := g.Sampler("")
	if err != nil {
		return err
	}
	shape := t.test.Field.Shape
	for i, m := range inpaintingMasks {
		masks := m.draw(f.Images, shape[1], shape[2], scoringSeed)
		var draws [][]float32
		for seed := range uint64(f.Draws) {
			d, err := t.generated(ctx, sampler, masks, seed)
			if err != nil {
				return err
			}
			draws = append(draws, d)
		}
		c, err := t.judge(ctx, folder.Name(), masks, draws...)
		if err != nil {
			return err
		}
		j.say("%s of %s: accuracy %.3f, RMSE %.4f, ratio %.3f", m.Name, folder.Name(), c.Accuracy, c.RMSE, c.Ratio())
		f.Masks[i].Completed = append(f.Masks[i].Completed, c)
	}
	if !shown {
		return nil
	}
	return t.draw(ctx, j, sampler)
}

// draw writes a picture: for each of three masks a row for each of some digits, with the
// observed pixels, completions, and the digit.
func (t *inpaintingTest) draw(ctx context.Context, j *job, sampler *run.Sampler) error {
	const completions = 6
	size, shape := t.test.Size(), t.test.Field.Shape
	digits := t.digits()
	one := *t
	one.test = t.test.Pick(digits)
	var pixels []float32
	for _, m := range []inpaintingMask{inpaintingMasks[0], inpaintingMasks[1], inpaintingMasks[4]} {
		masks := m.draw(len(digits), shape[1], shape[2], scoringSeed)
		var draws [][]float32
		for seed := range uint64(completions) {
			d, err := one.generated(ctx, sampler, masks, seed)
			if err != nil {
				return err
			}
			draws = append(draws, d)
		}
		for i := range digits {
			for p, v := range one.test.At(i) {
				if masks[i*size+p] == 0 {
					v = .5
				}
				pixels = append(pixels, v)
			}
			for _, d := range draws {
				pixels = append(pixels, d[i*size:(i+1)*size]...)
			}
			pixels = append(pixels, one.test.At(i)...)
		}
	}
	images, err := picture.FromFloats(pixels, len(pixels)/size, shape[0], shape[1], shape[2], 0, 1)
	if err != nil {
		return err
	}
	grid, err := picture.Grid(images, completions+2, picture.Options{})
	if err != nil {
		return err
	}
	return j.writePNG("completions.png", grid, nil)
}

// digits returns the first test image of each of the first six classes.
func (t *inpaintingTest) digits() []int {
	var list []int
	for class := range int32(6) {
		if i := slices.Index(t.test.Labels, class); i >= 0 {
			list = append(list, i)
		}
	}
	return list
}
