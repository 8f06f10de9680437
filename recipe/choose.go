package recipe

import (
	"fmt"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// Choose returns the default recipe for examples: digits for images, if they are
// small enough for it, and mixture for points. For other examples it returns an
// error.
func Choose(info data.Info) (Recipe, error) {
	f := info.First()
	name := "mixture"
	switch {
	case f.IsImage():
		name = "digits"
	case f.Kind != data.Numbers:
		return Recipe{}, hint.Add(fmt.Errorf("dataset %s: no recipe learns %s by default", info.Name, plural(f)), "name one of %s", Names())
	}
	r, err := Find(name)
	if err != nil {
		return Recipe{}, err
	}
	if err := r.Takes(info); err == nil {
		return r, nil
	}
	if !f.IsImage() {
		return Recipe{}, hint.Add(fmt.Errorf("dataset %s: points of %d numbers are too large for recipe %s, which takes at most %d", info.Name, f.Size(), name, mostValues),
			"leave columns out")
	}
	side := int(math.Sqrt(float64(mostValues / f.Shape[0])))
	return Recipe{}, hint.Add(fmt.Errorf("dataset %s: images of %v (channels, height, width) are too large for recipe %s, which takes at most %d values; convolutional recipes for larger images are not there yet",
		info.Name, f, name, mostValues), "set data.size to %d: that makes them small enough", min(side, 64))
}
