package recipe

import (
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// Examples describes the data that a system learns from.
type Examples struct {
	data.Info       // describes an example
	Epoch     int64 // number of examples in an epoch

	// Training is the training set. It is nil when a trained system is opened.
	// Initial values that depend on the data are then not used.
	Training data.Set

	// Mean and SD are the mean and the standard deviation of each column of the
	// training points, [numbers], and Low and High are the least and the greatest value.
	// Missing values do not count. They are nil if the first field is not points, or if
	// they are not known.
	Mean, SD, Low, High []float64

	// Others contains the examples of the other roles of the recipe, by role.
	Others map[string]Examples
}

// Typical returns a description of the default datasets of the recipe, without the
// sets themselves.
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

// typicalOf describes the examples of a dataset of the catalogue. The description is
// empty if the dataset has no name.
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

// takesWhole returns an error for examples with missing values, from which most recipes cannot
// learn.
func takesWhole(info data.Info) error {
	if !info.HasMissing() {
		return nil
	}
	return hint.Add(fmt.Errorf("dataset %s has missing values, and the recipe learns only from whole examples", info.Name),
		"fill them by gander impute, or train gain")
}

// Images returns a Takes for recipes that learn images with at most the given number
// of values (channels times height times width).
func Images(most int) func(data.Info) error {
	return func(info data.Info) error {
		f := info.First()
		switch {
		case !f.IsImage():
			return hint.Add(otherKind("it generates images, and the data are %s", plural(f)), "gander recipes lists those for %s", plural(f))
		case f.Size() < 1:
			return fmt.Errorf("images of %v have no pixels", f)
		case f.Size() > most:
			return hint.Add(fmt.Errorf("images of %v (channels, height, width) have %d values, and its fully connected networks take at most %d",
				f, f.Size(), most), "shrink the images")
		}
		return nil
	}
}

// Points returns a Takes for recipes that learn points with at most the given number
// of columns.
func Points(most int) func(data.Info) error {
	return func(info data.Info) error {
		f := info.First()
		switch {
		case f.Kind != data.Numbers:
			return hint.Add(otherKind("it generates points, and the data are %s", plural(f)), "gander recipes lists those for %s", plural(f))
		case f.Size() > most:
			return hint.Add(fmt.Errorf("points of %d numbers are too large, its fully connected networks take at most %d", f.Size(), most),
				"leave columns out")
		}
		return nil
	}
}

// plural returns a noun for the examples of a field, in the plural.
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

// mostValues is the greatest number of values of an example for fully connected
// networks. A layer of 1200 units with this number of inputs has 20 million weights.
const mostValues = 1 << 14
