package reproduce

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/referee"
	"github.com/gander-ml/gander/run"
)

var failures = Target{
	Name:   "failures",
	Title:  "Failures of training: provoked, named by the referee, and treated by the remedy that it names",
	Source: "The failures of docs/failures.md",
	Takes:  "40 minutes on one core",
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
	fresh        bool // no limit of the referee was chosen on runs of the recipe
}

// with returns the system with another dataset.
func (s system) with(data string) system {
	s.data = data
	return s
}

// The systems.
var (
	failingPoints = system{recipe: "unrolled", data: "ring8", set: []string{
		"model.unroll=0", "model.batch=128", "model.hidden=64", "model.latent=16", "model.learning_rate_g=0.002", "model.learning_rate_d=0.001",
		"train.tick_kimg=8", "train.grid=256", "train.kimg=160",
	}}
	failingImages = system{recipe: "dcgan", data: smallDigits, set: []string{
		"model.width=8", "model.hidden=64", "model.latent=16", "model.batch=32", "model.conditional=no", "model.kernel=4", "model.learning_rate=0.002", "model.weights=0.05",
		"train.tick_kimg=1.5", "train.grid=36", "train.kimg=30",
	}}
	failingDense = system{recipe: "digits", data: smallDigits, set: []string{
		"model.hidden=64", "model.latent=16", "model.batch=32",
		"train.tick_kimg=4", "train.grid=36", "train.kimg=90",
	}}
	failingClasses = system{recipe: "cgan", data: labelledDigits, set: []string{
		"model.optimizer=adam", "model.hidden_z=64", "model.hidden_y=64", "model.hidden=64", "model.maxout_x=32", "model.pieces=2", "model.maxout_y=16", "model.maxout=32", "model.joint_pieces=2",
		"model.latent=16", "model.batch=50", "model.weights_g=0", "model.weights_d=0", "model.drop_g=0", "model.drop_input=0", "model.drop_hidden=0", "model.weight_loss_d=1", "model.gamma=0.2",
		"train.tick_kimg=4", "train.grid=40", "train.kimg=80",
	}}
	failingSquares = system{recipe: "lsgan", data: smallDigits, set: []string{
		"model.form=dcgan", "model.width=8", "model.latent=16", "model.batch=32", "model.weights=0.05", "model.learning_rate=0.002",
		"train.tick_kimg=1.5", "train.grid=36", "train.kimg=30",
	}}
	failingCritic = system{recipe: "wgan-gp-points", data: "ring8", fresh: true, set: []string{
		"model.hidden=64", "model.batch=64", "model.learning_rate=0.001", "model.critic_steps=2",
		"train.tick_kimg=8", "train.grid=256", "train.kimg=160",
	}}
)

// provocations is all ways to train, in the order of the page.
var provocations = []provocation{
	{referee.Healthy, "healthy-ring8", "", failingPoints, nil, 2},
	{referee.Healthy, "healthy-8gaussians", "", failingPoints.with("8gaussians"), nil, 1},
	{referee.Healthy, "healthy-images", "", failingImages, nil, 1},
	{referee.Healthy, "healthy-dense", "", failingDense, nil, 1},
	{referee.Healthy, "healthy-classes", "", failingClasses, nil, 1},
	{referee.Healthy, "healthy-squares", "", failingSquares, nil, 1},
	{referee.Healthy, "healthy-critic", "", failingCritic, nil, 1},

	{referee.DWins, "d-wins-ring8", "D with five times the rate of G, updated five times", failingPoints, []string{"model.simultaneous=false", "model.k=5", "model.learning_rate_d=0.01"}, 1},
	{referee.DWins, "d-wins-8gaussians", "the same", failingPoints.with("8gaussians"), []string{"model.simultaneous=false", "model.k=5", "model.learning_rate_d=0.01"}, 1},
	{referee.GWins, "g-wins-ring8", "D with a rate of 1e-7", failingPoints, []string{"model.learning_rate_d=1e-7"}, 1},
	{referee.GWins, "g-wins-images", "D with a thousandth of the rate of G", failingImages, []string{"model.rate_d=0.001"}, 1},
	{referee.Collapse, "collapse", "one latent, ReLU, D sees points five times as large and is updated three times", failingPoints,
		[]string{"model.activation=relu", "model.gain=1", "model.batch=64", "model.latent=1", "model.beta1=0", "model.scale_d=5", "model.simultaneous=false", "model.k=3",
			"model.learning_rate_g=0.0005", "model.learning_rate_d=0.002", "train.kimg=300", "train.tick_kimg=12"}, 2},
	{referee.ClassCollapse, "class-collapse-hidden", "the images of class 0 are black or white", failingClasses.with(sheetDigits), nil, 1},
	{referee.ClassCollapse, "class-collapse-input", "the same; both networks read the class with their other inputs", failingClasses.with(sheetDigits), []string{"model.condition_g=input", "model.condition_d=input"}, 1},
	{referee.Cycling, "cycling", "one latent, ReLU, Adam with beta1 = 0.9", failingPoints,
		[]string{"model.activation=relu", "model.batch=64", "model.latent=1", "model.beta1=0.9", "model.simultaneous=false", "model.learning_rate_d=0.002", "train.kimg=100", "train.tick_kimg=4"}, 2},
	{referee.Diverged, "diverged-ring8", "rates times 100", failingPoints, []string{"model.learning_rate_g=0.2", "model.learning_rate_d=0.1"}, 1},
	{referee.Diverged, "diverged-critic", "no gradient penalty", failingCritic, []string{"model.lambda=0"}, 1},
	{referee.NotANumber, "nan-images", "a rate of 1e30", failingImages, []string{"model.learning_rate=1e30"}, 1},
	{referee.NotANumber, "nan-squares", "a rate of 1e30", failingSquares, []string{"model.learning_rate=1e30"}, 1},
	{referee.Memorisation, "memorisation-dense", "16 training images", failingDense.with(twentyDigits), nil, 1},
	{referee.Memorisation, "memorisation-points", "32 training points of 8 numbers", failingPoints.with(fewPoints), nil, 1},
	{referee.DOverfits, "d-overfits-images", "48 training images", failingImages.with(fewDigits), nil, 1},
	{referee.DOverfits, "d-overfits-squares", "48 training images", failingSquares.with(fewDigits), nil, 1},
	{referee.Saturated, "saturated-dense", "a rate of 0.1", failingDense, []string{"model.learning_rate=0.1"}, 1},
	{referee.Saturated, "saturated-classes", "weights of G of 5 at first", failingClasses, []string{"model.weights_g=5"}, 1},
	{referee.DeadUnits, "dead-units-images", "no batch normalisation, a rate of 0.005, beta1 = 0.9", failingImages, []string{"model.norm=none", "model.learning_rate=0.005", "model.beta1=0.9"}, 1},
	{referee.DeadUnits, "dead-units-critic", "a rate times 100", failingCritic, []string{"model.learning_rate=0.1"}, 1},
	{referee.Stuck, "stuck-ring8", "rates of 1e-8", failingPoints, []string{"model.learning_rate_g=1e-8", "model.learning_rate_d=1e-8"}, 1},
	{referee.Stuck, "stuck-images", "a rate of 1e-8", failingImages, []string{"model.learning_rate=1e-8"}, 1},
	{referee.ConstantD, "constant-d-hidden", "weights of D of 1e-9 at first, and gradient descent", failingClasses, []string{"model.weights_d=1e-9", "model.optimizer=sgd", "model.learning_rate=0.01"}, 1},
	{referee.ConstantD, "constant-d-input", "the same; D reads the class with x", failingClasses, []string{"model.weights_d=1e-9", "model.optimizer=sgd", "model.learning_rate=0.01", "model.condition_d=input"}, 1},
	{referee.ConstantData, "constant-data-dense", "all images are equal", failingDense.with(equalDigits), nil, 1},
	{referee.ConstantData, "constant-data-critic", "all points are equal", failingCritic.with(equalPoints), nil, 1},
	{referee.IgnoredLatent, "ignored-latent-ring8", "weights of both networks of a billionth at first", failingPoints, []string{"model.gain=1e-9"}, 1},
	{referee.IgnoredLatent, "ignored-latent-classes", "weights of G of 1e-9 at first, and gradient descent", failingClasses, []string{"model.weights_g=1e-9", "model.optimizer=sgd", "model.learning_rate=0.01"}, 1},
	{referee.IgnoredCondition, "ignored-condition-hidden", "the labels are shuffled", failingClasses.with(shuffledDigits), nil, 1},
	{referee.IgnoredCondition, "ignored-condition-input", "the same; both networks read the class with their other inputs", failingClasses.with(shuffledDigits), []string{"model.condition_g=input", "model.condition_d=input"}, 1},
	{referee.BatchStatistics, "batch-statistics", "samples are drawn from an average of G of 700 steps, and a rate of 0.02", failingImages, []string{"model.average=0.9985", "model.learning_rate=0.02", "train.kimg=24"}, 2},
}

// firstFailingSeed is the first seed. Those that helped to choose provocations, limits and remedies
// are below.
const firstFailingSeed = 401

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
	return j.makeFailingData(pixels, digits.Labels)
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
	c, err := recipeConfig(p.system.recipe, seed)
	if err != nil {
		return nil, err
	}
	c.Data.Name, c.Train.Keep = p.system.data, 1
	if slices.Contains(failingData, p.system.data) {
		if c.Data.Name, err = filepath.Abs(j.path(p.system.data)); err != nil {
			return nil, err
		}
	}
	for _, assignment := range slices.Concat(p.system.set, p.set, more) {
		if err := c.Set(assignment); err != nil {
			return nil, fmt.Errorf("%s: %w", assignment, err)
		}
	}
	if j.hurry > 1 { // two ticks, as most of the time of a short run goes to ticks and their pictures
		c.Train.Kimg /= float64(j.hurry)
		c.Train.TickKimg, c.Train.Grid = c.Train.Kimg/2, 16
	}
	return c, nil
}
