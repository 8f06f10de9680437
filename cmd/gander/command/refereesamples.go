package command

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/referee"
)

// comparedSamples is the number of samples, and of real examples, that are compared.
const comparedSamples = 256

// A sampleFile is the samples of one step.
type sampleFile struct {
	path string
	step int64
}

// addSamples adds the probes of --samples to a history: to the row of the same step, or in
// new rows.
func (c *refereeCmd) addSamples(e *env, h *referee.History) error {
	if len(c.Samples) == 0 {
		return nil
	}
	files, err := c.sampleFiles()
	if err != nil {
		return err
	}
	reference, like, err := c.reference(e)
	if err != nil {
		return err
	}
	var previous []float32
	for _, file := range files {
		set, err := measure.LoadSamples(file.path, like)
		if err != nil {
			return err
		}
		samples := set.Slice(0, min(set.Len(), comparedSamples)).Values
		compared := reference.Compare(samples)
		if len(previous) == len(samples) {
			compared.Figures[referee.Drift] = reference.Distance(samples, previous)
		}
		previous = samples
		row := referee.Row{Step: file.step, Label: filepath.Base(file.path), Values: map[string]float64{}, Covered: compared.Covered}
		for name, v := range compared.Figures {
			row.Values[referee.ProbePrefix+name] = v
		}
		h.Rows = append(h.Rows, row)
	}
	if c.Losses != "" {
		slices.SortStableFunc(h.Rows, func(a, b referee.Row) int { return cmp.Compare(a.Step, b.Step) })
	}
	return nil
}

// sampleFiles lists the samples. A single folder that contains folders or arrays has one of
// them for each step.
func (c *refereeCmd) sampleFiles() ([]sampleFile, error) {
	paths := c.Samples
	if len(paths) == 1 {
		entries, err := os.ReadDir(paths[0])
		if err == nil {
			var within []string
			for _, entry := range entries {
				if entry.IsDir() || slices.Contains([]string{".npy", ".npz", ".csv", ".idx"}, filepath.Ext(entry.Name())) {
					within = append(within, filepath.Join(paths[0], entry.Name()))
				}
			}
			if len(within) > 0 {
				paths = within
			}
		}
	}
	var files []sampleFile
	for i, path := range paths {
		files = append(files, sampleFile{path, stepOfName(filepath.Base(path), int64(i+1))})
	}
	if len(c.Samples) == 1 {
		slices.SortStableFunc(files, func(a, b sampleFile) int { return cmp.Compare(a.step, b.step) })
	}
	return files, nil
}

var lastNumber = regexp.MustCompile(`([0-9]+)[^0-9]*$`)

// stepOfName returns the last number of a name, or otherwise.
func stepOfName(name string, otherwise int64) int64 {
	if m := lastNumber.FindStringSubmatch(name); m != nil {
		if step, err := strconv.ParseInt(m[1], 10, 64); err == nil {
			return step
		}
	}
	return otherwise
}

// reference reads the real examples.
func (c *refereeCmd) reference(e *env) (*referee.Reference, *measure.Set, error) {
	parts := load.New(c.Data, 0, load.Options{})
	train, err := parts.Open(e.ctx, data.Train)
	if err != nil {
		return nil, nil, err
	}
	real, err := measure.FromData(train, c.Data, comparedSamples)
	if err != nil {
		return nil, nil, err
	}
	if real.Len() < 8 {
		return nil, nil, hint.Add(fmt.Errorf("dataset %s has %d training examples, want at least 8", c.Data, real.Len()), "give the data that the generator learned from")
	}
	var all, out []float32
	if train.Len() <= referee.MostTrain {
		set, err := measure.FromData(train, c.Data, train.Len())
		if err != nil {
			return nil, nil, err
		}
		all = set.Values
		if held, err := parts.Open(e.ctx, data.Validation); err == nil {
			some, err := measure.FromData(held, c.Data, comparedSamples)
			if err != nil {
				return nil, nil, err
			}
			out = some.Values
		}
	}
	return referee.NewReference(real.Field.Shape, real.Field.Kind == data.Pixels, real.Values, all, out), real, nil
}
