package measure

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/gander-ml/gander/data"
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

// LoadReal loads the parts of a dataset, named as for [data.Open]. A part that a
// small dataset lacks is nil; one without test examples is an error.
func LoadReal(name string, seed uint64) (*Real, error) {
	r, source := &Real{}, data.NewSource(name, seed)
	for _, part := range []struct {
		split data.Split
		most  int64
		set   **Set
	}{
		{data.Test, MostOther, &r.Test},
		{data.Validation, MostOther, &r.Validation},
		{data.Train, MostTrain, &r.Train},
	} {
		set, err := source.Open(part.split)
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

// FromData returns the first examples of a dataset, at most so many, under a
// name of their own. Bytes of images become numbers from 0 to 1.
func FromData(set data.Set, name string, most int64) (*Set, error) {
	info, n := set.Info(), int(min(set.Len(), most))
	s := &Set{Name: name, Shape: shapeOf(info), Values: make([]float32, n*info.Size()), Classes: info.Classes}
	if info.Classes > 0 {
		s.Labels = make([]int32, n)
	}
	image := make([]byte, info.Size())
	for i := range n {
		var label int
		var err error
		if info.Dims > 0 {
			label, err = data.ReadPoint(set, s.At(i), int64(i))
		} else {
			label, err = set.Read(image, int64(i))
			units(s.At(i), image)
		}
		if err != nil {
			return nil, err
		}
		if s.Labels != nil {
			s.Labels[i] = int32(label)
		}
	}
	return s, nil
}

// shapeOf returns the shape of one example.
func shapeOf(info data.Info) []int {
	if info.Dims > 0 {
		return []int{info.Dims}
	}
	return []int{info.Channels, info.Height, info.Width}
}

// units sets values to pixels, mapped from 0..255 to 0..1.
func units(values []float32, pixels []byte) {
	for i, b := range pixels {
		values[i] = float32(b) / 255
	}
}

// LoadSamples loads samples that any tool has written: see [data.ReadSamples].
// Unless nil, like is a set whose examples they should look like.
func LoadSamples(path string, like *Set) (*Set, error) {
	info, values, err := data.ReadSamples(path, infoOf(like))
	if err != nil {
		return nil, fmt.Errorf("samples: %w", err)
	}
	return &Set{Name: info.Name, Shape: shapeOf(info), Values: values}, nil
}

// infoOf describes the shape of the examples of s, of nothing if it is nil.
func infoOf(s *Set) data.Info {
	switch {
	case s == nil:
		return data.Info{}
	case s.IsImages():
		return data.Info{Channels: s.Shape[0], Height: s.Shape[1], Width: s.Shape[2]}
	}
	return data.Info{Dims: s.Size()}
}
