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
	Mixture    *Mixture // unless nil, the examples are drawn from it
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
	r := &Real{}
	for _, part := range []struct {
		split data.Split
		most  int64
		set   **Set
	}{
		{data.Test, MostOther, &r.Test},
		{data.Validation, MostOther, &r.Validation},
		{data.Train, MostTrain, &r.Train},
	} {
		set, err := data.Open(name, part.split, seed)
		lacks := errors.Is(err, data.ErrEmpty) || errors.Is(err, fs.ErrNotExist)
		if lacks && part.split != data.Test {
			continue // the test part is there, so it is not the name that is wrong
		}
		if err != nil {
			return nil, err
		}
		title := fmt.Sprintf("%s %v", set.Info().Name, part.split)
		if set.Len() == data.Endless {
			title = fmt.Sprintf("%s of seed %d", title, seed)
		}
		if *part.set, err = FromData(set, title, part.most); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// FromData returns the first examples of a dataset, at most so many, under a
// name of their own: bytes from 0 to 255 become numbers from 0 to 1.
func FromData(set data.Set, name string, most int64) (*Set, error) {
	info, n := set.Info(), int(min(set.Len(), most))
	s := &Set{
		Name: name, Shape: []int{info.Channels, info.Height, info.Width},
		Values: make([]float32, 0, n*info.Size()), Classes: info.Classes,
	}
	if info.Classes > 0 {
		s.Labels = make([]int32, 0, n)
	}
	image := make([]byte, info.Size())
	for i := range n {
		label, err := set.Read(image, int64(i))
		if err != nil {
			return nil, err
		}
		s.Values = appendUnits(s.Values, image)
		if s.Labels != nil {
			s.Labels = append(s.Labels, int32(label))
		}
	}
	return s, nil
}

// appendUnits appends bytes as numbers from 0 to 1.
func appendUnits(values []float32, pixels []byte) []float32 {
	for _, b := range pixels {
		values = append(values, float32(b)/255)
	}
	return values
}
