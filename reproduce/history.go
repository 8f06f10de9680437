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

// meanOfLast returns the mean of a statistic over the last n ticks. A value is the mean over
// the rounds since the value before. An interrupt divides a tick, so values count by their rounds.
func meanOfLast(rounds, values []float64, n int) float64 {
	length := func(i int) float64 {
		if i == 0 {
			return rounds[0]
		}
		return rounds[i] - rounds[i-1]
	}
	tick := 0.
	for i := range rounds {
		tick = max(tick, length(i))
	}
	sum, counted, left := 0., 0., float64(n)*tick
	for i := len(values) - 1; i >= 0 && left > 0; i-- {
		share := min(length(i), left)
		sum, counted, left = sum+share*values[i], counted+share, left-share
	}
	return sum / counted
}
