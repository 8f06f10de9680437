package recipe

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/suggest"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// A Recipe describes a kind of system and makes it from settings.
type Recipe struct {
	Name   string
	Title  string // one line
	Source string // the paper, or why it is as it is
	Data   string // the dataset it is meant for: the recipe takes what that holds, images or points

	Kimg     float64 // how long it trains by default, in thousands of real examples shown
	TickKimg float64 // how often it shows and saves what it has
	Grid     int     // samples that it shows

	// Settings returns a pointer to a new settings struct that holds the defaults.
	Settings func() any
	// Build makes the system. settings is what Settings returned, changed or not.
	Build func(settings any, examples Examples) (*System, error)
}

// Examples says what a system learns to generate.
type Examples struct {
	data.Info       // what one is, by whatever name
	Epoch     int64 // how many there are in an epoch

	// Training is the training set; it is nil when a trained system is opened,
	// and initial values that come from data are then of no importance.
	Training data.Set
}

// Typical returns the examples of the dataset that the recipe is meant for,
// without the set itself.
func (r Recipe) Typical() (Examples, error) {
	entry, err := data.Lookup(r.Data)
	if err != nil {
		return Examples{}, fmt.Errorf("recipe %s: %w", r.Name, err)
	}
	return Examples{Info: entry.Info, Epoch: entry.Train}, nil
}

// A System is a game ready to be played and what is needed to sample from it.
type System struct {
	Game      *game.Game
	Generator *nn.Network

	// Latent traces n inputs of the generator.
	Latent func(c *nn.Context, n int) *tensor.Tensor

	// Scale is the range of the generator's outputs and of the images it is
	// shown, from black to white. Points are what they are.
	Scale data.Scale
}

var recipes []Recipe

// define adds a recipe whose settings are of type S.
func define[S any](r Recipe, defaults S, build func(S, Examples) (*System, error)) {
	r.Settings = func() any {
		settings := defaults
		return &settings
	}
	r.Build = func(settings any, examples Examples) (*System, error) {
		s, ok := settings.(*S)
		if !ok {
			return nil, fmt.Errorf("recipe %s: settings of another recipe", r.Name)
		}
		if err := r.takes(examples); err != nil {
			return nil, fmt.Errorf("recipe %s: %w", r.Name, err)
		}
		var system *System
		var err error
		if misuse := tensor.Try(func() { system, err = build(*s, examples) }); misuse != nil {
			return nil, fmt.Errorf("recipe %s: these settings do not make networks: %w", r.Name, misuse)
		}
		return system, err
	}
	recipes = append(recipes, r)
}

// mostValues bounds examples for fully connected networks: one layer of 1200
// units on as many inputs has 20 million weights.
const mostValues = 1 << 14

// takes returns an error unless the recipe can learn such examples.
func (r Recipe) takes(e Examples) error {
	typical, err := r.Typical()
	switch {
	case err != nil:
		return err
	case e.Size() < 1:
		return fmt.Errorf("images of %dx%d with %d channels have no pixels", e.Width, e.Height, e.Channels)
	case e.Dims > 0 && typical.Dims == 0:
		return hint.Add(errors.New("it generates images, and the data are points"), "the recipe mixture is for points")
	case e.Dims == 0 && typical.Dims > 0:
		return hint.Add(errors.New("it generates points, and the data are images"), "gander recipes lists those for images")
	case e.Dims > mostValues:
		return hint.Add(fmt.Errorf("points of %d numbers are too large, its fully connected networks take at most %d", e.Dims, mostValues),
			"leave columns out")
	case e.Size() > mostValues:
		return hint.Add(fmt.Errorf("images of %dx%d with %d channels have %d values, and its fully connected networks take at most %d", e.Width, e.Height, e.Channels, e.Size(), mostValues),
			"shrink the images")
	}
	return nil
}

// List returns all recipes by name.
func List() []Recipe {
	sorted := slices.Clone(recipes)
	slices.SortFunc(sorted, func(a, b Recipe) int { return strings.Compare(a.Name, b.Name) })
	return sorted
}

// Find returns the recipe called name.
func Find(name string) (Recipe, error) {
	var names []string
	for _, r := range List() {
		if r.Name == name {
			return r, nil
		}
		names = append(names, r.Name)
	}
	return Recipe{}, hint.Add(fmt.Errorf("unknown recipe %q", name), "%s", suggest.Hint(name, names))
}
