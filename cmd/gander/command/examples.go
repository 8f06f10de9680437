package command

import (
	"cmp"
	"context"
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/run"
)

// examplesOf opens a part of a dataset, "" for the test part, for the role of a run. It is
// read as the run read its data. The dataset "" is that of the run. Of a path without a
// part it opens all parts. It also returns a name of the examples.
func examplesOf(ctx context.Context, g *run.Generator, role, dataset, part string) (sets []data.Set, name string, err error) {
	settings := g.Config.SetOf(role)
	if dataset = cmp.Or(dataset, settings.Name); dataset == "" {
		return nil, "", hint.Add(fmt.Errorf("run %s was trained on no dataset with a name", g.Name), "--data NAME|PATH")
	}
	whole := false
	if dataset != settings.Name {
		_, err := data.Lookup(dataset)
		whole = err != nil && part == ""            // the datasets of the catalogue have published parts
		settings.Name, settings.Split = dataset, "" // read in the same way, but divided anew
	}
	parts, err := g.Config.Parts(role)
	if err != nil {
		return nil, "", err
	}
	if whole {
		sets, err = parts.Whole(ctx)
		return sets, dataset + " (whole)", err
	}
	split := splitOf(part)
	set, err := parts.Open(ctx, split)
	return []data.Set{set}, fmt.Sprintf("%s %v", dataset, split), err
}

// joined returns the examples of sets as one set, with labels if all of them have classes
// that keep reports. Of an endless set it takes the first ten thousand.
func joined(sets []data.Set, name string, keep func(label data.Field) bool) (*measure.Set, error) {
	all := &measure.Set{Name: name}
	for _, set := range sets {
		limit := set.Len()
		if limit == data.Endless {
			limit = measure.MaxOther
		}
		part, err := measure.FromData(set, name, limit)
		if err != nil {
			return nil, err
		}
		if label, _ := set.Info().Field(data.ClassField); part.Labels != nil && !keep(label) {
			part.Labels = nil
		}
		all.Field, all.Values, all.Labels = part.Field, append(all.Values, part.Values...), append(all.Labels, part.Labels...)
	}
	if len(all.Labels) < all.Len() {
		all.Labels = nil
	}
	return all, nil
}
