package run

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/recipe"
)

// datasets contains the datasets that a run has opened. Each is decoded only once for
// all its readers: training, measures, pictures and the report.
type datasets struct {
	opened   map[datasetKey]*load.Parts
	progress func(what string, done, total int)
}

// A datasetKey contains everything that decides the content of the parts of a
// dataset.
type datasetKey struct {
	name, size, fit   string
	channels          int
	skipBroken, dealt bool
	seed              uint64
}

// Parts returns the parts of the dataset of a role, read as the settings require. The
// role "" is recipe.Main. A dataset stays open, so that it is decoded only once.
func (c *Config) Parts(role string) (*load.Parts, error) {
	d := c.SetOf(role)
	o, err := d.options()
	if err != nil {
		return nil, err
	}
	key := datasetKey{
		name: d.Name, size: d.Size, fit: d.Fit, channels: d.Channels, skipBroken: d.SkipBroken,
		dealt: o.Dealt, seed: c.Train.Seed,
	}
	if c.datasets == nil {
		c.datasets = &datasets{}
	}
	shared := c.datasets
	if shared.opened[key] == nil {
		o.Progress = func(what string, done, total int) {
			if shared.progress != nil {
				shared.progress(what, done, total)
			}
		}
		if shared.opened == nil {
			shared.opened = map[datasetKey]*load.Parts{}
		}
		shared.opened[key] = load.New(d.Name, c.Train.Seed, o)
	}
	return shared.opened[key], nil
}

// ShareData lets c use the datasets that other has opened, if both read the same
// dataset in the same way. They are then not decoded again. Configs that share data
// must not be used concurrently.
func (c *Config) ShareData(other *Config) {
	if other.datasets == nil {
		other.datasets = &datasets{}
	}
	c.datasets = other.datasets
}

// Load decodes the datasets of all roles before [Start] or [Resume] needs them. If
// the run measures, it also decodes the validation and test parts. Without Load,
// Start and Resume decode them. When ctx ends, Load stops within a second and returns
// the error of ctx. If progress is not nil, Load calls it to report slow operations,
// as [load.Options] describes.
func (c *Config) Load(ctx context.Context, progress func(what string, done, total int)) error {
	if err := c.check(); err != nil {
		return err
	}
	for _, role := range slices.Sorted(maps.Keys(c.Sets)) {
		parts, err := c.Parts(role)
		if err != nil {
			return err
		}
		c.datasets.progress = progress
		_, err = parts.Open(ctx, data.Train)
		if err == nil && len(c.Train.Measure) > 0 {
			for _, split := range []data.Split{data.Validation, data.Test} {
				_, _ = parts.Open(ctx, split) // if this fails, the measures report the error
			}
			err = ctx.Err()
		}
		c.datasets.progress = nil
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Notes returns facts about the opened datasets that a user should know. Each is a
// sentence without a full stop; see [load.Parts.Notes]. If the run reads several
// datasets, each sentence begins with the name of its dataset.
func (c *Config) Notes() []string {
	var notes []string
	for _, role := range slices.Sorted(maps.Keys(c.Sets)) {
		parts, err := c.Parts(role)
		if err != nil {
			continue // Open reports this error
		}
		for _, note := range parts.Notes() {
			if len(c.Sets) > 1 {
				note = fmt.Sprintf("dataset %s: %s", c.Sets[role].Name, note)
			}
			if !slices.Contains(notes, note) {
				notes = append(notes, note)
			}
		}
	}
	return notes
}

// OpenData opens a part of the dataset of a role in the way the run reads it, but
// without mirroring. The role "" is recipe.Main. It returns the errors of
// [load.Parts.Open].
func (c *Config) OpenData(ctx context.Context, role string, split data.Split) (data.Set, error) {
	parts, err := c.Parts(cmp.Or(role, recipe.Main))
	if err != nil {
		return nil, err
	}
	return parts.Open(ctx, split)
}

// LoadReal loads the parts of the dataset of a role for measures; see
// [measure.LoadReal]. The role "" is recipe.Main.
func (c *Config) LoadReal(ctx context.Context, role string) (*measure.Real, error) {
	parts, err := c.Parts(role)
	if err != nil {
		return nil, err
	}
	return measure.LoadReal(ctx, parts)
}
