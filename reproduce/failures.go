package reproduce

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/referee"
	"github.com/gander-ml/gander/run"
)

var failures = Target{
	Name:   "failures",
	Title:  "each failure of training provoked by settings, judged by the referee, and treated by the remedy that it names",
	Source: "the failures of docs/failures.md",
	Takes:  "half an hour on two cores",
	Uses:   []string{"trials", "jobs"},
	make:   makeFailures,
}

// A provocation is a way to train that fails, or a healthy one.
type provocation struct {
	Failure referee.Failure // referee.Healthy for one that does not fail
	Name    string          // folder of the runs
	Why     string          // what provokes the failure
	system  system
	set     []string // in addition to the settings of the system
	share   int      // number of runs for each run of the setting trials
}

// A system is a recipe with cheap settings.
type system struct {
	recipe, data string
	set          []string
}

// with returns the system with another dataset.
func (s system) with(data string) system {
	s.data = data
	return s
}

// The systems. A few runs of them, with seeds below firstFailingSeed, also helped to choose
// limits of the referee.
var (
	failingPoints = system{"unrolled", "ring8", []string{
		"model.unroll=0", "model.batch=128", "model.hidden=64", "model.latent=16", "model.learning_rate_g=0.002", "model.learning_rate_d=0.001",
		"train.tick_kimg=8", "train.grid=256", "train.kimg=200",
	}}
	failingImages = system{"dcgan", smallDigits, []string{
		"model.width=8", "model.hidden=64", "model.latent=16", "model.batch=32", "model.conditional=no", "model.kernel=4", "model.learning_rate=0.002", "model.weights=0.05",
		"train.tick_kimg=1.5", "train.grid=36", "train.kimg=36",
	}}
)

// Names of datasets that the target makes.
const (
	smallDigits = "small.npy" // drawn digits of 16x16 pixels
	fewDigits   = "few.npy"   // the first of these
)

// Numbers of examples of these datasets.
const (
	smallDigitsNumber = 4000
	fewDigitsNumber   = 60
	smallDigitsSide   = 16
)

// provocations is all ways to train, in the order of the page.
var provocations = []provocation{
	{referee.Healthy, "healthy-ring8", "", failingPoints, nil, 3},
	{referee.Healthy, "healthy-8gaussians", "", failingPoints.with("8gaussians"), nil, 2},
	{referee.Healthy, "healthy-images", "", failingImages, nil, 2},
	{referee.DWins, "d-wins-ring8", "D with five times the rate of G, updated five times", failingPoints, []string{"model.simultaneous=false", "model.k=5", "model.learning_rate_d=0.01"}, 1},
	{referee.DWins, "d-wins-8gaussians", "the same", failingPoints.with("8gaussians"), []string{"model.simultaneous=false", "model.k=5", "model.learning_rate_d=0.01"}, 1},
	{referee.GWins, "g-wins-ring8", "D with a rate of 1e-7", failingPoints, []string{"model.learning_rate_d=1e-7"}, 1},
	{referee.GWins, "g-wins-images", "D with a thousandth of the rate of G", failingImages, []string{"model.rate_d=0.001"}, 1},
	{referee.Collapse, "collapse", "one latent, ReLU, D sees points five times as large and is updated three times", failingPoints,
		[]string{"model.activation=relu", "model.gain=1", "model.batch=64", "model.latent=1", "model.beta1=0", "model.scale_d=5", "model.simultaneous=false", "model.k=3",
			"model.learning_rate_g=0.0005", "model.learning_rate_d=0.002", "train.kimg=300", "train.tick_kimg=12"}, 2},
	{referee.Cycling, "cycling", "one latent, ReLU, Adam with beta1 = 0.9", failingPoints,
		[]string{"model.activation=relu", "model.batch=64", "model.latent=1", "model.beta1=0.9", "model.simultaneous=false", "model.learning_rate_d=0.002", "train.kimg=100", "train.tick_kimg=4"}, 2},
	{referee.Diverged, "diverged-ring8", "rates times 100", failingPoints, []string{"model.learning_rate_g=0.2", "model.learning_rate_d=0.1"}, 1},
	{referee.Diverged, "diverged-8gaussians", "the same", failingPoints.with("8gaussians"), []string{"model.learning_rate_g=0.2", "model.learning_rate_d=0.1"}, 1},
	{referee.NotANumber, "nan", "a rate of 1e30", failingImages, []string{"model.learning_rate=1e30"}, 2},
	{referee.Stuck, "stuck-ring8", "rates of 1e-8", failingPoints, []string{"model.learning_rate_g=1e-8", "model.learning_rate_d=1e-8"}, 1},
	{referee.Stuck, "stuck-images", "a rate of 1e-8", failingImages, []string{"model.learning_rate=1e-8"}, 1},
	{referee.DOverfits, "d-overfits", "48 training images", failingImages.with(fewDigits), nil, 2},
	{referee.DeadUnits, "dead-units", "no batch normalisation, a rate of 0.005, beta1 = 0.9", failingImages, []string{"model.norm=none", "model.learning_rate=0.005", "model.beta1=0.9"}, 2},
}

// firstFailingSeed is the first seed. Those that helped to choose the provocations and limits
// are below.
const firstFailingSeed = 101

// usualFailingTrials is the default of the setting trials.
const usualFailingTrials = 10

// makeFailures trains, judges and treats all provocations.
func makeFailures(ctx context.Context, j *job) error {
	if j.Trials == 0 {
		j.Trials = usualFailingTrials
	}
	if j.Threads == 0 {
		j.Threads = 1
	}
	if err := j.makeSmallDigits(ctx); err != nil {
		return err
	}
	found := &failuresFound{Trials: j.Trials}
	for _, p := range provocations {
		runs, err := j.provoke(ctx, p)
		if err != nil {
			return err
		}
		found.Provoked = append(found.Provoked, &provoked{provocation: p, Runs: runs})
	}
	found.healthy = spreadsOf(found.Provoked)
	for _, p := range found.Provoked {
		if err := j.treat(ctx, p, found.healthy); err != nil {
			return err
		}
		if err := j.showProvoked(p); err != nil {
			return err
		}
	}
	return j.finish(found)
}

// makeSmallDigits writes the datasets of images.
func (j *job) makeSmallDigits(ctx context.Context) error {
	set, err := load.New("digits", 0, load.Options{}).Open(ctx, data.Train)
	if err != nil {
		return err
	}
	digits, err := measure.FromData(set, "digits", smallDigitsNumber)
	if err != nil {
		return err
	}
	var pixels []uint8
	for i := range digits.Len() {
		pixels = append(pixels, halved(digits.At(i), digits.Field.Shape[1], smallDigitsSide)...)
	}
	for name, n := range map[string]int{smallDigits: smallDigitsNumber, fewDigits: fewDigitsNumber} {
		if _, err := os.Stat(j.path(name)); err == nil {
			continue // the runs know its fingerprint
		}
		file, err := os.Create(j.path(name))
		if err != nil {
			return err
		}
		err = format.EncodeNPY(file, []int{n, smallDigitsSide, smallDigitsSide}, pixels[:n*smallDigitsSide*smallDigitsSide])
		if err := file.Close(); err != nil {
			return err
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// halved returns the means of 2x2 pixels of a square image of side from, from 0 to 1, in an
// image of side to with an equal margin.
func halved(image []float32, from, to int) []uint8 {
	margin := (2*to - from) / 2
	small := make([]uint8, to*to)
	for i := range small {
		sum := float32(0)
		for k := range 4 {
			y, x := 2*(i/to)+k/2-margin, 2*(i%to)+k%2-margin
			if y >= 0 && y < from && x >= 0 && x < from {
				sum += image[y*from+x]
			}
		}
		small[i] = uint8(sum / 4 * 255)
	}
	return small
}

// config returns the settings of a run of a provocation.
func (j *job) config(p provocation, seed uint64, more []string) (*run.Config, error) {
	r, err := recipe.Find(p.system.recipe)
	if err != nil {
		return nil, err
	}
	c := run.NewConfig(r)
	c.Train.Seed, c.Data.Name, c.Train.Keep = seed, p.system.data, 1
	if p.system.data == smallDigits || p.system.data == fewDigits {
		if c.Data.Name, err = filepath.Abs(j.path(p.system.data)); err != nil {
			return nil, err
		}
	}
	for _, assignment := range slices.Concat(p.system.set, p.set, more) {
		if err := c.Set(assignment); err != nil {
			return nil, fmt.Errorf("%s: %w", assignment, err)
		}
	}
	if j.hurry > 1 {
		c.Train.Kimg /= float64(j.hurry)
		c.Train.TickKimg /= float64(j.hurry)
	}
	return c, nil
}
