package reproduce

import (
	"encoding/json"

	"github.com/gander-ml/gander/run"
)

// eachRecord calls each for every record in the journal of a run, in the order of the rounds.
func eachRecord(f run.Folder, each func(run.Record)) error {
	return run.ReadJournal(f.JournalFile(), func(line []byte) error {
		var r run.Record
		if err := json.Unmarshal(line, &r); err != nil {
			return err
		}
		each(r)
		return nil
	})
}

// history returns a figure that a run measured during training, and the kimg of each
// value.
func history(f run.Folder, measure, figure string) (kimg, value []float64, err error) {
	err = eachRecord(f, func(r run.Record) {
		for _, m := range r.Measures {
			if m == nil || m.Measure != measure {
				continue
			}
			if v, ok := m.Find(figure); ok {
				kimg, value = append(kimg, r.Kimg), append(value, float64(v.Value))
			}
		}
	})
	return kimg, value, err
}

// statistic returns a statistic that a run recorded, and the round of each value.
func statistic(f run.Folder, name string) (rounds, values []float64, err error) {
	err = eachRecord(f, func(r run.Record) {
		if v, ok := r.Statistics[name]; ok {
			rounds, values = append(rounds, float64(r.Step)), append(values, v)
		}
	})
	return rounds, values, err
}
