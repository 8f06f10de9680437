package command

import (
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/run"
)

// checkpointFlags are the flags of verbs that use a checkpoint of a run.
type checkpointFlags struct {
	Best bool   `help:"Use the checkpoint that the run's train.best chose instead of the newest." xor:"checkpoint"`
	Step *int64 `help:"Use the checkpoint of this step, which must be kept, instead of the newest." placeholder:"N" min:"0" xor:"checkpoint"`
}

// open opens the generator of the run at the checkpoint that the flags choose.
func (c *checkpointFlags) open(e *env, device *engine.Device, folder run.Folder) (*run.Generator, error) {
	if c.Step != nil {
		return run.OpenGeneratorAt(device, folder, *c.Step)
	}
	return openGenerator(e, device, folder, c.Best)
}

// openGenerator opens the generator of a run at its best or its newest checkpoint. It
// prints which newer checkpoints are broken.
func openGenerator(e *env, device *engine.Device, folder run.Folder, best bool) (*run.Generator, error) {
	if best {
		return run.OpenBestGenerator(device, folder)
	}
	g, skipped, err := run.OpenGenerator(device, folder)
	sayPassedOver(e, skipped)
	return g, err
}
