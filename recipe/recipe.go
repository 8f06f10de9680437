package recipe

import (
	"errors"
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

// A Recipe describes a kind of system, and builds a system from settings.
type Recipe struct {
	Name   string
	Title  string // one line
	Source string // the paper, or the reasons for the design

	// Data is the name of the default dataset. It is "" if the recipe has no main
	// dataset. Takes returns an error for data that the recipe cannot learn from. If
	// Takes is nil, the recipe takes all data. Examples with missing values are an error
	// unless TakesMissing is true.
	Data         string
	Takes        func(data.Info) error
	TakesMissing bool

	Others []Role // other datasets that it reads

	// Kimg is the default length of the training, and TickKimg the default interval
	// between ticks. Both count thousands of examples shown. These are the examples
	// that the plays of a round read. A game without data counts one minibatch for
	// each round.
	Kimg     float64
	TickKimg float64
	Grid     int // number of samples in a picture

	// Settings returns a pointer to a new struct with the default settings.
	Settings func() any
	// Build builds the system. settings is a result of Settings, and may have been
	// changed.
	Build func(settings any, examples Examples) (*System, error)
}

// A Role is an additional dataset of a recipe. It is named by its use.
type Role struct {
	Name  string // the use of the dataset, such as "real"
	Data  string // the name of the default dataset
	Takes func(data.Info) error
}

var recipes []Recipe

// Register registers a recipe under its name. S is the struct type of its settings. A
// setting is an exported field of type string, bool, int, int64, uint, uint64,
// float64 or a slice of one of these, with tags:
//
//	Rate float64 `toml:"rate" doc:"step size of the first update" above:"0" max:"1"`
//
// The tag toml gives the name of the setting, and doc explains it. The range is given
// by min and max (inclusive), above and below (exclusive), or oneof (the allowed
// words, with blanks between). build builds the system from settings. It may panic
// for shapes that do not fit.
//
// Programs call Register in init. It panics for mistakes of the program: a name that
// is already registered, a recipe with a required field missing, a role without a
// unique name or without Data, two settings with one name, or a default out of its
// range.
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
		system, err := checked(r, build, settings, examples)
		if err != nil {
			return nil, fmt.Errorf("recipe %s: %w", r.Name, err)
		}
		return system, nil
	}
	recipes = append(recipes, r)
}

// checked builds a system of r. It returns an error if the recipe does not take the examples, if
// build fails or panics by a misuse of tensors, or if the system is incomplete.
func checked[S any](r Recipe, build func(S, Examples) (*System, error), settings any, examples Examples) (system *System, err error) {
	s, ok := settings.(*S)
	if !ok {
		return nil, errors.New("settings of another recipe")
	}
	if err := r.takes(examples); err != nil {
		return nil, err
	}
	if misuse := tensor.Try(func() { system, err = build(*s, examples) }); misuse != nil {
		return nil, hint.Add(fmt.Errorf("these settings do not make networks: %w", misuse), "gander recipes %s shows the settings", r.Name)
	}
	if err != nil {
		return nil, err
	}
	return system, system.check(r)
}

// checkRoles panics unless each of the other roles has a dataset, and a name that can
// be part of the name of a table of settings.
func (r Recipe) checkRoles() {
	known := []string{Main}
	for _, role := range r.Others {
		ascii := !strings.ContainsFunc(role.Name, func(c rune) bool { return c > unicode.MaxASCII })
		switch {
		case !isName(role.Name) || !ascii || slices.Contains(known, role.Name):
			panic(fmt.Sprintf("recipe %q: role %q has no unique name of English letters, digits, - and _", r.Name, role.Name))
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

// takes returns an error if the recipe cannot learn from the examples.
func (r Recipe) takes(e Examples) error {
	if err := r.takesMain(e.Info); err != nil {
		return err
	}
	for _, role := range r.Others {
		info := e.Others[role.Name].Info
		err := takesWhole(info)
		if err == nil && role.Takes != nil {
			err = role.Takes(info)
		}
		if err != nil {
			return fmt.Errorf("the set %s: %w", role.Name, err)
		}
	}
	return nil
}

// takesMain returns an error if the recipe cannot learn from the main dataset.
func (r Recipe) takesMain(info data.Info) error {
	if r.Takes != nil {
		if err := r.Takes(info); err != nil {
			return err
		}
	}
	if r.TakesMissing {
		return nil
	}
	return takesWhole(info)
}

// List returns all recipes, sorted by name.
func List() []Recipe {
	sorted := slices.Clone(recipes)
	slices.SortFunc(sorted, func(a, b Recipe) int { return strings.Compare(a.Name, b.Name) })
	return sorted
}

// names returns the names of all recipes, sorted.
func names() []string {
	var names []string
	for _, r := range List() {
		names = append(names, r.Name)
	}
	return names
}

// Names returns the names of all recipes as a text for messages, separated by commas.
func Names() string { return strings.Join(names(), ", ") }

// Find returns the recipe called name. The hint of its error has the nearest name, or all names.
func Find(name string) (Recipe, error) {
	if i := slices.IndexFunc(recipes, func(r Recipe) bool { return r.Name == name }); i >= 0 {
		return recipes[i], nil
	}
	return Recipe{}, hint.Add(fmt.Errorf("unknown recipe %q", name), "%s", suggest.Hint(name, names()))
}
