package recipe

import (
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// Examples says what a system learns from.
type Examples struct {
	data.Info       // what an example is
	Epoch     int64 // how many there are in an epoch

	// Training is the training set; it is nil when a trained system is opened,
	// and initial values that come from data are then of no importance.
	Training data.Set

	// Mean and SD are the mean and the standard deviation of each column of the
	// training points, [numbers]; nil if the first field is not points, or if they
	// are not known.
	Mean, SD []float64

	// Others are the examples of the recipe's other roles.
	Others map[string]Examples
}

// Typical returns the examples of the datasets that the recipe is meant for,
// without the sets themselves.
func (r Recipe) Typical() (Examples, error) {
	typical, err := typicalOf(r.Name, r.Data)
	if err != nil {
		return Examples{}, err
	}
	typical.Others = map[string]Examples{}
	for _, role := range r.Others {
		if typical.Others[role.Name], err = typicalOf(r.Name, role.Data); err != nil {
			return Examples{}, err
		}
	}
	return typical, nil
}

// typicalOf returns the examples of a dataset of the catalogue, of none if it has
// no name.
func typicalOf(recipe, name string) (Examples, error) {
	if name == "" {
		return Examples{}, nil
	}
	entry, err := data.Lookup(name)
	if err != nil {
		return Examples{}, fmt.Errorf("recipe %s: %w", recipe, err)
	}
	return Examples{Info: entry.Info, Epoch: entry.Train}, nil
}

// Images returns a Takes for recipes that learn images of at most so many values
// (channels times height times width).
func Images(most int) func(data.Info) error {
	return func(info data.Info) error {
		f := info.First()
		switch {
		case !f.IsImage():
			return hint.Add(fmt.Errorf("it generates images, and the data are %s", plural(f)), "gander recipes lists those for %s", plural(f))
		case f.Size() < 1:
			return fmt.Errorf("images of %v have no pixels", f)
		case f.Size() > most:
			return hint.Add(fmt.Errorf("images of %v (channels, height, width) have %d values, and its fully connected networks take at most %d",
				f, f.Size(), most), "shrink the images")
		}
		return nil
	}
}

// Points returns a Takes for recipes that learn points of at most so many numbers.
func Points(most int) func(data.Info) error {
	return func(info data.Info) error {
		f := info.First()
		switch {
		case f.Kind != data.Numbers:
			return hint.Add(fmt.Errorf("it generates points, and the data are %s", plural(f)), "gander recipes lists those for %s", plural(f))
		case f.Size() > most:
			return hint.Add(fmt.Errorf("points of %d numbers are too large, its fully connected networks take at most %d", f.Size(), most),
				"leave columns out")
		}
		return nil
	}
}

// plural says what the examples of a field are.
func plural(f data.Field) string {
	switch {
	case f.IsImage():
		return "images"
	case f.Kind == data.Pixels:
		return "volumes"
	case f.Kind == data.Numbers:
		return "points"
	}
	return f.Kind.String()
}

// mostValues bounds examples for fully connected networks: one layer of 1200
// units on as many inputs has 20 million weights.
const mostValues = 1 << 14
