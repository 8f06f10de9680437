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

// shows reports whether a probe is a figure of the finding.
func (f finding) shows(probe string) bool {
	return slices.ContainsFunc(f.Figures, func(v referee.Figure) bool { return v.Probe == probe })
}

// parseRecord reads a line of a journal. A line without a step is not the record of a tick: it
// has only findings, and ticks is false.
func parseRecord(line []byte) (_ *run.Record, ticks bool, err error) {
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		return nil, false, err
	}
	if r.Step == nil {
		return &r.Record, false, nil
	}
	if *r.Step < 0 {
		return nil, false, errors.New("its step is negative")
	}
	r.Record.Step = *r.Step
	return &r.Record, true, nil
}
