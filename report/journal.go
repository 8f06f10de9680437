package report

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"slices"

	"github.com/gander-ml/gander/run"
)

// readJournal returns the records of a run. There are none if the run has no journal yet.
// It skips lines without a step, which are not records of ticks.
func readJournal(f run.Folder) ([]run.Record, error) {
	var records []run.Record
	err := run.ReadJournal(f.JournalFile(), func(text []byte) error {
		var line struct {
			run.Record
			Step *int64 `json:"step"`
		}
		if err := json.Unmarshal(text, &line); err != nil || line.Step == nil {
			return err
		}
		line.Record.Step = *line.Step
		records = append(records, line.Record)
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return records, err
}

// A history is the figures of one kind in all records, by name.
type history struct {
	names []string
	kimg  map[string][]float64
	value map[string][]float64
}

// historyOf collects the figures that the function of returns for each record. A record
// without a figure gives no point.
func historyOf(records []run.Record, of func(run.Record) run.Figures) history {
	h := history{kimg: map[string][]float64{}, value: map[string][]float64{}}
	for _, r := range records {
		for name, v := range of(r) {
			h.kimg[name] = append(h.kimg[name], r.Kimg)
			h.value[name] = append(h.value[name], v)
		}
	}
	h.names = slices.Sorted(maps.Keys(h.value))
	return h
}
