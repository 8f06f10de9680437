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
		N:      10000, Least: 2, Kinds: anything,
		run: parzen,
	})
}

const (
	parzenValidation = 1000 // the first validation images, which choose sigma
	parzenSigmas     = 10   // on the grid from 0.1 to 1
	parzenFine       = 41   // on the grid between the neighbours of the best
)

// parzen scores test examples under a window of the samples and, as the floor,
// of as many training examples. Without a Reference it scores the validation
// examples that choose sigma alone, which is what early stopping may look at.
func parzen(ctx context.Context, t *Task, r *Result) error {
	if t.Validation == nil {
		return hint.Add(errors.New("it chooses sigma by validation examples and there are none"), "set Task.Validation: take data with a validation part")
	}
	validation := t.Validation.Slice(0, min(parzenValidation, t.Validation.Len()))
	if n := validation.Len(); n < parzenValidation {
		r.warn("%d validation examples choose sigma, not the %d of the protocol", n, parzenValidation)
	}
	got, err := t.parzenOf(ctx, "samples", t.Samples, validation)
	if err != nil {
		return err
	}
	floor, err := t.parzenFloor(ctx, r, validation)
	if err != nil {
		return err
	}
	r.Protocol = t.parzenProtocol(validation.Len())
	if t.Reference == nil {
		r.Reference, r.M = validation.Name, validation.Len()
	}
	r.Values = got.values(floor)
	if got.edge {
		r.warn("sigma %.3g is at the edge of its grid: a better one may lie outside", got.sigma)
	}
	if head := r.Values[0]; head.Floor != nil && head.Value > *head.Floor+2**head.Spread {
		r.warn("the score is above that of real training examples, where samples that are blurred or copied come: higher is no better there")
	}
	return nil
}

// parzenProtocol says what was computed.
func (t *Task) parzenProtocol(validation int) string {
	grid := "logspace(-1, 0, 10)"
	if t.Fine {
		grid += fmt.Sprintf(" and then from %d between the neighbours of the best, evenly in log sigma", parzenFine)
	}
	scored := "and no test example is looked at"
	if t.Reference != nil {
		scored = "the score is the mean over the test examples in nats, with the standard error sd/sqrt(n)"
	}
	return fmt.Sprintf("LL(x) = logmeanexp_i(-|x - x_i|^2 / (2 sigma^2)) - d log(sigma sqrt(2 pi)) over the samples x_i; "+
		"sigma from %s by the mean over the first %d validation examples; %s", grid, validation, scored)
}

// A parzenScore is what a window of one set of samples gives.
type parzenScore struct {
	sigma            float64
	edge             bool      // sigma is the first or last of its grid
	validation, test []float64 // log-likelihood of each example; test is nil without a reference
}

// parzenFloor returns the score of training examples in place of the samples,
// nil if there are too few.
func (t *Task) parzenFloor(ctx context.Context, r *Result, validation *Set) (*parzenScore, error) {
	if t.Train == nil || t.Train.Len() < t.N {
		r.warn("no floor: there are no %d training examples to put in place of the samples", t.N)
		return nil, nil
	}
	type key struct {
		train, validation, reference *Set
		n                            int
		fine                         bool
	}
	return once(t.Known, key{t.Train, t.Validation, t.Reference, t.N, t.Fine}, func() (*parzenScore, error) {
		return t.parzenOf(ctx, "floor", t.Train.Slice(0, t.N), validation)
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

// values returns the figures of s beside those of floor, which may be nil; the
// first is the score.
func (s *parzenScore) values(floor *parzenScore) []Value {
	if floor == nil {
		floor = &parzenScore{sigma: math.NaN()}
	}
	values := []Value{
		likelihoodValue("validation log-likelihood", s.validation, floor.validation),
		{Name: "sigma", Value: Number(s.sigma), Better: NearFloor},
	}
	if !math.IsNaN(floor.sigma) {
		values[1].Floor = number(floor.sigma)
	}
	if s.test != nil {
		values = append([]Value{likelihoodValue("log-likelihood", s.test, floor.test)}, values...)
	}
	return values
}

// likelihoodValue returns the mean of scores with its standard error, beside
// that of floor, which may be nil.
func likelihoodValue(name string, scores, floor []float64) Value {
	mean, standardError := meanSE(scores)
	v := Value{
		Name: name, Value: Number(mean), Unit: "nats", Better: Higher,
		Spread: number(standardError), SpreadOf: "standard error",
	}
	if floor != nil {
		mean, _ := meanSD(floor)
		v.Floor = number(mean)
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

// A window sums exp(-squared distance / (2 sigma^2)) of each example for several
// sigmas, in reference to the least distance so far, so that nothing underflows.
type window struct {
	scales []float64 // [sigmas]: 1 / (2 sigma^2)
	least  []float64 // [examples]: the least squared distance
	sums   []float64 // [examples, sigmas]: of exp((least - squared distance) * scale)
}

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

// negligible is the exponent below which a term is nothing beside the greatest,
// which is 1: ten million of them do not change a float64.
const negligible = -54

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

// logspace returns n numbers from first to last, evenly in their logarithms.
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
