package measure

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/hint"
)

// A Result is what a measure found, with all that is needed to say the same
// again: results can be compared only if these agree.
type Result struct {
	Measure   string   `json:"measure"`            // by name: "prdc"
	Protocol  string   `json:"protocol"`           // one sentence: what was computed of what, with its constants
	Space     string   `json:"space"`              // what distances are taken between: "pixels", "lenet@1/mnist"
	Samples   string   `json:"samples_of"`         // the name of the set that was measured
	Reference string   `json:"reference_of"`       // the name of the real set
	N         int      `json:"samples"`            // so many samples
	M         int      `json:"reference"`          // against so many real examples
	Seed      uint64   `json:"seed"`               // of every draw
	Values    []Value  `json:"values"`             // the figures
	Groups    []Group  `json:"groups,omitempty"`   // figures by class or mode
	Warnings  []string `json:"warnings,omitempty"` // what makes the figures less than they seem
}

// A Value is one figure of a result.
type Value struct {
	Name     string  `json:"name"`
	Value    Number  `json:"value"`
	Spread   *Number `json:"spread,omitempty"`    // how uncertain it is
	SpreadOf string  `json:"spread_of,omitempty"` // what the spread is: "standard error", "sd of 20 draws"
	Floor    *Number `json:"floor,omitempty"`     // the same figure of as many real examples in place of the samples
	Unit     string  `json:"unit,omitempty"`      // "nats", or "" for a pure number
	Better   Better  `json:"better"`
}

// A Group is a figure for each class or mode, of the samples and of real data.
type Group struct {
	Name    string   `json:"name"`
	Of      []string `json:"of"` // the classes' names
	Samples []Number `json:"samples"`
	Real    []Number `json:"real"`
}

// Better says which way a figure should go.
type Better string

const (
	Higher    Better = "higher"
	Lower     Better = "lower"
	NearFloor Better = "near floor" // neither way: as near to that of real data as possible
)

// A Number is a figure that JSON can hold: those that are not finite are the
// texts "NaN", "Infinity" and "-Infinity".
type Number float64

// MarshalJSON returns a number or one of the three texts.
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

// UnmarshalJSON reads what MarshalJSON writes.
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

// number returns a pointer to v as a Number, for a spread or a floor.
func number(v float64) *Number {
	n := Number(v)
	return &n
}

// settle leaves out spreads and floors that are no number, and says so of the
// spread of a figure that is finite.
func (r *Result) settle() {
	for i := range r.Values {
		v := &r.Values[i]
		if v.Floor != nil && math.IsNaN(float64(*v.Floor)) {
			v.Floor = nil
		}
		if v.Spread == nil || isFinite(*v.Spread) {
			continue
		}
		v.Spread, v.SpreadOf = nil, ""
		if isFinite(v.Value) {
			r.warn("%s has no spread: it is not finite for some resamples", v.Name)
		}
	}
}

func isFinite(n Number) bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// warn adds a warning to the result, once.
func (r *Result) warn(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(r.Warnings, text) {
		r.Warnings = append(r.Warnings, text)
	}
}

// Find returns the figure called name.
func (r *Result) Find(name string) (Value, bool) {
	for _, v := range r.Values {
		if v.Name == name {
			return v, true
		}
	}
	return Value{}, false
}

// Comparable returns an error that says in what two results differ, unless
// their figures may be held against one another.
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
			return hint.Add(fmt.Errorf("these results cannot be compared: %s is %v in one and %v in the other", d.what, d.a, d.b), "measure both in the same way")
		}
	}
	return nil
}
