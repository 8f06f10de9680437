package recipe

import (
	"fmt"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/tensor"
)

// A System is a game that is ready to play, with the sources of its inputs and the
// outputs that can be drawn from it.
type System struct {
	Game *game.Game

	// Sources returns the sources that fill the inputs of the game from the sets of
	// the run. It is nil if the game has no inputs.
	Sources func(sets Sets, seed uint64) ([]game.Source, error)

	// Prepare traces what the networks read of a batch of examples in the scale of the first
	// output, such as images with normalised contrast. If it is nil, they read the examples.
	Prepare func(x *tensor.Tensor) *tensor.Tensor

	// Outputs are the results that the system makes. There may be none. The first one
	// is the default.
	Outputs []Output
}

// Sets are the training sets of a run by role. The set of the Data of the recipe has
// the role [Main].
type Sets map[string]data.Set

// Main is the role of the main dataset. Most systems have no other.
const Main = "data"

// FromData returns the Sources of a system that learns from one set. Each input of
// the game is filled from the field with the same name. Pixels get the given scale.
func FromData(g *game.Game, scale data.Scale) func(Sets, uint64) ([]game.Source, error) {
	var inputs []roleInput
	for _, in := range g.Inputs {
		inputs = append(inputs, roleInput{Main, feed.Input{Name: in.Name, Scale: scale}})
	}
	return fromRoles(g, inputs...)
}

// A roleInput is an input that is filled from the set of a role.
type roleInput struct {
	role string
	feed.Input
}

// fromRoles returns the Sources of a system with inputs from several sets. There is
// one source for each role, in the order of the first appearance of the roles.
func fromRoles(g *game.Game, inputs ...roleInput) func(Sets, uint64) ([]game.Source, error) {
	var roles []string
	byRole := map[string][]feed.Input{}
	for _, in := range inputs {
		if byRole[in.role] == nil {
			roles = append(roles, in.role)
		}
		byRole[in.role] = append(byRole[in.role], in.Input)
	}
	return func(sets Sets, seed uint64) ([]game.Source, error) {
		var sources []game.Source
		for _, role := range roles {
			if sets[role] == nil {
				return nil, hint.Add(fmt.Errorf("its inputs are filled from the set %s, and there is none", role), "set Recipe.Data or Recipe.Others")
			}
			source, err := feed.New(sets[role], g, seed, byRole[role]...)
			if err != nil {
				return nil, err
			}
			sources = append(sources, source)
		}
		return sources, nil
	}
}

// Output returns the output called name. The name "" means the first output.
func (s *System) Output(name string) (o Output, ok bool) {
	for _, o := range s.Outputs {
		if o.Name == name || name == "" {
			return o, true
		}
	}
	return Output{}, false
}

// Samples returns the first output that is no classifier.
func (s *System) Samples() (o Output, ok bool) { return s.first(false) }

// Classifier returns the first output that is a classifier.
func (s *System) Classifier() (o Output, ok bool) { return s.first(true) }

// first returns the first output that is a classifier, or that is not.
func (s *System) first(classifies bool) (o Output, ok bool) {
	for _, o := range s.Outputs {
		if o.Classifies() == classifies {
			return o, true
		}
	}
	return Output{}, false
}

// check returns an error if the system that r builds is incomplete.
func (s *System) check(r Recipe) error {
	if s == nil || s.Game == nil || s.Game.Play == nil || s.Game.Batch < 1 {
		return fmt.Errorf("it has no game, or its game has no Play or no Batch")
	}
	if err := s.Game.Check(); err != nil {
		return err
	}
	names := map[string]bool{}
	for _, o := range s.Outputs {
		if err := o.check(); err != nil {
			return err
		}
		if err := o.checkRoles(r); err != nil {
			return err
		}
		if name := strings.ToLower(o.Name); names[name] { // some file systems ignore case in folder names
			return fmt.Errorf("two outputs are called %q", o.Name)
		}
		names[strings.ToLower(o.Name)] = true
	}
	return nil
}
