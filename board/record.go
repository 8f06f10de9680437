package board

import (
	"encoding/json"
	"errors"

	"github.com/gander-ml/gander/referee"
	"github.com/gander-ml/gander/run"
)

// A record is a line of a journal.
type record struct {
	run.Record
	Step *int64 `json:"step"`
}

// A finding is what the referee has found, and the step of the tick at which it did.
type finding struct {
	referee.Finding
	At int64 `json:"at"`
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
