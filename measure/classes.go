package measure

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure/internal/lenet"
)

func init() {
	define(Measure{
		Name:   "classes",
		Title:  "classes that a classifier finds in the samples, how even their shares are, and how confident it is",
		Source: "the score has the formula of Salimans et al. 2016, section 4, on another classifier",
		N:      10000, MinSamples: 100, Kinds: []data.Kind{data.Pixels}, ImagesOnly: true, Spaces: true, PrefersClassifier: true,
		run: classes,
	})
}

// scoreSplits is the number of parts over which Salimans et al. average the score. They
// take consecutive parts. Ours are random: of samples sorted by class, consecutive parts
// have one class each.
const scoreSplits = 10

func classes(ctx context.Context, t *Task, r *Result) error {
	if !strings.HasPrefix(t.Space, lenet.Version) {
		return hint.Add(fmt.Errorf("feature space %s has no classes", t.Space), "set Task.Space to %s/%s", lenet.Version, lenet.Names[0])
	}
	images := *t
	images.Space = "pixels"
	measured, baseline, err := images.comparisons(ctx, r, scoreSplits)
	if err != nil {
		return err
	}
	r.Space = t.Space
	samples, real, err := t.predictions(ctx, measured)
	if err != nil {
		return err
	}
	r.Values = samples.values(real)
	stdErr := bootstrap(t.Seed, len(samples.class), func(draw []int) []float64 { return samples.figures(draw, real) })
	for i, s := range stdErr {
		r.Values[i].StdErr, r.Values[i].StdErrOf = number(s), bootstrapped
	}
	if baseline != nil {
		type key struct {
			of    comparison
			space string
		}
		values, err := memo(t.Cache, key{*baseline, t.Space}, func() ([]Value, error) {
			samples, real, err := t.predictions(ctx, *baseline)
			if err != nil {
				return nil, err
			}
			return samples.values(real), nil
		})
		if err != nil {
			return err
		}
		for i, v := range values {
			r.Values[i].Baseline = &v.Value
		}
	}
	names, err := classNames(t.Space)
	if err != nil {
		return err
	}
	r.Groups = []Group{{Name: "share of predicted class", Of: names, Samples: numbers(samples.histogram(samples.all())), Real: numbers(real)}}
	r.Protocol = fmt.Sprintf("softmax of the classifier %s on samples and on real examples alike; an example's predicted class is the most probable; "+
		"KL(samples || real) and total variation are of the shares of predicted classes, confidence is the mean probability of the predicted class, "+
		"score is exp(mean KL(p(y|x) || p(y))), the mean over %d random parts", t.Space, scoreSplits)
	return nil
}

// predictions are the outputs of the classifier for examples.
type predictions struct {
	p     []float64 // [n, lenet.Classes]: the probabilities of the classes
	class []int     // [n]: the most probable class
	parts [][]int   // [scoreSplits]: the examples of each part of the score
}

// predict classifies the examples of s.

func (t *Task) predict(ctx context.Context, s *Set) (*predictions, error) {
	output, err := t.classify(ctx, s)
	if err != nil {
		return nil, err
	}
	p := &predictions{make([]float64, len(output.Logits)), make([]int, s.Len()), randomGroups(s.Len(), scoreSplits, t.Seed, "score parts")}
	for i := range p.class {
		softmax(p.at(i), output.Logits[i*lenet.Classes:][:lenet.Classes])
		for k, v := range p.at(i) {
			if v > p.at(i)[p.class[i]] {
				p.class[i] = k
			}
		}
	}
	return p, nil
}

// softmax sets dst to the probabilities of logits.
func softmax(dst []float64, logits []float32) {
	greatest := math.Inf(-1)
	for _, v := range logits {
		greatest = max(greatest, float64(v))
	}
	sum := 0.0
	for k, v := range logits {
		dst[k] = math.Exp(float64(v) - greatest)
		sum += dst[k]
	}
	for k := range dst {
		dst[k] /= sum
	}
}

// at returns the probabilities of example i.
func (p *predictions) at(i int) []float64 { return p.p[i*lenet.Classes:][:lenet.Classes] }

// predictions returns the predictions for the samples of c, and the share of each
// predicted class among its real examples.
func (t *Task) predictions(ctx context.Context, c comparison) (samples *predictions, real []float64, err error) {
	type key struct {
		of    *Set
		space string
	}
	reference, err := memo(t.Cache, key{c.reference, t.Space}, func() (*predictions, error) { return t.predict(ctx, c.reference) })
	if err != nil {
		return nil, nil, err
	}
	samples, err = t.predict(ctx, c.samples)
	return samples, reference.histogram(reference.all()), err
}

// all returns the indices of all examples.
func (p *predictions) all() []int {
	all := make([]int, len(p.class))
	for i := range all {
		all[i] = i
	}
	return all
}

// histogram returns the share of each predicted class among the drawn examples.
func (p *predictions) histogram(draw []int) []float64 {
	shares := make([]float64, lenet.Classes)
	for _, i := range draw {
		shares[p.class[i]]++
	}
	for k := range shares {
		shares[k] /= float64(len(draw))
	}
	return shares
}

// values returns the figures, given the shares of the classes among real examples.
func (p *predictions) values(real []float64) []Value {
	f := p.figures(p.all(), real)
	score, sd := p.splitScore()
	return []Value{
		{Name: "kl", Value: Number(f[0]), Unit: "nats", Better: Lower},
		{Name: "total variation", Value: Number(f[1]), Better: Lower},
		{Name: "confidence", Value: Number(f[2]), Better: NearBaseline},
		{Name: "score", Value: Number(score), StdErr: number(sd), StdErrOf: fmt.Sprintf("sd of %d parts", scoreSplits), Better: Higher},
	}
}

// figures returns the divergence, the total variation and the confidence of the
// drawn examples.
func (p *predictions) figures(draw []int, real []float64) []float64 {
	got := p.histogram(draw)
	return []float64{divergence(got, real), variation(got, real), p.confidence(draw)}
}

// divergence is KL(p || q) in nats. It is +Inf if a class has a share in p and none in q.
func divergence(p, q []float64) float64 {
	sum := 0.0
	for k, v := range p {
		if v > 0 {
			sum += v * math.Log(v/q[k])
		}
	}
	return max(sum, 0) // only rounding can make it negative
}

// variation is the total variation distance of p and q, in [0, 1].
func variation(p, q []float64) float64 {
	sum := 0.0
	for k, v := range p {
		sum += math.Abs(v - q[k])
	}
	return sum / 2
}

// confidence returns the mean probability of the predicted class.
func (p *predictions) confidence(draw []int) float64 {
	sum := 0.0
	for _, i := range draw {
		sum += p.at(i)[p.class[i]]
	}
	return sum / float64(len(draw))
}

// splitScore returns the mean of the score over the parts, and its standard deviation.
func (p *predictions) splitScore() (mean, sd float64) {
	var scores []float64
	for _, part := range p.parts {
		scores = append(scores, p.score(part))
	}
	return meanSD(scores)
}

// score returns exp(E KL(p(y|x) || p(y))) of some examples.
func (p *predictions) score(examples []int) float64 {
	n := float64(len(examples))
	marginal := make([]float64, lenet.Classes)
	for _, i := range examples {
		for k, v := range p.at(i) {
			marginal[k] += v / n
		}
	}
	sum := 0.0
	for _, i := range examples {
		sum += divergence(p.at(i), marginal)
	}
	return math.Exp(sum / n)
}

// classNames returns the names of the classes of the classifier with this space.
func classNames(space string) ([]string, error) {
	e, err := data.Lookup(strings.TrimPrefix(space, lenet.Version+"/"))
	return e.ClassNames, err
}

// numbers converts a list.
func numbers(list []float64) []Number {
	all := make([]Number, len(list))
	for i, v := range list {
		all[i] = Number(v)
	}
	return all
}
