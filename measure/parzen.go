package measure

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/gander-ml/gander/hint"
)

func init() {
	define(Measure{
		Name:   "parzen",
		Title:  "log-likelihood of test images under a Gaussian Parzen window of the samples",
		Source: "Breuleux, Bengio and Vincent 2011, as in Goodfellow et al. 2014, section 5",
		N:      10000, MinSamples: 2, Kinds: anything,
		run: parzen,
	})
}

const (
	parzenValidation = 1000 // validation examples that choose sigma, drawn if there are more
	parzenSigmas     = 10   // on the grid from 0.1 to 1
	parzenFine       = 41   // on the grid between the two neighbours of the best
)

// parzen scores test examples under a window of the samples. The baseline is the score
// under a window of training examples of the same number. Without a Reference it scores
// only the validation examples that choose sigma. Early stopping must not use others.
func parzen(ctx context.Context, t *Task, r *Result) error {
	if t.Validation == nil {
		return hint.Add(errors.New("it chooses sigma by validation examples and there are none"), "set Task.Validation: use data with a validation part")
	}
	validation := t.cachedDraw(t.Validation, parzenValidation, "parzen validation")
	r.addDraw(validation.Len(), t.Validation.Len(), "validation examples, which choose sigma")
	if n := validation.Len(); n < parzenValidation {
		r.warn("%d validation examples choose sigma, not the %d of the protocol", n, parzenValidation)
	}
	got, err := t.parzenOf(ctx, "samples", t.Samples, validation)
	if err != nil {
		return err
	}
	baseline, err := t.parzenBaseline(ctx, r, validation)
	if err != nil {
		return err
	}
	r.Protocol = t.parzenProtocol(validation.Len())
	if t.Reference == nil {
		r.Reference, r.M = validation.Name, validation.Len()
	}
	r.Values = got.values(baseline)
	if got.edge {
		r.warn("sigma %.3g is at the edge of its grid: a better one may be outside", got.sigma)
	}
	if head := r.Values[0]; head.Baseline != nil && head.Value > *head.Baseline+2**head.StdErr {
		r.warn("the score is above that of real training examples: blurred samples and copies reach such scores, so a higher score is not better here")
	}
	return nil
}

// parzenProtocol returns the protocol.
func (t *Task) parzenProtocol(validation int) string {
	grid := "logspace(-1, 0, 10)"
	if t.Fine {
		grid += fmt.Sprintf(" and then from %d between the neighbours of the best, evenly in log sigma", parzenFine)
	}
	scored := "no test example is used"
	if t.Reference != nil {
		scored = "the score is the mean over the test examples in nats, with the standard error sd/sqrt(n)"
	}
	return fmt.Sprintf("LL(x) = logmeanexp_i(-|x - x_i|^2 / (2 sigma^2)) - d log(sigma sqrt(2 pi)) over the samples x_i; "+
		"sigma from %s by the mean over %d validation examples, drawn at random if there are more; %s", grid, validation, scored)
}

// A parzenScore is the scores under a window of one set of samples.
type parzenScore struct {
	sigma            float64
	edge             bool      // sigma is the first or the last of its grid
	validation, test []float64 // log-likelihood of each example; test is nil without a reference
}

// parzenBaseline returns the score with training examples instead of the samples, or
// nil if there are too few.
func (t *Task) parzenBaseline(ctx context.Context, r *Result, validation *Set) (*parzenScore, error) {
	if t.Train == nil || t.Train.Len() < t.N {
		r.warn("no baseline: there are fewer than %d training examples to use instead of the samples", t.N)
		return nil, nil
	}
	type key struct {
		train, validation, reference *Set
		fine                         bool
	}
	train := t.baselineDraw(r, t.Train, "training")
	return memo(t.Cache, key{train, validation, t.Reference, t.Fine}, func() (*parzenScore, error) {
		return t.parzenOf(ctx, "baseline", train, validation)
	})
}

// parzenOf chooses sigma for a window of samples and scores the reference.
func (t *Task) parzenOf(ctx context.Context, what string, samples, validation *Set) (*parzenScore, error) {
	sigmas := logspace(0.1, 1, parzenSigmas)
	scores, err := t.logLikelihood(ctx, what+": sigma", samples, validation, sigmas)
	if err != nil {
		return nil, err
	}
	best := bestMean(scores)
	edge := best == 0 || best == len(sigmas)-1
	if t.Fine {
		sigmas = logspace(sigmas[max(best-1, 0)], sigmas[min(best+1, len(sigmas)-1)], parzenFine)
		if scores, err = t.logLikelihood(ctx, what+": fine sigma", samples, validation, sigmas); err != nil {
			return nil, err
		}
		best = bestMean(scores)
	}
	score := &parzenScore{sigma: sigmas[best], edge: edge, validation: scores[best]}
	if t.Reference == nil {
		return score, nil
	}
	scores, err = t.logLikelihood(ctx, what+": test", samples, t.Reference, sigmas[best:best+1])
	if err != nil {
		return nil, err
	}
	score.test = scores[0]
	return score, nil
}

// values returns the figures of s, the score first. Their baselines are those of
// baseline, unless that is nil.
func (s *parzenScore) values(baseline *parzenScore) []Value {
	if baseline == nil {
		baseline = &parzenScore{sigma: math.NaN()}
	}
	values := []Value{
		likelihoodValue("validation log-likelihood", s.validation, baseline.validation),
		{Name: "sigma", Value: Number(s.sigma), Better: NearBaseline},
	}
	if !math.IsNaN(baseline.sigma) {
		values[1].Baseline = number(baseline.sigma)
	}
	if s.test != nil {
		values = append([]Value{likelihoodValue("log-likelihood", s.test, baseline.test)}, values...)
	}
	return values
}

// likelihoodValue returns the mean of scores and its standard error. Its baseline is the
// mean of baseline, unless that is nil.
func likelihoodValue(name string, scores, baseline []float64) Value {
	mean, standardError := meanSE(scores)
	v := Value{
		Name: name, Value: Number(mean), Unit: "nats", Better: Higher,
		StdErr: number(standardError), StdErrOf: "standard error",
	}
	if baseline != nil {
		mean, _ := meanSD(baseline)
		v.Baseline = number(mean)
	}
	return v
}

// logLikelihood returns, for each sigma, the log-likelihood of each of the
// examples under the Parzen window of samples, in nats.
func (t *Task) logLikelihood(ctx context.Context, what string, samples, examples *Set, sigmas []float64) ([][]float64, error) {
	w := newWindow(examples.Len(), sigmas)
	if err := t.distances(ctx, what, examples, samples, w.visit, nil); err != nil {
		return nil, err
	}
	d, n := float64(samples.Size()), float64(samples.Len())
	scores := make([][]float64, len(sigmas))
	for k, sigma := range sigmas {
		scores[k] = make([]float64, examples.Len())
		for i := range scores[k] {
			scores[k][i] = math.Log(w.sums[i*len(sigmas)+k]/n) - w.least[i]*w.scales[k] - d*math.Log(sigma*math.Sqrt(2*math.Pi))
		}
	}
	return scores, nil
}

// A window sums exp(-squared distance / (2 sigma^2)) for each example and several
// sigmas. The exponents are relative to the least distance so far, so that the sums do
// not underflow.
type window struct {
	scales []float64 // [sigmas]: 1 / (2 sigma^2)
	least  []float64 // [examples]: the least squared distance
	sums   []float64 // [examples, sigmas]: of exp((least - squared distance) * scale)
}

// newWindow returns a window with empty sums.
func newWindow(examples int, sigmas []float64) *window {
	w := &window{least: make([]float64, examples), sums: make([]float64, examples*len(sigmas))}
	for _, sigma := range sigmas {
		w.scales = append(w.scales, 1/(2*sigma*sigma))
	}
	for i := range w.least {
		w.least[i] = math.Inf(1)
	}
	return w
}

// negligible is the exponent below which a term is ignored. The largest term is 1, and
// ten million of the ignored terms would not change the sum in float64.
const negligible = -54

// visit adds the terms of example i.
func (w *window) visit(i, _ int, squared []float32) {
	sums := w.sums[i*len(w.scales):][:len(w.scales)]
	least := squared[0]
	for _, v := range squared {
		least = min(least, v)
	}
	if v := float64(least); v < w.least[i] {
		for k, scale := range w.scales {
			sums[k] *= math.Exp((v - w.least[i]) * scale)
		}
		w.least[i] = v
	}
	for k, scale := range w.scales {
		sums[k] += sumExp(squared, w.least[i], scale)
	}
}

// sumExp returns the sum of exp((least - v) * scale) over squared.
func sumExp(squared []float32, least, scale float64) float64 {
	sum, limit := 0.0, float32(least-negligible/scale)
	for _, v := range squared {
		if v <= limit {
			sum += math.Exp((least - float64(v)) * scale)
		}
	}
	return sum
}

// logspace returns n numbers from first to last with evenly spaced logarithms.
func logspace(first, last float64, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		at := float64(i) / float64(n-1)
		list[i] = math.Exp(math.Log(first)*(1-at) + math.Log(last)*at)
	}
	return list
}

// bestMean returns the index of the first list with the greatest mean.
func bestMean(lists [][]float64) int {
	best, greatest := 0, math.Inf(-1)
	for i, list := range lists {
		if mean, _ := meanSD(list); mean > greatest {
			best, greatest = i, mean
		}
	}
	return best
}
