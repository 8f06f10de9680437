package board

import (
	"encoding/json"
	"errors"

	"github.com/gander-ml/gander/run"
)

// A record is a line of a journal.
type record struct {
	run.Record
	Step     *int64      `json:"step"`
	Probes   run.Figures `json:"probes"`
	Findings []finding   `json:"findings"`
}

// A finding is what the referee has found at a tick: a failure with its evidence.
type finding struct {
	Failure   string   `json:"failure"`
	Since     int64    `json:"since"`     // the step of the first tick that shows it
	Certainty float64  `json:"certainty"` // 0 to 1
	Why       string   `json:"why"`
	Remedies  []remedy `json:"remedies"`
	At        int64    `json:"at"` // the step of its tick; not in the journal
}

// A remedy is a change that may help.
type remedy struct {
	What    string `json:"what"`
	Command string `json:"command"`
}

// The certainties from which a finding is called sure and likely.
const (
	sureFrom   = .9
	likelyFrom = .7
)

// confidence returns the certainty as a word.
func (f finding) confidence() string {
	switch {
	case f.Certainty >= sureFrom:
		return "sure"
	case f.Certainty >= likelyFrom:
		return "likely"
	}
	return "possible"
}

// parseRecord reads a line of a journal. It returns nil for a line without a step, which
// is not the record of a tick.
func parseRecord(line []byte) (*record, error) {
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
	for i := range r.Findings {
		r.Findings[i].At = *r.Step
	}
	return &r, nil
}
