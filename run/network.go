package run

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// A TrainedNetwork is a network of a run, such as its discriminator.
type TrainedNetwork struct {
	*nn.Network
	Config  *Config
	Step    int64
	Scale   data.Scale                            // the numbers that mean black and white in the first output of the run
	Prepare func(x *tensor.Tensor) *tensor.Tensor // see recipe.System; it may be nil
	Store   *engine.Store                         // the values of its parameters, or of their moving averages if there are any
}

// OpenNetwork opens the network called name of the players of a run, at the newest valid
// checkpoint. It does not read the data. The second result lists the checkpoints that were
// skipped because they are damaged.
func OpenNetwork(f Folder, name string) (*TrainedNetwork, []Skipped, error) {
	c, err := f.begun()
	if err != nil {
		return nil, nil, err
	}
	checkpoint, skipped, err := f.Checkpoints().Newest()
	if err != nil {
		return nil, skipped, err
	}
	if err := checkpoint.isOf(c); err != nil {
		return nil, skipped, err
	}
	system, err := c.build(nil)
	if err != nil {
		return nil, skipped, err
	}
	var names []string
	for _, player := range system.Game.Players {
		for _, n := range player.Networks {
			if n.Name != name {
				names = append(names, n.Name)
				continue
			}
			t := &TrainedNetwork{Network: n, Config: c, Step: checkpoint.Step, Prepare: system.Prepare, Store: engine.NewStore()}
			if len(system.Outputs) > 0 {
				t.Scale = system.Outputs[0].Scale
			}
			return t, skipped, loadNetwork(t.Store, checkpoint, n, true)
		}
	}
	slices.Sort(names)
	return nil, skipped, hint.Add(fmt.Errorf("recipe %s has no network %q", c.Recipe.Name, name), "its networks are %s", strings.Join(slices.Compact(names), ", "))
}

// Network returns the network called name of the outputs of the run, at the checkpoint of
// the generator. It shares the memory of its parameters with the generator.
func (g *Generator) Network(name string) (*TrainedNetwork, error) {
	for _, o := range g.system.Outputs {
		for _, n := range o.Networks {
			if n.Name == name {
				return &TrainedNetwork{Network: n, Config: g.Config, Step: g.Step, Scale: g.system.Outputs[0].Scale, Prepare: g.system.Prepare, Store: g.stores[o.Unaveraged]}, nil
			}
		}
	}
	return nil, hint.Add(fmt.Errorf("no output of recipe %s has a network %q", g.Config.Recipe.Name, name), "gander recipes %s tells what it is made of", g.Config.Recipe.Name)
}
