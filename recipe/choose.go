package recipe

import (
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// Choose returns the default recipe for examples: images for pictures, digits for
// pictures that are too small for it, volumes for volumes, mixture for points, and gain for
// points with missing values. For other examples it returns an error.
func Choose(info data.Info) (Recipe, error) {
	f := info.First()
	var names []string
	switch {
	case f.IsImage():
		names = []string{"images", "digits"}
	case info.HasMissing():
		names = []string{"gain"}
	case f.IsVolume():
		names = []string{"volumes"}
	case f.Kind == data.Numbers:
		names = []string{"mixture"}
	default:
		return Recipe{}, hint.Add(fmt.Errorf("dataset %s: no recipe learns %s by default", info.Name, plural(f)), "name one of %s", Names())
	}
	var first error
	for _, name := range names {
		r, err := Find(name)
		if err != nil {
			return Recipe{}, err
		}
		if err = r.takesMain(info); err == nil {
			return r, nil
		}
		if first == nil {
			first = fmt.Errorf("dataset %s: recipe %s: %w", info.Name, name, err)
		}
	}
	return Recipe{}, first
}
