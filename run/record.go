package run

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/referee"
)

// A Record is the journal line of one tick. Its figures are means over the rounds
// since the previous tick.
type Record struct {
	Step          int64   `json:"step"`           // number of rounds since the run began
	Kimg          float64 `json:"kimg"`           // thousands of examples shown since the run began
	Seconds       float64 `json:"seconds"`        // training time since the run began, including all resumes
	SamplesPerS   float64 `json:"samples_per_s"`  // examples shown per second
	Losses        Figures `json:"losses"`         // by player
	Statistics    Figures `json:"statistics"`     // by name: "D(x)", "D(G(z))"
	GradientNorms Figures `json:"gradient_norms"` // by player

	Measures []*measure.Result `json:"measures,omitempty"` // measured at this step

	Probes  Figures `json:"probes,omitempty"`  // of the state at this step: see package referee
	Covered string  `json:"covered,omitempty"` // of each real example of the probe, whether a sample is near it: bits as hexadecimal digits
	// ProbeError is why D and the gradients are not probed from this step on.
	ProbeError string `json:"probe_error,omitempty"`

	Findings []referee.Finding `json:"findings,omitempty"` // failures that the referee found at this step for the first time
}

// Figures are numbers by name. JSON has only finite numbers. Figures therefore writes
// the others as the texts "NaN", "Infinity" and "-Infinity", so that a journal can
// record a failure.
type Figures map[string]float64

// special contains the texts of the numbers that are not finite.
var special = map[string]float64{"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)}

// MarshalJSON returns an object with sorted keys. It is empty for nil.
func (f Figures) MarshalJSON() ([]byte, error) {
	values := make(map[string]any, len(f))
	for name, v := range f {
		switch {
		case math.IsNaN(v):
			values[name] = "NaN"
		case math.IsInf(v, 1):
			values[name] = "Infinity"
		case math.IsInf(v, -1):
			values[name] = "-Infinity"
		default:
			values[name] = v
		}
	}
	return json.Marshal(values)
}

// UnmarshalJSON reads the output of MarshalJSON.
func (f *Figures) UnmarshalJSON(text []byte) error {
	var values map[string]any
	if err := json.Unmarshal(text, &values); err != nil {
		return err
	}
	figures := make(Figures, len(values))
	for name, value := range values {
		switch v := value.(type) {
		case float64:
			figures[name] = v
			continue
		case string:
			if s, ok := special[v]; ok {
				figures[name] = s
				continue
			}
		}
		return fmt.Errorf("figure %q is %v, want a number", name, value)
	}
	*f = figures
	return nil
}
