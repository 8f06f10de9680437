package reproduce

import (
	"cmp"
	"context"
	"errors"
	"image"
	"math"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/tensor"
)

var simGAN = Target{
	Name:   "simgan",
	Title:  "SimGAN: refined images keep what they show, look real, and train a classifier",
	Source: "Shrivastava et al. 2017, Learning from Simulated and Unsupervised Images through Adversarial Training (arXiv 1612.07828), sections 2 and 3",
	Takes:  "a run of 600 rounds, and the networks that judge it, about ten minutes on one core",
	Uses:   []string{"seeds", "set", "jobs"},
	make:   makeSimGAN,
}

// simGANSet is the settings of the runs, which are much smaller than the published ones.
var simGANSet = []string{
	"model.batch=32", "model.width=16", "model.history=20", "model.lambda=0.1",
	"model.learning_rate=5e-4", "model.pretrain_r=150", "model.pretrain_d=60", "train.tick_kimg=4.8",
}

const (
	simGANRounds  = 600
	simGANTrain   = 4000 // images of each domain for classifiers and patch discriminators
	simGANTest    = 2000 // others
	simGANUpdates = 300  // of a new patch discriminator
	simGANShown   = 12   // images of a row
)

// simGANFound is the input of the page.
type simGANFound struct {
	Set     []string
	Sets    [2]string // names of the simulated and of the real images
	Rounds  int64
	Runs    []simGANRun
	Train   int
	Test    int
	Updates int // of a new patch discriminator
	Changes []change
}

// A simGANRun is the results of one seed.
type simGANRun struct {
	Seed     uint64
	Seconds  float64
	Distance float64 // mean of |R(x) - x|, of greys from 0 to 1
	Shift    float64 // mean distance in pixels of the centroids of R(x) and x
	ShiftP95 float64 // that 95% of the images do not exceed
	Own      float64 // accuracy of D on patches, at the end of the training
	Patches  struct{ Raw, Refined float64 }
	Labels   struct{ Raw, Refined, Real float64 } // accuracy of a classifier of both domains
	Trained  struct{ Raw, Refined, Real float64 } // accuracy on real images, by what the classifier learned from
}

// A simGANRow is a line of the page's table, of cells.
type simGANRow struct{ Name, Raw, Refined, Real, Chance string }

// Rows returns the figures as means over the runs with their standard errors.
func (f simGANFound) Rows() []simGANRow {
	mean := func(digits int, figure func(simGANRun) float64) string {
		var values []float64
		for _, r := range f.Runs {
			values = append(values, figure(r))
		}
		return meanErrorOf(values).Text(digits)
	}
	return []simGANRow{
		{"mean of abs(R(x) - x), of greys from 0 to 1", "0", mean(3, func(r simGANRun) float64 { return r.Distance }), "", ""},
		{"pixels from the centroid of x to that of R(x), mean", "0", mean(2, func(r simGANRun) float64 { return r.Shift }), "", ""},
		{"the same, at most, for 95% of the images", "0", mean(2, func(r simGANRun) float64 { return r.ShiftP95 }), "", ""},
		{
			"accuracy of a classifier that has learned from both domains",
			mean(4, func(r simGANRun) float64 { return r.Labels.Raw }), mean(4, func(r simGANRun) float64 { return r.Labels.Refined }),
			mean(4, func(r simGANRun) float64 { return r.Labels.Real }), "0.1",
		},
		{
			"accuracy of a new patch discriminator against real images",
			mean(3, func(r simGANRun) float64 { return r.Patches.Raw }), mean(3, func(r simGANRun) float64 { return r.Patches.Refined }), "", "0.5",
		},
		{
			"accuracy on real images of a classifier that has learned from these images",
			mean(4, func(r simGANRun) float64 { return r.Trained.Raw }), mean(4, func(r simGANRun) float64 { return r.Trained.Refined }),
			mean(4, func(r simGANRun) float64 { return r.Trained.Real }), "0.1",
		},
	}
}

func makeSimGAN(ctx context.Context, j *job) error {
	j.defaultSeeds(1)
	j.Jobs, j.Threads = cmp.Or(j.Jobs, 1), cmp.Or(j.Threads, 1)
	configs, changed, err := j.configs(j.Seeds, func(seed uint64) (*run.Config, error) {
		c, err := recipeConfig("simgan", seed)
		if err != nil {
			return nil, err
		}
		c.Train.Steps = int64(j.rounds(simGANRounds))
		return c, setAll(c, simGANSet...)
	})
	if err != nil {
		return err
	}
	found := simGANFound{
		Set: simGANSet, Changes: changed, Updates: j.rounds(simGANUpdates),
		Train: j.rounds(simGANTrain), Test: j.rounds(simGANTest), Rounds: configs[0].Train.Steps,
		Sets: [2]string{configs[0].Data.Name, configs[0].SetOf("real").Name},
	}
	folders, err := j.trainAll(ctx, configs)
	if err != nil {
		return err
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	for i, folder := range folders {
		r, shown, err := found.judge(ctx, j, device, folder)
		if err != nil {
			return err
		}
		found.Runs = append(found.Runs, r)
		if i == 0 {
			if err := j.writePNG("images.png", shown, nil); err != nil {
				return err
			}
		}
	}
	return j.finish(found)
}

// A domain is the images of a domain for training and for test.
type domain struct{ train, test labelledImages }

// judge measures the last checkpoint of a run.
func (f simGANFound) judge(ctx context.Context, j *job, device *engine.Device, folder run.Folder) (r simGANRun, shown image.Image, err error) {
	g, err := j.openGenerator(device, folder)
	if err != nil {
		return r, nil, err
	}
	last, err := run.LastRecord(folder.JournalFile())
	if err != nil {
		return r, nil, err
	}
	r.Seed, r.Seconds = g.Config.Train.Seed, last.Seconds
	r.Own = (last.Statistics["right on real"] + last.Statistics["right on refined"]) / 2
	raw, err := f.read(ctx, g.Config, recipe.Main)
	if err != nil {
		return r, nil, err
	}
	real, err := f.read(ctx, g.Config, "real")
	if err != nil {
		return r, nil, err
	}
	j.say("seed %d: refining images", r.Seed)
	refined, err := refine(ctx, g, raw)
	if err != nil {
		return r, nil, err
	}
	r.compare(raw.test, refined.test)
	if err := f.labels(ctx, j, device, &r, raw, refined, real); err != nil {
		return r, nil, err
	}
	for _, fake := range []struct {
		images   domain
		accuracy *float64
	}{{raw, &r.Patches.Raw}, {refined, &r.Patches.Refined}} {
		j.say("seed %d: training a new patch discriminator", r.Seed)
		if *fake.accuracy, err = f.patchAccuracy(ctx, device, g.Config, real, fake.images); err != nil {
			return r, nil, err
		}
	}
	shown, err = rowsOf(raw.test, refined.test, real.test)
	return r, shown, err
}

// read reads the images of a role for training and for test.
func (f simGANFound) read(ctx context.Context, c *run.Config, role string) (d domain, err error) {
	for _, part := range []struct {
		split data.Split
		n     int
		to    *labelledImages
	}{{data.Train, f.Train, &d.train}, {data.Test, f.Test, &d.test}} {
		set, err := c.OpenData(ctx, role, part.split)
		if err != nil {
			return d, err
		}
		if set.Info().Classes() == 0 {
			return d, hint.Add(errors.New("dataset "+set.Info().Name+" has no labels, which the classifiers need"), "gander train simgan needs none")
		}
		if *part.to, err = readLabelled(set, part.n); err != nil {
			return d, err
		}
	}
	return d, nil
}

// refine returns the refined images of a domain.
func refine(ctx context.Context, g *run.Generator, raw domain) (domain, error) {
	s, err := g.Sampler("refined")
	if err != nil {
		return raw, err
	}
	for _, part := range []*labelledImages{&raw.train, &raw.test} {
		in := run.Inputs{s.Output.Given[0].Name: {Floats: part.pixels}}
		made, err := s.Make(ctx, len(part.labels), in)
		if err != nil {
			return raw, err
		}
		*part = part.with(made.Values)
	}
	return raw, nil
}

// compare sets the distances of refined images to the raw ones.
func (r *simGANRun) compare(raw, refined labelledImages) {
	sum := 0.
	for p, v := range raw.pixels {
		sum += math.Abs(float64(refined.pixels[p]-v)) / 2
	}
	r.Distance = sum / float64(len(raw.pixels))
	size := tensor.Size(raw.shape)
	var shifts []float64
	for i := range raw.labels {
		y0, x0 := centroid(raw.pixels[i*size:(i+1)*size], raw.shape)
		y1, x1 := centroid(refined.pixels[i*size:(i+1)*size], raw.shape)
		shifts = append(shifts, math.Hypot(y1-y0, x1-x0))
	}
	slices.Sort(shifts)
	r.Shift = meanErrorOf(shifts).Mean
	r.ShiftP95 = shifts[len(shifts)*95/100]
}

// centroid returns the mean position of the bright region of the first channel: where the
// mean of 3x3 pixels is above the middle between its median and its maximum.
func centroid(pixels []float32, shape []int) (y, x float64) {
	h, w := shape[1], shape[2]
	smooth := make([]float64, h*w)
	for i := range h {
		for k := range w {
			n := 0.
			for a := max(i-1, 0); a <= min(i+1, h-1); a++ {
				for b := max(k-1, 0); b <= min(k+1, w-1); b++ {
					smooth[i*w+k] += float64(pixels[a*w+b])
					n++
				}
			}
			smooth[i*w+k] /= n
		}
	}
	sorted := slices.Sorted(slices.Values(smooth))
	above, n := (sorted[len(sorted)/2]+sorted[len(sorted)-1])/2, 0.
	for p, v := range smooth {
		if v >= above {
			y, x, n = y+float64(p/w), x+float64(p%w), n+1
		}
	}
	return y / n, x / n
}

// labels trains the classifiers and sets their accuracies.
func (f simGANFound) labels(ctx context.Context, j *job, device *engine.Device, r *simGANRun, raw, refined, real domain) error {
	classes := 0
	for _, label := range append(slices.Clone(raw.train.labels), real.train.labels...) {
		classes = max(classes, int(label)+1)
	}
	for _, t := range []struct {
		learns string
		from   labelledImages
		tests  map[*float64]labelledImages
	}{
		{"raw and real", raw.train.and(real.train), map[*float64]labelledImages{&r.Labels.Raw: raw.test, &r.Labels.Refined: refined.test, &r.Labels.Real: real.test}},
		{"raw", raw.train, map[*float64]labelledImages{&r.Trained.Raw: real.test}},
		{"refined", refined.train, map[*float64]labelledImages{&r.Trained.Refined: real.test}},
		{"real", real.train, map[*float64]labelledImages{&r.Trained.Real: real.test}},
	} {
		j.say("seed %d: training a classifier on %s images", r.Seed, t.learns)
		c, err := trainClassifier(ctx, device, t.from, classes, j.rounds(classifierUpdates), r.Seed)
		if err != nil {
			return err
		}
		for to, images := range t.tests {
			if *to, err = c.accuracy(ctx, images); err != nil {
				return err
			}
		}
	}
	return nil
}

// rowsOf shows raw images, below them the same ones refined, and below these real ones.
func rowsOf(all ...labelledImages) (image.Image, error) {
	var pixels []float32
	shape := all[0].shape
	for _, images := range all {
		pixels = append(pixels, images.pixels[:simGANShown*tensor.Size(shape)]...)
	}
	images, err := picture.FromFloats(pixels, simGANShown*len(all), shape[0], shape[1], shape[2], -1, 1)
	if err != nil {
		return nil, err
	}
	return picture.Grid(run.Shown(images), simGANShown, picture.Options{})
}
