package measure

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/hint"
)

// Real is the parts of a dataset that measures use.
type Real struct {
	Train      *Set // at most MaxTrain examples; nil if the dataset has only test examples
	Validation *Set // nil if there is none
	Test       *Set
	Mixture    *Mixture // the distribution of the examples; nil if unknown
}

// LoadReal loads at most this number of examples of a part. MNIST has these numbers.
const (
	MaxTrain = 50_000 // of the training part
	MaxOther = 10_000 // of the validation part and of the test part
)

// LoadReal loads the parts of a dataset, each as by [FromData]. What parts has decoded
// already is not decoded again. If a small dataset has no training or validation part,
// that part is nil. A dataset without test examples is an error. When ctx ends LoadReal
// returns its error.
func LoadReal(ctx context.Context, parts *load.Parts) (*Real, error) {
	r := &Real{}
	for _, part := range []struct {
		split data.Split
		limit int64
		set   **Set
	}{
		{data.Test, MaxOther, &r.Test},
		{data.Validation, MaxOther, &r.Validation},
		{data.Train, MaxTrain, &r.Train},
	} {
		set, err := parts.Open(ctx, part.split)
		lacks := errors.Is(err, data.ErrEmpty) || errors.Is(err, fs.ErrNotExist)
		if lacks && part.split != data.Test {
			continue // the dataset exists: its test part was opened
		}
		if err != nil {
			return nil, err
		}
		if *part.set, err = FromData(set, partName(parts, part.split), part.limit); err != nil {
			return nil, err
		}
		if m, ok := set.(*data.Mixture); ok {
			r.Mixture = mixtureOf(m)
		}
	}
	return r, nil
}

// partName returns the name of a part. It has the seed if the dataset is generated
// from it, or if its examples are made from those of another set by it.
func partName(parts *load.Parts, split data.Split) string {
	name := parts.Name()
	if e, err := data.Lookup(name); err == nil && (e.IsDrawn() || e.Base != "") {
		return fmt.Sprintf("%s %v of seed %d", name, split, parts.Seed())
	}
	return fmt.Sprintf("%s %v", name, split)
}

func mixtureOf(m *data.Mixture) *Mixture {
	known := &Mixture{SD: m.SD()}
	for _, mean := range m.Modes() {
		known.Means = append(known.Means, mean[:])
	}
	return known
}

// FromData returns the first field of the examples of a dataset as a set called name.
// The labels are those of the field [data.ClassField], if the dataset has it. Pixels
// become numbers from 0 to 1. Of a larger dataset, limit examples are drawn by
// [data.Draw] from seed 0, and " drawn from seed 0" is added to the name. Of an endless
// dataset the first are taken. A first field that is neither pixels nor numbers, or that has
// missing values, is an error that wraps [data.ErrKind].
func FromData(set data.Set, name string, limit int64) (*Set, error) {
	if set.Len() > limit && set.Len() != data.Endless {
		name = fmt.Sprintf("%s drawn from seed %d", name, realSeed)
	}
	set = data.Draw(set, limit, realSeed, "measure: real examples")
	info, n := set.Info(), int(set.Len())
	field := info.First()
	if field.Kind != data.Pixels && field.Kind != data.Numbers {
		return nil, fmt.Errorf("dataset %s: measures of %s: %w", info.Name, examplesOf(field), data.ErrKind)
	}
	if info.HasMissing() {
		return nil, hint.Add(fmt.Errorf("dataset %s: measures of examples with missing values: %w", info.Name, data.ErrKind), "fill them by gander impute")
	}
	s := &Set{Name: name, Field: field, Values: make([]float32, n*field.Size())}
	row := info.RowOf(field.Name)
	if label, ok := info.Field(data.ClassField); ok && label.Kind == data.Class {
		s.Classes, s.Labels = label.Classes, make([]int32, n)
		row = info.RowOf(field.Name, label.Name)
	}
	label := row.Of(info, data.ClassField)
	for i := range n {
		if err := set.Read(row, int64(i)); err != nil {
			return nil, err
		}
		copy(s.At(i), row[0].Floats)
		units(s.At(i), row[0].Bytes)
		if s.Labels != nil {
			s.Labels[i] = label.Ints[0]
		}
	}
	return s, nil
}

// units sets values to pixels divided by 255.
func units(values []float32, pixels []byte) {
	for i, b := range pixels {
		values[i] = float32(b) / 255
	}
}

// LoadSamples loads samples from a file or folder that another program may have
// written: see [load.ReadSamples]. Unless like is nil, the samples must have the kind
// and shape of its examples.
func LoadSamples(path string, like *Set) (*Set, error) {
	var field data.Field
	if like != nil {
		field = like.Field
	}
	s, err := load.ReadSamples(path, field)
	if err != nil {
		return nil, fmt.Errorf("samples: %w", err)
	}
	return &Set{Name: s.Name, Field: s.Field, Values: s.Values}, nil
}
