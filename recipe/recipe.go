package recipe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/internal/suggest"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// A Recipe describes a kind of system and makes it from settings.
type Recipe struct {
	Name   string
	Title  string // one line
	Source string // the paper, or why it is as it is
	Data   string // the dataset it is meant for

	Kimg     float64 // how long it trains by default, in thousands of real images shown
	TickKimg float64 // how often it shows and saves what it has

	// Settings returns a pointer to a new settings struct that holds the defaults.
	Settings func() any
	// Build makes the system. settings is what Settings returned, changed or not.
	Build func(settings any, images Images) (*System, error)
}

// Images says what a system learns to generate.
type Images struct {
	Channels, Height, Width int
	Classes                 int   // 0: no labels
	Examples                int64 // of an epoch

	// Training is the training set; it is nil when a trained system is opened,
	// and initial values that come from data are then of no importance.
	Training data.Set
}

// Size returns the number of values of one image.
func (i Images) Size() int { return i.Channels * i.Height * i.Width }

// A System is a game ready to be played and what is needed to sample from it.
type System struct {
	Game      *game.Game
	Generator *nn.Network

	// Latent traces n inputs of the generator.
	Latent func(c *nn.Context, n int) *tensor.Tensor

	// Scale is the range of the generator's outputs and of the data it is
	// shown, from black to white.
	Scale data.Scale
}

var recipes []Recipe

// define adds a recipe whose settings are of type S.
func define[S any](r Recipe, defaults S, build func(S, Images) (*System, error)) {
	r.Settings = func() any {
		settings := defaults
		return &settings
	}
	r.Build = func(settings any, images Images) (*System, error) {
		s, ok := settings.(*S)
		if !ok {
			return nil, fmt.Errorf("recipe %s: settings of another recipe", r.Name)
		}
		if err := fits(images); err != nil {
			return nil, fmt.Errorf("recipe %s: %w", r.Name, err)
		}
		var system *System
		var err error
		if misuse := tensor.Try(func() { system, err = build(*s, images) }); misuse != nil {
			return nil, fmt.Errorf("recipe %s: these settings do not make networks: %w", r.Name, misuse)
		}
		return system, err
	}
	recipes = append(recipes, r)
}

// mostValues bounds images for fully connected networks: one layer of 1200
// units on as many inputs has 20 million weights.
const mostValues = 1 << 14

func fits(i Images) error {
	if i.Size() < 1 {
		return fmt.Errorf("images of %dx%d with %d channels have no pixels", i.Width, i.Height, i.Channels)
	}
	if i.Size() > mostValues {
		return fmt.Errorf("images of %dx%d with %d channels have %d values, and its fully connected networks take at most %d (hint: shrink the images)",
			i.Width, i.Height, i.Channels, i.Size(), mostValues)
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
	hint := "known are " + strings.Join(names, ", ")
	if near, ok := suggest.Nearest(name, names); ok {
		hint = "did you mean " + near + "?"
	}
	return Recipe{}, fmt.Errorf("unknown recipe %q (hint: %s)", name, hint)
}
