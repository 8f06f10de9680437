package bench

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/suggest"
	"github.com/gander-ml/gander/recipe"
)

// Plan compiles the round of a recipe or of a timed model. A recipe is built for its
// default examples. Plan returns the steps of the program and the bytes of its
// intermediate values.
func Plan(name string) (steps []engine.StepInfo, arena int, err error) {
	system, err := planned(name)
	if err != nil {
		return nil, 0, err
	}
	device := engine.NewDevice(1)
	defer device.Close()
	trainer, err := game.NewTrainer(device, system.Game, noise(system.Game), 0, false)
	if err != nil {
		return nil, 0, err
	}
	return trainer.Program().Steps(), trainer.Program().ArenaBytes(), nil
}

// planned returns the system of a recipe or, if there is none with this name, of a model.
func planned(name string) (*recipe.System, error) {
	if r, err := recipe.Find(name); err == nil {
		typical, err := r.Typical()
		if err != nil {
			return nil, err
		}
		return r.Build(r.Settings(), typical)
	}
	if build, ok := models[name]; ok {
		return build(Variant{})
	}
	known := Models()
	for _, r := range recipe.List() {
		known = append(known, r.Name)
	}
	slices.Sort(known)
	return nil, hint.Add(fmt.Errorf("unknown recipe or model %q", name), "%s", suggest.Hint(name, slices.Compact(known)))
}
