package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
)

// splits are the parts of a dataset.
var splits = []data.Split{data.Train, data.Validation, data.Test}

// splitOf returns the part of a dataset that --split names, that for test if it is "".
func splitOf(name string) data.Split {
	if i := slices.IndexFunc(splits, func(s data.Split) bool { return s.String() == name }); i >= 0 {
		return splits[i]
	}
	return data.Test
}

// needParts are the measures that need examples of several parts of a dataset.
var needParts = []string{"memorisation", "parzen"}

// isWhole reports whether samples are compared with all examples of the data: this is
// so for a path without --split. The datasets of the catalogue have published parts.
func (c *measureCmd) isWhole() bool {
	if c.Data == "" || c.Split != "" {
		return false
	}
	_, err := data.Lookup(c.Data)
	return err != nil
}

// loadReal loads the real examples.
func (c *measureCmd) loadReal(ctx context.Context, parts *load.Parts, whole bool) (*measure.Real, error) {
	if whole {
		return loadWhole(ctx, parts)
	}
	real, err := measure.LoadReal(ctx, parts)
	if err != nil {
		return nil, err
	}
	switch c.Split {
	case data.Train.String():
		real.Test, real.Train = real.Train, nil // the baseline must not be of the same examples
	case data.Validation.String():
		real.Test = real.Validation
	}
	if real.Test == nil {
		return nil, hint.Add(fmt.Errorf("dataset %s has no %s part: there are too few examples", c.Data, c.Split), "leave --split out")
	}
	return real, nil
}

// loadWhole loads all examples of a dataset as its test part. The other parts are nil.
func loadWhole(ctx context.Context, parts *load.Parts) (*measure.Real, error) {
	var whole *measure.Set
	for _, split := range splits {
		part, err := parts.Open(ctx, split)
		if whole != nil && errors.Is(err, data.ErrEmpty) {
			continue // a small dataset
		}
		if err != nil {
			return nil, err
		}
		set, err := measure.FromData(part, parts.Name()+" (whole)", measure.MaxTrain)
		if err != nil {
			return nil, err
		}
		if whole == nil {
			whole = set
			continue
		}
		whole.Values = append(whole.Values, set.Values...)
		whole.Labels = append(whole.Labels, set.Labels...)
	}
	return &measure.Real{Test: whole}, nil
}

// checkWhole returns an error if one of the measures needs parts and whole is true.
func checkWhole(measures []requested, whole bool) error {
	for _, m := range measures {
		if whole && slices.Contains(needParts, m.Name) {
			return hint.Add(fmt.Errorf("%s needs training, validation and test examples, and --data with a path takes all examples together", m.Name),
				"--split test divides them")
		}
	}
	return nil
}

// warnIfSame prints a warning if the samples are the data.
func (c *measureCmd) warnIfSame(e *env) {
	if c.Samples == "" {
		return
	}
	samples, err := os.Stat(c.Samples)
	if err != nil {
		return // loading them reports it
	}
	path := c.Data
	if entry, err := data.Lookup(c.Data); err == nil {
		if path, err = load.Locate(entry); err != nil {
			return // loading it reports it
		}
	}
	if real, err := os.Stat(path); err == nil && os.SameFile(samples, real) {
		fmt.Fprintf(e.stderr, "warning: --samples and --data are the same, %s: the figures compare the data with themselves\n", c.Samples)
	}
}

// splitMeasures returns the measures in a list. An element may contain several,
// separated by commas or blanks.
func splitMeasures(list []string) []string {
	var measures []string
	for _, text := range list {
		measures = append(measures, strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })...)
	}
	return measures
}
