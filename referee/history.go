package referee

import (
	"math"
	"slices"
	"strings"
)

// A History is the numbers of a training over time.
type History struct {
	Rows []Row // in the order of time

	Family   Family // what kind of losses they are; "": to be guessed
	Heads    Heads  // how D's loss joins its two halves; "": to be guessed
	Averaged bool   // each row is a mean over many steps
	// Steps is true if Row.Step counts steps of training. Otherwise it counts epochs or
	// rows.
	Steps    bool
	Examples int64 // number of training examples; 0: not known
	Classes  int   // number of classes of a class loss; 0: not known

	// Known are findings that the rows do not show, such as the number that ended the
	// training because it was not finite. One holds if no row is later.
	Known []Finding
	Setup Setup
}

// A Row is the numbers of one moment, by name. A name that is missing was not recorded.
// A NaN is a NaN of the training.
type Row struct {
	Step   int64
	Label  string // as the log names the moment: "epoch 3, batch 200"; "": the step
	Values map[string]float64

	// Covered has a value for each real example of a probe: true if a sample is near it. It
	// is nil without a probe.
	Covered []bool
}

// Names of values in a row. Probes have the names of [Compare] after ProbePrefix.
const (
	LossD     = "loss.D"
	LossG     = "loss.G"
	LossReal  = "loss.D.real" // the half of D's loss of real examples
	LossFake  = "loss.D.fake"
	Penalty   = "penalty" // a gradient penalty
	ClassLoss = "loss.class"
	DReal     = "D(x)"    // the mean probability that D gives to real examples
	DFake     = "D(G(z))" // and to samples
	ScoreReal = "score(x)"
	ScoreFake = "score(G(z))"
	FID       = "fid"             // or another score of samples for which less is better
	GoodScore = "inception score" // or another for which more is better

	GradientPrefix = "gradient." // the name of a player follows
	ProbePrefix    = "probe."
)

// A Family is a kind of adversarial loss.
type Family string

// The families of losses. Their chance level, the loss of a D that cannot tell samples
// from data, is known for all but Wasserstein.
const (
	CrossEntropy Family = "cross-entropy" // Goodfellow et al. 2014
	LeastSquares Family = "least-squares" // Mao et al. 2017
	Hinge        Family = "hinge"         // also relativistic losses that can be exactly 0
	Wasserstein  Family = "wasserstein"   // Arjovsky et al. 2017: not bounded below
)

// Families returns all families.
func Families() []Family { return []Family{CrossEntropy, LeastSquares, Hinge, Wasserstein} }

// Heads is how the loss of D joins that of real examples and that of samples.
type Heads string

// The two conventions.
const (
	Sum  Heads = "sum"
	Mean Heads = "mean"
)

// A Setup is how the training was started. It is empty for a log of another program.
type Setup struct {
	Command  []string          // that starts the same training; remedies add settings to it
	Settings map[string]string // by key
}

// get returns a value of row i.
func (h *History) get(i int, name string) (float64, bool) {
	v, ok := h.Rows[i].Values[name]
	return v, ok
}

// series returns the finite values called name and the numbers of their rows.
func (h *History) series(name string) (values []float64, rows []int) {
	for i := range h.Rows {
		if v, ok := h.get(i, name); ok && finite(v) {
			values, rows = append(values, v), append(rows, i)
		}
	}
	return values, rows
}

// has reports whether a row has a value called name.
func (h *History) has(name string) bool {
	return slices.ContainsFunc(h.Rows, func(r Row) bool { _, ok := r.Values[name]; return ok })
}

// probed reports whether the history has probes of samples.
func (h *History) probed() bool {
	for _, r := range h.Rows {
		for name := range r.Values {
			if strings.HasPrefix(name, ProbePrefix) {
				return true
			}
		}
	}
	return false
}

// at returns a finding of a failure that begins in row i.
func (h *History) at(i int, failure Failure, certainty float64, why string) *Finding {
	f := &Finding{Failure: failure, Certainty: certainty, Why: why}
	if i >= 0 && i < len(h.Rows) {
		f.Since, f.When = h.Rows[i].Step, h.Rows[i].Label
	}
	return f
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
