package measure

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
)

// Real is a dataset in the parts that measures tell apart.
type Real struct {
	Train      *Set // the first MostTrain examples; nil if there are test examples alone
	Validation *Set // nil if there is none
	Test       *Set
	Mixture    *Mixture // unless nil, what the examples are drawn from
}

// So many examples of a part are taken at the most: those of MNIST. Generated
// sets have no end.
const (
	MostTrain = 50_000
	MostOther = 10_000
)

// LoadReal loads the parts of a dataset, named as for [load.Open]. A part that a
// small dataset lacks is nil; one without test examples is an error.
func LoadReal(name string, seed uint64) (*Real, error) {
	r, parts := &Real{}, load.NewParts(name, seed)
	for _, part := range []struct {
		split data.Split
		most  int64
		set   **Set
	}{
		{data.Test, MostOther, &r.Test},
		{data.Validation, MostOther, &r.Validation},
		{data.Train, MostTrain, &r.Train},
	} {
		set, err := parts.Open(context.Background(), part.split)
		lacks := errors.Is(err, data.ErrEmpty) || errors.Is(err, fs.ErrNotExist)
		if lacks && part.split != data.Test {
			continue // the test part is there, so it is not the name that is wrong
		}
		if err != nil {
			return nil, err
		}
		if *part.set, err = FromData(set, partName(name, part.split, seed), part.most); err != nil {
			return nil, err
		}
		if m, ok := set.(*data.Mixture); ok {
			r.Mixture = mixtureOf(m)
		}
	}
	return r, nil
}

// partName returns the name of a part, with the seed if that decides what the
// part holds.
func partName(name string, split data.Split, seed uint64) string {
	if e, err := data.Lookup(name); err == nil && len(e.Files) == 0 {
		return fmt.Sprintf("%s %v of seed %d", name, split, seed)
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

// FromData returns the first field of the first examples of a dataset, at most so
// many, under a name of their own, with the labels in the field [data.ClassField]
// if there is one. Pixels become numbers from 0 to 1. A first field that is neither
// pixels nor numbers is an error that wraps [data.ErrKind].
func FromData(set data.Set, name string, most int64) (*Set, error) {
	info, n := set.Info(), int(min(set.Len(), most))
	field := info.First()
	if field.Kind != data.Pixels && field.Kind != data.Numbers {
		return nil, fmt.Errorf("dataset %s: measures of %s: %w", info.Name, examplesOf(field), data.ErrKind)
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

// units sets values to pixels, mapped from 0..255 to 0..1.
func units(values []float32, pixels []byte) {
	for i, b := range pixels {
		values[i] = float32(b) / 255
	}
}

// LoadSamples loads samples that any tool has written: see [load.ReadSamples].
// Unless nil, like is a set whose examples they should look like.
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
