package board

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/gander-ml/gander/referee"
	"github.com/gander-ml/gander/run"
)

// A record is a line of a journal.
type record struct {
	run.Record
	Step *int64 `json:"step"`
}

// A finding is what the referee has found, in words for people, and the step of the tick at
// which it did.
type finding struct {
	referee.Finding
	Title      string `json:"title"`
	Confidence string `json:"confidence"`
	At         int64  `json:"at"`
}

func newFinding(f referee.Finding, step int64) finding {
	return finding{f, f.Failure.Title(), f.Confidence(), step}
}

// figureProbes are the probes whose values are figures with other names in findings.
var figureProbes = map[string]string{
	"share of samples near the data":                    referee.Near,
	"share of dead units, in the layer with most":       referee.Dead,
	"midtones of samples, of those of the data":         referee.Midtones,
	"diversity of that class, of the median of classes": referee.Narrow,
	"distance of the two kinds for the same z":          referee.Modes,
	"distance between z in a class":                     referee.Latent,
	"distance between classes for the same z":           referee.Condition,
	"D(x) - D(G(z))":        referee.Gap,
	"coverage of one probe": referee.Coverage,
	"(D(train) - D(held out)) / (D(train) - D(samples))":                                referee.Overfit,
	"distance of samples to the nearest training example, of that of held-out examples": referee.Copies,
}

// shows reports whether a probe is a figure of the finding.
func (f finding) shows(probe string) bool {
	return slices.ContainsFunc(f.Figures, func(v referee.Figure) bool {
		return v.Name == probe || figureProbes[v.Name] == probe
	})
}

// parseRecord reads a line of a journal. It returns nil for a line without a step, which
// is not the record of a tick.
func parseRecord(line []byte) (*run.Record, error) {
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		return nil, err
	}
	if r.Step == nil {
		return nil, nil
	}
	if *r.Step < 0 {
		return nil, errors.New("its step is negative")
	}
	r.Record.Step = *r.Step
	return &r.Record, nil
}
