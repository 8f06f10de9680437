package recipe

import (
	"fmt"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
)

// A System is a game ready to be played, with what fills its inputs and what can
// be drawn from it.
type System struct {
	Game *game.Game

	// Sources returns what fills the inputs of the game from the sets of the run.
	// It is nil if the game reads nothing.
	Sources func(sets Sets, seed uint64) ([]game.Source, error)

	// Outputs are what the system makes, perhaps nothing. The first is the one
	// that is drawn from where none is named.
	Outputs []Output
}

// Sets are the training sets of a run by their roles. The set that the recipe's
// Data names has the role [Main].
type Sets map[string]data.Set

// Main is the role of the only set of most systems.
const Main = "data"

// FromData returns the Sources of a system that learns from one set: every input
// of the game is filled from the field of its name. Pixels get the given scale.
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

// fromRoles returns the Sources of a system whose inputs are filled from sets: a
// source for each of the roles, in the order in which these appear.
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

// Output returns the output called name, the first if name is "".
func (s *System) Output(name string) (o Output, ok bool) {
	for _, o := range s.Outputs {
		if o.Name == name || name == "" {
			return o, true
		}
	}
	return Output{}, false
}

// check returns an error if the system that r makes is not whole.
func (s *System) check(r Recipe) error {
	if s == nil || s.Game == nil || s.Game.Play == nil || s.Game.Batch < 1 {
		return fmt.Errorf("it makes no game with a Play and a Batch")
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
		if name := strings.ToLower(o.Name); names[name] { // folders of some systems do not tell them apart
			return fmt.Errorf("two outputs are called %q", o.Name)
		}
		names[strings.ToLower(o.Name)] = true
	}
	return nil
}
