package run

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/gander-ml/gander/measure"
)

// A Record is the journal's line of one tick. Figures are means since the tick
// before.
type Record struct {
	Step          int64   `json:"step"`           // rounds played since the run began
	Kimg          float64 `json:"kimg"`           // thousands of examples shown since the run began
	Seconds       float64 `json:"seconds"`        // spent training since the run began, over all resumes
	SamplesPerS   float64 `json:"samples_per_s"`  // examples shown per second
	Losses        Figures `json:"losses"`         // by player
	Statistics    Figures `json:"statistics"`     // by name: "D(x)", "D(G(z))"
	GradientNorms Figures `json:"gradient_norms"` // by player

	Measures []*measure.Result `json:"measures,omitempty"` // of this very step
}

// Figures are numbers by name. In JSON, which knows only finite numbers, the
// others are the texts "NaN", "Infinity" and "-Infinity": a journal must be able
// to say what went wrong.
type Figures map[string]float64

// special holds the texts of the numbers that are not finite.
var special = map[string]float64{"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)}

// MarshalJSON returns an object, empty for nil, with its keys in order.
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

// UnmarshalJSON reads what MarshalJSON writes.
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
