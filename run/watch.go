package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"

	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/words"
	"github.com/gander-ml/gander/referee"
)

// Values of train.remedy.
const (
	remedyOff  = "off"
	remedyAuto = "auto"
)

// mostJudged is the number of ticks that the referee looks back during training.
const mostJudged = 512

// A watch is the referee of a session. It judges the history at each tick and remembers
// the failures that it has reported.
type watch struct {
	history referee.History
	said    map[referee.Failure]bool
	stopOn  []referee.Failure
	found   *referee.Finding  // ends the run: one of stopOn, or one with a remedy
	applied []referee.Finding // the remedies so far
	good    int64             // the newest step without a failure; -1: none
}

// newWatch returns the referee of a run with these settings.
func newWatch(c *Config) (*watch, error) {
	w := &watch{said: map[referee.Failure]bool{}, good: -1}
	w.history = referee.History{Averaged: true, Steps: true, Examples: c.Data.Examples, Setup: c.setup()}
	for _, name := range c.Train.StopOn {
		list, err := referee.ParseFailures(name)
		if err != nil {
			return nil, fmt.Errorf("train.stop_on: %w", err)
		}
		w.stopOn = append(w.stopOn, list...)
	}
	if i := slices.IndexFunc(w.stopOn, referee.Failure.NeedsProbes); i >= 0 && !c.Train.Probes {
		return nil, hint.Add(fmt.Errorf("train.stop_on: only probes show %s, and train.probes is false", w.stopOn[i]), "--set train.probes=true, or leave %s out", w.stopOn[i])
	}
	if slices.Contains(w.stopOn, referee.Diverged) {
		w.stopOn = append(w.stopOn, referee.NotANumber)
	}
	return w, nil
}

// setup describes the run to the referee.
func (c *Config) setup() referee.Setup {
	s := referee.Setup{Settings: map[string]string{}}
	command := []string{"gander", "train", c.Recipe.Name}
	usual := map[string]string{}
	for _, row := range NewConfig(c.Recipe).Table() {
		usual[row.Key] = row.Value
	}
	for _, row := range c.Table() {
		s.Settings[row.Key] = row.Value
		if usual[row.Key] == row.Value || row.Key == "train.remedy" || row.Key == "train.stop_on" {
			continue
		}
		value := strings.Trim(row.Value, `"`)
		switch row.Key {
		case "train.seed":
			command = append(command, "--seed", value)
		case "data.name":
			command = append(command, "--data", value)
		default:
			command = append(command, "--set", row.Key+"="+value)
		}
	}
	s.Command = command
	if len(c.Data.Low) > 0 {
		s.Settings[referee.PointsKey] = "yes"
	}
	return s
}

// row converts a record to a row of a history.
func (r *Record) row() referee.Row {
	row := referee.Row{Step: r.Step, Values: map[string]float64{}, Covered: unpackBits(r.Covered)}
	for player, v := range r.Losses {
		row.Values["loss."+player] = v
	}
	for name, v := range r.Statistics {
		row.Values[name] = v
	}
	for player, v := range r.GradientNorms {
		row.Values[referee.GradientPrefix+player] = v
	}
	for name, v := range r.Probes {
		row.Values[referee.ProbePrefix+name] = v
	}
	for _, m := range r.Measures {
		if m == nil {
			continue // a journal that people have edited
		}
		if v, ok := m.Find("distance"); ok && m.Measure == "frechet" {
			row.Values[referee.FID] = float64(v.Value)
		}
	}
	return row
}

// judge judges the history with a new record. Failures that are found for the first time are
// added to the record.
func (w *watch) judge(r *Record) {
	w.history.Rows = append(w.history.Rows, r.row())
	if extra := len(w.history.Rows) - mostJudged; extra > 0 {
		w.history.Rows = slices.Delete(w.history.Rows, 0, extra)
	}
	bad := false
	for _, f := range referee.Judge(&w.history) {
		bad = bad || f.Failure.Bad()
		if !f.Failure.Bad() || w.said[f.Failure] || len(r.Probes) == 0 && f.Certainty < referee.Likely {
			continue
		}
		w.said[f.Failure] = true
		r.Findings = append(r.Findings, f)
	}
	if !bad {
		w.good = r.Step
	}
}

// ends reports whether a finding of a record ends the run, and remembers it.
func (s *Session) ends(r *Record) bool {
	for i, f := range r.Findings {
		auto := s.Config.Train.Remedy == remedyAuto && len(s.watch.untried(f)) > 0
		if slices.Contains(s.watch.stopOn, f.Failure) || auto {
			s.watch.found = &r.Findings[i]
			return true
		}
	}
	return false
}

// untried returns the remedies of a finding that have settings and were not applied yet.
func (w *watch) untried(f referee.Finding) []referee.Remedy {
	return slices.DeleteFunc(slices.Clone(f.Remedies), func(r referee.Remedy) bool {
		return len(r.Settings) == 0 || slices.ContainsFunc(w.applied, func(a referee.Finding) bool { return a.Failure == f.Failure && a.Applied == r.What })
	})
}

// TooShort returns a sentence if a failure shall end the run or get a remedy, and the run has
// fewer ticks than the referee needs to see every failure. Otherwise it returns "".
func (s *Session) TooShort() string {
	c := s.Config.Train
	if c.Remedy != remedyAuto && len(c.StopOn) == 0 {
		return ""
	}
	examples := float64(s.rounds) * float64(s.trainer.Examples())
	ticks := min(s.rounds, int64(math.Ceil(examples/(c.TickKimg*1000))))
	if ticks >= referee.FullTicks {
		return ""
	}
	text := "the run is too short for the referee to judge it"
	if ticks >= referee.FirstTicks {
		text = "the run is too short for the referee to see every failure"
	}
	text += fmt.Sprintf(": it has %s, and %d are needed", words.Count(int(ticks), "tick", "ticks"), referee.FullTicks)
	if s.rounds < referee.FullTicks {
		return text + "; train longer (--kimg or --steps)"
	}
	shorter := examples / 1000 / referee.FullTicks
	unit := math.Pow(10, math.Floor(math.Log10(shorter))-1)
	return text + fmt.Sprintf("; --set train.tick_kimg=%.3g makes the ticks short enough, or train longer (--kimg or --steps)", math.Floor(shorter/unit)*unit)
}

// recall reads the history of a resumed run from its journal.
func (w *watch) recall(path string) error {
	return eachTick(path, func(r *Record) {
		w.history.Rows = append(w.history.Rows, r.row())
		if len(w.history.Rows) > 2*mostJudged {
			w.history.Rows = slices.Delete(w.history.Rows, 0, mostJudged)
		}
		for _, f := range r.Findings {
			w.said[f.Failure] = true
		}
	}, func(known []referee.Finding) {
		for _, f := range known {
			if f.Applied != "" { // what came before had other settings
				w.applied = append(w.applied, f)
				w.history.Rows = nil
				delete(w.said, f.Failure)
			}
		}
	})
}

// A diagnosis is a line of the journal that belongs to no tick: the failure that ended the
// training.
type diagnosis struct {
	Findings []referee.Finding `json:"findings"`
}

// eachTick calls tick with every record of a journal, and end with every diagnosis. A journal
// that does not exist has none.
func eachTick(path string, tick func(*Record), end func([]referee.Finding)) error {
	err := ReadJournal(path, func(line []byte) error {
		var r struct {
			Record
			Step *int64 `json:"step"`
		}
		if err := json.Unmarshal(line, &r); err != nil {
			return err
		}
		if r.Step == nil {
			end(r.Findings)
			return nil
		}
		r.Record.Step = *r.Step
		tick(&r.Record)
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return err
}

// alarm publishes the findings of a record.
func (s *Session) alarm(r *Record) {
	for _, f := range r.Findings {
		s.publish(&Alarm{Finding: f})
	}
}

// divergence records and publishes a number that is not finite. A training that is repeated
// finds it again, and records it once.
func (s *Session) divergence(err *game.DivergedError) error {
	f := referee.Finding{Failure: referee.NotANumber, Since: err.Step, Certainty: 1, Why: err.Error() + "."}
	if err.Statistic != "" {
		f.Figures = []referee.Figure{{Name: err.Statistic, Value: math.NaN(), Limit: "not finite"}}
	}
	f.Remedies = referee.Remedies(f.Failure, s.watch.history.Setup)
	s.ends(&Record{Findings: []referee.Finding{f}})
	s.publish(&Alarm{Finding: f, Err: err})
	known, failed := s.Folder.Findings()
	if failed != nil || slices.ContainsFunc(known, func(k referee.Finding) bool { return k.Failure == f.Failure && k.Since == f.Since && k.Applied == "" }) {
		return failed
	}
	return s.journal.Append(diagnosis{[]referee.Finding{f}})
}

// History returns the history of a run, for [referee.Judge].
func (f Folder) History() (*referee.History, error) {
	c, err := f.Config()
	if err != nil {
		return nil, err
	}
	w, err := newWatch(c)
	if err != nil {
		return nil, err
	}
	h := w.history
	err = eachTick(f.JournalFile(), func(r *Record) { h.Rows = append(h.Rows, r.row()) }, func(known []referee.Finding) {
		for _, f := range known {
			if f.Applied != "" { // what came before had other settings
				h.Rows, h.Known = nil, nil
				continue
			}
			h.Known = append(h.Known, f)
		}
	})
	return &h, err
}

// Findings returns the failures that the referee found during the training of a run, in
// the order of the journal. Those to which a remedy was applied have its name.
func (f Folder) Findings() ([]referee.Finding, error) {
	var all []referee.Finding
	add := func(found []referee.Finding) { all = append(all, found...) }
	err := eachTick(f.JournalFile(), func(r *Record) { add(r.Findings) }, add)
	return all, err
}

// A Verdict is the judgement of the referee about a run.
type Verdict struct {
	Now []referee.Finding // how the run has ended, or how it is now: the findings of [referee.Judge]
	// Past are failures that were found during the training, and that Now does not have. Those to which
	// a remedy was applied have its name.
	Past []referee.Finding
}

// Verdict judges the history of a run, as it is now.
func (f Folder) Verdict() (Verdict, error) {
	h, err := f.History()
	if err != nil {
		return Verdict{}, err
	}
	found, err := f.Findings()
	v := Verdict{Now: referee.Judge(h)}
	for _, f := range found {
		same := func(other referee.Finding) bool { return other.Failure == f.Failure }
		at := slices.IndexFunc(v.Past, same)
		switch {
		case slices.ContainsFunc(v.Now, same):
		case at < 0:
			v.Past = append(v.Past, f)
		case f.Applied != "":
			v.Past[at] = f
		}
	}
	return v, err
}

// unpackBits reads the output of packBits. The number of bits is a multiple of 4.
func unpackBits(text string) []bool {
	if text == "" {
		return nil
	}
	var bits []bool
	for _, c := range text {
		d := strings.IndexRune("0123456789abcdef", c)
		for k := range 4 {
			bits = append(bits, d >= 0 && d&(8>>k) != 0)
		}
	}
	return bits
}

// lastGood returns the newest step without a failure, if its checkpoint may be needed for
// a remedy. Otherwise it returns -1.
func (s *Session) lastGood() int64 {
	if s.Config.Train.Remedy != remedyAuto {
		return -1
	}
	return s.watch.good
}
