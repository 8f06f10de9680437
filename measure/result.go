package measure

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/hint"
)

// A Result is the figures of a measure, and everything that another program needs to
// compute the same figures. [Comparable] lists what two results must have in common.
type Result struct {
	Measure   string   `json:"measure"`            // its name: "prdc"
	Protocol  string   `json:"protocol"`           // what was computed, with its constants
	Space     string   `json:"space"`              // feature space of the distances: "pixels", "lenet@1/mnist"
	Samples   string   `json:"samples_of"`         // the name of the set that was measured
	Reference string   `json:"reference_of"`       // the name of the real set
	N         int      `json:"samples"`            // number of samples
	M         int      `json:"reference"`          // number of real examples
	Seed      uint64   `json:"seed"`               // of every random draw
	Drawn     []string `json:"drawn,omitempty"`    // what was drawn at random: "2000 of 10000 samples"
	Values    []Value  `json:"values"`             // the figures
	Groups    []Group  `json:"groups,omitempty"`   // figures by class or mode
	Warnings  []string `json:"warnings,omitempty"` // why the figures may be misleading
}

// A Value is one figure of a result.
type Value struct {
	Name     string  `json:"name"`
	Value    Number  `json:"value"`
	StdErr   *Number `json:"std_err,omitempty"`    // its uncertainty
	StdErrOf string  `json:"std_err_of,omitempty"` // how that was estimated: "standard error", "sd of 10 parts"
	Baseline *Number `json:"baseline,omitempty"`   // the figure of the same number of real examples instead of samples
	Unit     string  `json:"unit,omitempty"`       // "nats"; "" for a number without unit
	Better   Better  `json:"better"`
}

// A Group is a figure for each class or mode, of the samples and of real data.
type Group struct {
	Name    string   `json:"name"`
	Of      []string `json:"of"` // names of the classes or modes
	Samples []Number `json:"samples"`
	Real    []Number `json:"real"`
}

// Better is the direction in which a figure improves.
type Better string

const (
	Higher       Better = "higher"
	Lower        Better = "lower"
	NearBaseline Better = "near baseline" // the nearer to the baseline, the better
)

// A Number is a float64 that can be written as JSON. Numbers that are not finite are
// written as the strings "NaN", "Infinity" and "-Infinity".
type Number float64

// MarshalJSON returns a number or one of the three strings.
func (n Number) MarshalJSON() ([]byte, error) {
	switch v := float64(n); {
	case math.IsNaN(v):
		return []byte(`"NaN"`), nil
	case math.IsInf(v, 1):
		return []byte(`"Infinity"`), nil
	case math.IsInf(v, -1):
		return []byte(`"-Infinity"`), nil
	default:
		return json.Marshal(v)
	}
}

// UnmarshalJSON reads the output of MarshalJSON.
func (n *Number) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case `"NaN"`:
		*n = Number(math.NaN())
	case `"Infinity"`:
		*n = Number(math.Inf(1))
	case `"-Infinity"`:
		*n = Number(math.Inf(-1))
	default:
		return json.Unmarshal(text, (*float64)(n))
	}
	return nil
}

// number returns a pointer to v as a Number, for a StdErr or a Baseline.
func number(v float64) *Number {
	n := Number(v)
	return &n
}

// dropNonFinite removes each standard error that is not finite and each baseline that
// is NaN. If the figure itself is finite, there is a warning that its standard error
// is missing.
func (r *Result) dropNonFinite() {
	for i := range r.Values {
		v := &r.Values[i]
		if v.Baseline != nil && math.IsNaN(float64(*v.Baseline)) {
			v.Baseline = nil
		}
		if v.StdErr == nil || isFinite(*v.StdErr) {
			continue
		}
		v.StdErr, v.StdErrOf = nil, ""
		if isFinite(v.Value) {
			r.warn("%s has no standard error: it is not finite for some resamples", v.Name)
		}
	}
}

func isFinite(n Number) bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// warn adds a warning to the result, unless it has the same one already.
func (r *Result) warn(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(r.Warnings, text) {
		r.Warnings = append(r.Warnings, text)
	}
}

// Find returns the figure called name, and whether there is one.
func (r *Result) Find(name string) (Value, bool) {
	for _, v := range r.Values {
		if v.Name == name {
			return v, true
		}
	}
	return Value{}, false
}

// Comparable returns nil if the figures of two results can be compared. Otherwise the
// error names a difference.
func Comparable(a, b *Result) error {
	for _, d := range []struct {
		what string
		a, b any
	}{
		{"the measure", a.Measure, b.Measure},
		{"the protocol", a.Protocol, b.Protocol},
		{"the feature space", a.Space, b.Space},
		{"the real data", a.Reference, b.Reference},
		{"the number of samples", a.N, b.N},
		{"the number of real examples", a.M, b.M},
	} {
		if d.a != d.b {
			return hint.Add(fmt.Errorf("these results cannot be compared: %s is %v in one and %v in the other", d.what, d.a, d.b), "measure both with the same settings")
		}
	}
	return nil
}
