package recipe

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/settings"
	"github.com/gander-ml/gander/internal/suggest"
	"github.com/gander-ml/gander/tensor"
)

// A Recipe describes a kind of system and makes it from settings.
type Recipe struct {
	Name   string
	Title  string // one line
	Source string // the paper, or why it is as it is

	// Data is the dataset that the recipe is meant for, by name; "" if it learns
	// from none. Takes tells why the recipe cannot learn from other examples; nil
	// takes all.
	Data  string
	Takes func(data.Info) error

	Others []Role // further sets that it reads

	// How long it trains by default, and how often it shows and saves what it has, in
	// thousands of examples shown: those that the plays of a round read, or a
	// minibatch a round of a game without data.
	Kimg     float64
	TickKimg float64
	Grid     int // samples that it shows

	// Settings returns a pointer to a new settings struct that holds the defaults.
	Settings func() any
	// Build makes the system. settings is what Settings returned, changed or not.
	Build func(settings any, examples Examples) (*System, error)
}

// A Role is a further dataset that a recipe reads, by what it is used for.
type Role struct {
	Name  string // what the dataset is to the system, such as "real"
	Data  string // the dataset that it is by default
	Takes func(data.Info) error
}

var recipes []Recipe

// Register makes a recipe known by its name, with settings of type S, a struct of
// settings. A setting is an exported field of type string, bool, int, int64, uint,
// uint64, float64 or a slice of one of these, with tags:
//
//	Rate float64 `toml:"rate" doc:"step size of the first update" above:"0" max:"1"`
//
// toml names it, doc explains it, and its range is given by min and max (inclusive),
// above and below (exclusive), or oneof (the allowed words, with blanks between).
// build makes the system from settings; shapes that do not fit may panic there.
// Programs call it in init. A name that is taken, a recipe that does not tell all of
// itself, a role without a name of its own or without Data, two settings of one name
// and a default out of its range are mistakes of the program and panic.
func Register[S any](r Recipe, defaults S, build func(S, Examples) (*System, error)) {
	if _, err := Find(r.Name); err == nil {
		panic(fmt.Sprintf("recipe: two recipes are called %q", r.Name))
	}
	if r.Name == "" || r.Title == "" || r.Source == "" || !(r.Kimg > 0) || !(r.TickKimg > 0) || r.Grid < 1 {
		panic(fmt.Sprintf("recipe %q: Name, Title, Source, Kimg, TickKimg and Grid must be set", r.Name))
	}
	r.checkRoles()
	if err := settings.Check(&defaults); err != nil {
		panic(fmt.Sprintf("recipe %q: a default: %v", r.Name, err))
	}
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
		if err == nil {
			err = system.check(r)
		}
		if err != nil {
			return nil, fmt.Errorf("recipe %s: %w", r.Name, err)
		}
		return system, nil
	}
	recipes = append(recipes, r)
}

// checkRoles panics unless each of the other roles has a dataset, and a name that can
// be part of the name of a table of settings.
func (r Recipe) checkRoles() {
	known := []string{Main}
	for _, role := range r.Others {
		ascii := !strings.ContainsFunc(role.Name, func(c rune) bool { return c > unicode.MaxASCII })
		switch {
		case !isName(role.Name) || !ascii || slices.Contains(known, role.Name):
			panic(fmt.Sprintf("recipe %q: role %q has no name of its own of English letters, digits, - and _", r.Name, role.Name))
		case role.Data == "":
			panic(fmt.Sprintf("recipe %q: role %q has no Data, the dataset that it is by default", r.Name, role.Name))
		}
		known = append(known, role.Name)
	}
}

// Roles returns the roles of the datasets that the recipe reads, [Main] first.
func (r Recipe) Roles() []string {
	var roles []string
	if r.Data != "" {
		roles = append(roles, Main)
	}
	for _, role := range r.Others {
		roles = append(roles, role.Name)
	}
	return roles
}

// takes returns an error unless the recipe can learn from such examples.
func (r Recipe) takes(e Examples) error {
	if r.Takes != nil {
		if err := r.Takes(e.Info); err != nil {
			return err
		}
	}
	for _, role := range r.Others {
		if role.Takes == nil {
			continue
		}
		if err := role.Takes(e.Others[role.Name].Info); err != nil {
			return fmt.Errorf("the set %s: %w", role.Name, err)
		}
	}
	return nil
}

// List returns all recipes by name.
func List() []Recipe {
	sorted := slices.Clone(recipes)
	slices.SortFunc(sorted, func(a, b Recipe) int { return strings.Compare(a.Name, b.Name) })
	return sorted
}

// Names returns the names of all recipes, in a list for reading.
func Names() string {
	var names []string
	for _, r := range List() {
		names = append(names, r.Name)
	}
	return strings.Join(names, ", ")
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
