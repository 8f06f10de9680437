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

// Plan compiles the round of a recipe, on examples like those of its own dataset,
// or of a model that is timed, and returns its steps and the bytes of its intermediate
// values.
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

// planned finds a system by the name of a recipe, else of a model.
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
