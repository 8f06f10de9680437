package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/invert"
	"github.com/gander-ml/gander/run"
)

var inversion = Target{
	Name:   "inversion",
	Title:  "Inference for a generator that is trained already: z of samples, and reconstructions of test images",
	Source: "Goodfellow et al. 2014, Generative Adversarial Nets (arXiv 1406.2661), section 7: learned approximate inference by an encoder that is trained after G; Dumoulin et al. 2017, ALI (arXiv 1606.00704), section 2.2",
	Takes:  "about four minutes",
	Uses:   []string{"data", "run", "seeds", "epochs", "set"},
	make:   makeInversion,
}

// The protocol.
const (
	inversionKimg    = 300  // length of the run that is inverted
	inversionSteps   = 1500 // of the descent
	inversionOwn     = 256  // samples with a known z
	inversionTest    = 256  // test images
	inversionShown   = 48   // of these in the picture
	inversionGuesses = 1000
	inversionLeast   = .9 // the correlation that the target aims for
)

// inversionEncoders are the encoders that are compared. The adversarial one is trained for
// less than by default.
func inversionEncoders(hurry int) []invert.Settings {
	list := []invert.Settings{invert.Defaults(invert.Regression), invert.Defaults(invert.Adversarial)}
	list[1].Kimg = 200
	for i := range list {
		list[i].Kimg /= float64(max(hurry, 1))
	}
	return list
}

// inversionFound is the input of the page.
type inversionFound struct {
	judged
	Recipe  string
	Steps   int
	Own     int
	Test    int
	Shown   int
	Guesses int
	Rows    []inversionRow
	Nearest meanError // distance of test images from the nearest of random samples
	Mean    meanError // from their mean
}

// An inversionRow is the results with an encoder.
type inversionRow struct {
	Method   invert.Method
	Settings string
	// Correlations over samples of each number of z with the number found, sorted.
	Encoded, Found []float64
	// Distances of samples and of test images.
	OwnEncoded, OwnFound, TestEncoded, TestFound meanError
}

// Least returns the correlation of the number that is recovered worst.
func (r inversionRow) Least(list []float64) float64 { return list[0] }

// Median returns the correlation in the middle.
func (r inversionRow) Median(list []float64) float64 { return list[len(list)/2] }

// Dimensions returns the number of numbers of z.
func (f inversionFound) Dimensions() int { return len(f.Rows[0].Found) }

// Aim returns the correlation that the target aims for.
func (inversionFound) Aim() float64 { return inversionLeast }

// Reached reports whether every number of z is recovered with that correlation.
func (f inversionFound) Reached() bool { return f.Rows[0].Found[0] >= inversionLeast }

func makeInversion(ctx context.Context, j *job) error {
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	g, about, seed, err := j.judgedG(ctx, device, j.invertedRun)
	if err != nil {
		return err
	}
	found := inversionFound{
		judged: about, Recipe: g.Config.Recipe.Name,
		Steps: j.rounds(inversionSteps), Own: inversionOwn, Test: inversionTest, Shown: inversionShown, Guesses: inversionGuesses,
	}
	for i, s := range inversionEncoders(j.hurry) {
		s.Seed = seed
		j.say("training an encoder: %s", s.Text())
		v, err := g.Inverter(ctx, "", s, found.Steps)
		if err != nil {
			return err
		}
		if err := found.invert(ctx, j, g, v, s, i == 0); err != nil {
			return err
		}
	}
	return j.finish(found)
}

// invertedRun returns the settings of the run that is inverted.
func (j *job) invertedRun(seed uint64) (*run.Config, error) {
	c, err := newConfig("digits", cmp.Or(j.Data, "digits"), seed, cmp.Or(j.Epochs, 1))
	if err == nil && j.Epochs == 0 {
		c.Train.Kimg = inversionKimg
	}
	return c, err
}

// invert computes the figures with one encoder. With the first one it also compares test images
// with random samples, and draws the picture.
func (f *inversionFound) invert(ctx context.Context, j *job, g *run.Generator, v *run.Inverter, s invert.Settings, first bool) error {
	row := inversionRow{Method: s.Method, Settings: s.Text()}
	own, err := v.Recover(ctx, f.Own, s.Seed, nil)
	if err != nil {
		return err
	}
	for _, l := range v.Sampler.Output.Latents {
		row.Encoded, row.Found = append(row.Encoded, own.Encoded[l.Name]...), append(row.Found, own.Found[l.Name]...)
	}
	if len(row.Encoded) == 0 || len(row.Found) == 0 {
		return fmt.Errorf("run %s: its latents are constant", f.Run)
	}
	slices.Sort(row.Encoded)
	slices.Sort(row.Found)
	row.OwnEncoded, row.OwnFound = meanErrorOf(own.Inversion.EncodedDistance), meanErrorOf(own.Inversion.Distance)

	set, err := g.Config.OpenData(ctx, v.Sampler.Output.Like, data.Test)
	if err != nil {
		return err
	}
	test, err := v.ReadExamples(set, f.Test, s.Seed)
	if err != nil {
		return err
	}
	if err := v.Given(test, nil); err != nil {
		return err
	}
	f.Test = test.N
	result, err := v.Invert(ctx, test.N, test.Values, test.Conditions, nil)
	if err != nil {
		return err
	}
	row.TestEncoded, row.TestFound = meanErrorOf(result.EncodedDistance), meanErrorOf(result.Distance)
	f.Rows = append(f.Rows, row)
	if !first {
		return nil
	}
	return f.compare(ctx, j, v, test, result, s.Seed)
}

// compare computes the distances of test images from random samples, and draws the picture of
// their reconstructions.
func (f *inversionFound) compare(ctx context.Context, j *job, v *run.Inverter, test *run.Examples, result *run.Inversion, seed uint64) error {
	guess, err := v.Guess(ctx, test.N, test.Values, test.Conditions, f.Guesses, seed)
	if err != nil {
		return err
	}
	f.Nearest, f.Mean = meanErrorOf(guess.Nearest), meanErrorOf(guess.Mean)
	f.Shown = min(f.Shown, test.N)
	m, err := v.Picture(&run.Inversion{
		N: f.Shown, Original: result.Original.Slice(0, f.Shown), Encoded: result.Encoded.Slice(0, f.Shown), Found: result.Found.Slice(0, f.Shown),
	})
	if err != nil {
		return err
	}
	return j.writePNG("reconstructions.png", m, pictureTexts(f.Run, seed, f.Step))
}
