package measure

import (
	"context"
	"fmt"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure/internal/lenet"
)

func init() {
	define(Measure{
		Name:   "stacked-modes",
		Title:  "modes of stacked MNIST, triples of digits, that the samples reach, and how even their shares are",
		Source: "Metz et al. 2017 (unrolled GAN) and Srivastava et al. 2017 (VEEGAN), with another classifier",
		N:      26000, MinSamples: 1, Kinds: []data.Kind{data.Pixels}, ImagesOnly: true,
		run: stackedModes,
	})
}

// stackedChannels is the number of digits in an image.
const stackedChannels = 3

// stackedClassifier is the classifier of the digits.
const stackedClassifier = "mnist"

// stackedModes counts samples by the digits that the classifier finds in their channels.
func stackedModes(ctx context.Context, t *Task, r *Result) error {
	if want := data.Image(stackedChannels, lenet.Side, lenet.Side); !t.Samples.Field.Same(want) {
		return hint.Add(fmt.Errorf("it judges images of %v, and %s are %v", want, t.Samples.Name, t.Samples.Field), "it is for samples of stacked-mnist")
	}
	measured, baseline, err := t.comparisons(ctx, r, 1)
	if err != nil {
		return err
	}
	r.Space = lenet.Version + "/" + stackedClassifier
	got, err := t.triples(ctx, measured.samples)
	if err != nil {
		return err
	}
	figures := tripleFigures(got)
	stdErr := bootstrap(t.Seed, len(got), func(draw []int) []float64 {
		again := make([]int, len(draw))
		for i, k := range draw {
			again[i] = got[k]
		}
		return tripleFigures(again)
	})
	r.Values = []Value{
		{Name: "modes", Unit: fmt.Sprintf("of %d", tripleModes), Better: Higher},
		{Name: "KL", Unit: "nats", Better: Lower},
	}
	for i := range r.Values {
		v := &r.Values[i]
		v.Value, v.StdErr, v.StdErrOf = Number(figures[i]), number(stdErr[i]), bootstrapped
	}
	if baseline != nil {
		type key struct{ of *Set }
		real, err := memo(t.Cache, key{baseline.samples}, func() ([]int, error) { return t.triples(ctx, baseline.samples) })
		if err != nil {
			return err
		}
		for i, f := range tripleFigures(real) {
			r.Values[i].Baseline = number(f)
		}
	}
	r.Protocol = fmt.Sprintf("a mode is a triple of digits, the most probable classes of %s for the three channels; a mode is covered by one sample; "+
		"KL = KL(shares of the modes among the samples || 1/%d) in nats; it is biased upwards, by about %d/2N = %.2g for N = %d draws from equal shares, so only results of equal numbers can be compared",
		r.Space, tripleModes, tripleModes-1, float64(tripleModes-1)/float64(2*t.N), t.N)
	return nil
}

// tripleModes is the number of triples of digits.
var tripleModes = int(math.Pow(lenet.Classes, stackedChannels))

// triples returns the mode of each stacked image: 100 a + 10 b + c if the classifier finds
// the digits a, b and c in its channels.
func (t *Task) triples(ctx context.Context, s *Set) ([]int, error) {
	classifier, err := lenet.Open(t.Device, stackedClassifier)
	if err != nil {
		return nil, err
	}
	output, err := classifier.Run(ctx, s.Values, func(done, total int) { t.progress("digits of "+s.Name, done, total) })
	if err != nil {
		return nil, err
	}
	modes := make([]int, s.Len())
	for i := range modes {
		for k := range stackedChannels {
			logits := output.Logits[(i*stackedChannels+k)*lenet.Classes:][:lenet.Classes]
			best := 0
			for class, v := range logits {
				if v > logits[best] {
					best = class
				}
			}
			modes[i] = modes[i]*lenet.Classes + best
		}
	}
	return modes, nil
}

// tripleFigures returns the number of different modes and the divergence of their shares
// from equal shares.
func tripleFigures(modes []int) []float64 {
	counts := make([]Number, tripleModes)
	for _, mode := range modes {
		counts[mode]++
	}
	covered, _, kl := coverage(counts)
	return []float64{covered, kl}
}
