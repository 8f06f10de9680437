package run

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"time"

	"github.com/gander-ml/gander/game"
)

// A tally sums statistics over rounds.
type tally map[string]total

type total struct {
	sum   float64
	count int
}

// add adds the statistics of the trainer's last round.
func (t tally) add(trainer *game.Trainer) {
	trainer.Statistics(func(name string, value float64) {
		so := t[name]
		t[name] = total{so.sum + value, so.count + 1}
	})
}

// means calls visit with the mean of each statistic over the rounds.
func (t tally) means(visit func(name string, value float64)) {
	for name, so := range t {
		visit(name, so.sum/float64(so.count))
	}
}

// describe fills r with the present step and time of the session and the given
// statistics. It reuses the maps of r.
func (s *Session) describe(r *Record, statistics func(visit func(name string, value float64))) {
	if r.Losses == nil {
		r.Losses, r.Statistics, r.GradientNorms = Figures{}, Figures{}, Figures{}
	}
	elapsed := time.Since(s.began).Seconds()
	r.Step = s.trainer.Step()
	r.Kimg = float64(s.trainer.Shown()) / 1000
	r.Seconds = s.seconds + elapsed
	r.SamplesPerS = float64(s.trainer.Shown()-s.shown) / max(elapsed, 1e-9)
	statistics(func(name string, value float64) {
		if player, ok := strings.CutPrefix(name, game.LossPrefix); ok {
			r.Losses[player] = value
		} else if player, ok := strings.CutPrefix(name, game.GradientPrefix); ok {
			r.GradientNorms[player] = value
		} else {
			r.Statistics[name] = value
		}
	})
}

// LastRecord returns the last record of a journal. It returns an empty record if
// there is none yet. Lines without a step are not records.
func LastRecord(path string) (Record, error) {
	var last Record
	err := ReadJournal(path, func(line []byte) error {
		var r struct {
			Record
			Step *int64 `json:"step"`
		}
		if err := json.Unmarshal(line, &r); err != nil || r.Step == nil {
			return err
		}
		last, last.Step = r.Record, *r.Step
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return last, err
}
