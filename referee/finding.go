package referee

import (
	"cmp"
	"encoding/json"
	"math"
	"strconv"
)

// A Finding is what [Judge] has found: a failure with its evidence. A journal records
// it as JSON.
type Finding struct {
	Failure   Failure  `json:"failure"`
	Since     int64    `json:"since"`             // the step of the first row that shows it
	When      string   `json:"when,omitempty"`    // that row as the log names it: "epoch 18, batch 725"
	Certainty float64  `json:"certainty"`         // 0 to 1
	Figures   []Figure `json:"figures,omitempty"` // that show it
	Why       string   `json:"why"`               // what the figures mean; whole sentences
	Remedies  []Remedy `json:"remedies,omitempty"`
	Applied   string   `json:"applied,omitempty"` // the remedy that the run has applied
}

// A Figure is a number that shows a failure, with the limit that it has crossed.
type Figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Limit string  `json:"limit,omitempty"` // "below 0.05"
	Probe string  `json:"probe,omitempty"` // the probe that gave the value: "near"; "" if none did
}

// MarshalJSON writes a value that is not finite as a text: "NaN", "+Inf" or "-Inf". JSON
// has no such numbers.
func (f Figure) MarshalJSON() ([]byte, error) {
	value := any(f.Value)
	if !finite(f.Value) {
		value = strconv.FormatFloat(f.Value, 'g', -1, 64)
	}
	return json.Marshal(struct {
		Name  string `json:"name"`
		Value any    `json:"value"`
		Limit string `json:"limit,omitempty"`
		Probe string `json:"probe,omitempty"`
	}{f.Name, value, f.Limit, f.Probe})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Figure) UnmarshalJSON(text []byte) error {
	var read struct {
		Name  string          `json:"name"`
		Value json.RawMessage `json:"value"`
		Limit string          `json:"limit"`
		Probe string          `json:"probe"`
	}
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	f.Name, f.Limit, f.Probe, f.Value = read.Name, read.Limit, read.Probe, math.NaN()
	var word string
	if json.Unmarshal(read.Value, &word) == nil {
		v, err := strconv.ParseFloat(word, 64)
		f.Value = v
		return err
	}
	return json.Unmarshal(read.Value, &f.Value)
}

// A Remedy is a change that helps against a failure, in addition to the remedies listed before it.
type Remedy struct {
	What     string   `json:"what"`               // a sentence without a full stop
	Settings []string `json:"settings,omitempty"` // KEY=VALUE of the run; none if the run has no such setting
	Command  string   `json:"command,omitempty"`  // a command to paste, with these settings and those of the remedies before
}

// Likely is the certainty of a finding about which the numbers leave little doubt.
const Likely = .8

// Certainties. The exact numbers have no meaning, only their order.
const (
	sure     = .95 // the numbers allow nothing else
	likely   = Likely
	possible = .5
)

// Confidence returns the certainty as a word: "sure", "likely" or "possible".
func (f Finding) Confidence() string {
	switch {
	case f.Certainty >= .9:
		return "sure"
	case f.Certainty >= .7:
		return "likely"
	}
	return "possible"
}

// figure adds a figure and returns the finding.
func (f *Finding) figure(name string, value float64, limit string) *Finding {
	f.Figures = append(f.Figures, Figure{Name: name, Value: value, Limit: limit})
	return f
}

// shows adds a figure of a probe and returns the finding.
func (f *Finding) shows(probe string, value float64, limit string) *Finding {
	f.Figures = append(f.Figures, Figure{cmp.Or(probeWords[probe], probe), value, limit, probe})
	return f
}
