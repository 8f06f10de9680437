package session

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/referee"
)

// The referee looks at every hundredth round, when it has read the examples of a tick of a
// short run, and back at most mostLooks looks.
const (
	roundsBetween = 100
	mostLooks     = 240
	looksFirst    = 6   // it has no word before
	compared      = 128 // samples and examples of a look
)

// A Word is the referee's judgement of the training.
type Word struct {
	Line     string   `json:"line"` // the verdict, with its figures
	Why      string   `json:"why"`
	Remedies []string `json:"remedies,omitempty"` // to try, each in addition to those before it
	Bad      bool     `json:"bad"`                // something is wrong
}

// A witness keeps for the referee how a session goes.
type witness struct {
	history   referee.History
	reference *referee.Reference
	previous  []float32 // the samples of the look before
	word      *Word     // nil if there is nothing to say, or if it is not known yet
	judged    bool      // word is of the newest look
}

func newWitness(s Settings, real []float32) *witness {
	return &witness{
		history:   referee.History{Family: s.family(), Steps: true, Setup: s.setup()},
		reference: referee.NewReference([]int{2}, false, real[:2*compared], nil, nil),
	}
}

// family returns the family of the losses, "" if it is none of the referee's.
func (s Settings) family() referee.Family {
	switch s.Objective {
	case "minimax", "non-saturating", "soft-labels":
		return referee.CrossEntropy
	case "least-squares":
		return referee.LeastSquares
	case "hinge":
		return referee.Hinge
	case "wasserstein", "loss-sensitive":
		return referee.Wasserstein
	}
	return ""
}

// setup describes the settings by the names that they have in recipes, for the remedies.
func (s Settings) setup() referee.Setup {
	values := map[string]string{
		"model.objective": s.Objective, "model.k": fmt.Sprint(s.KD), "model.instance_noise": fmt.Sprint(s.InstanceNoise),
		"model.average": fmt.Sprint(s.Average), "model.learning_rate": fmt.Sprint(s.RateG), "model.gamma": fmt.Sprint(s.R1), referee.PointsKey: "yes",
	}
	if s.RateG > 0 {
		values["model.rate_d"] = fmt.Sprint(s.RateD / s.RateG)
	}
	if s.Objective == "minimax" || s.Objective == "non-saturating" {
		values["model.label_smoothing"] = fmt.Sprint(s.Smoothing)
	}
	return referee.Setup{Settings: values}
}

// look adds a row to the history, from the present samples.
func (s *Session) look() {
	w, v := s.witness, s.view
	v.few.program.Run()
	made := clone(v.few.program.Output(outMade).Float32()[:2*compared])
	comparison := w.reference.Compare(made)
	row := referee.Row{Step: s.rounds, Covered: comparison.Covered, Values: map[string]float64{
		referee.LossD: s.lossD, referee.LossG: s.lossG,
		referee.GradientPrefix + "D": s.slopeD, referee.GradientPrefix + "G": s.slopeG,
	}}
	for name, value := range comparison.Figures {
		row.Values[referee.ProbePrefix+name] = value
	}
	if w.previous != nil {
		row.Values[referee.ProbePrefix+referee.Drift] = w.reference.Distance(made, w.previous)
	}
	real, fake, of := referee.ScoreReal, referee.ScoreFake, func(t float64) float64 { return t }
	if s.settings.logits() {
		real, fake, of = referee.DReal, referee.DFake, sigmoid
	}
	row.Values[real] = mean(v.few.program.Output(outReal).Float32(), of)
	row.Values[fake] = mean(v.few.program.Output(outFake).Float32(), of)
	row.Values[referee.ProbePrefix+referee.Gap] = row.Values[real] - row.Values[fake]
	w.history.Rows = append(w.history.Rows, row)
	if extra := len(w.history.Rows) - mostLooks; extra > 0 {
		w.history.Rows = slices.Delete(w.history.Rows, 0, extra)
	}
	w.previous, w.judged = made, false
}

// judge returns the word of the referee, nil if there is none.
func (w *witness) judge() *Word {
	if w.judged {
		return w.word
	}
	w.judged, w.word = true, nil
	if len(w.history.Rows) < looksFirst {
		return nil
	}
	f := referee.Judge(&w.history)[0]
	if f.Failure == referee.Unknown {
		return nil
	}
	w.word = &Word{Line: strings.ReplaceAll(f.Line(), "since step", "since round"), Why: f.Why, Bad: f.Failure.Bad()}
	for _, r := range f.Remedies {
		w.word.Remedies = append(w.word.Remedies, r.What)
	}
	return w.word
}
