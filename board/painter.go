package board

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// A painter makes samples for pages. It does one thing after the other, as the engine
// uses all its threads for each, and keeps the generators that it used last.
type painter struct {
	threads int
	turn    chan struct{} // has an element while somebody uses the painter
	device  *engine.Device
	opened  []*opened // the most recent last
}

// maxOpened is how many generators are kept.
const maxOpened = 3

// An opened is an open generator.
type opened struct {
	*run.Generator
	id    string
	grids map[string]*grid  // by output
	sets  map[string]opener // the training sets, by role
	whats map[string]*outputInfo
}

type opener struct {
	set data.Set
	err error
}

// A grid is the inputs of the samples in each picture of an output.
type grid struct {
	in         run.Inputs
	n, columns int
	err        error
}

func newPainter(threads int) *painter {
	return &painter{threads: threads, turn: make(chan struct{}, 1)}
}

func (p *painter) close() {
	p.turn <- struct{}{}
	if p.device != nil {
		p.device.Close()
	}
}

// use calls f with the generator of a run at the checkpoint of a step, or at the newest
// one if step is negative. It waits for its turn until ctx ends.
func (p *painter) use(ctx context.Context, id string, folder run.Folder, step int64, f func(g *opened) error) error {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	g, err := p.open(id, folder, step)
	if err != nil {
		return err
	}
	return f(g)
}

func (p *painter) open(id string, folder run.Folder, step int64) (*opened, error) {
	if step < 0 {
		kept, err := folder.Checkpoints().List()
		if err != nil {
			return nil, err
		}
		if len(kept) == 0 {
			return nil, hint.Add(fmt.Errorf("run %s: %w yet", folder.Name(), run.ErrNoCheckpoint), "wait for its first tick")
		}
		step = kept[len(kept)-1].Step
	}
	if i := slices.IndexFunc(p.opened, func(o *opened) bool { return o.id == id && o.Step == step }); i >= 0 {
		found := p.opened[i]
		p.opened = append(slices.Delete(p.opened, i, i+1), found)
		return found, nil
	}
	if p.device == nil {
		p.device = engine.NewDevice(p.threads)
	}
	g, err := run.OpenGeneratorAt(p.device, folder, step)
	if err != nil {
		if _, gone := os.Lstat(folder.Checkpoints().Path(step)); errors.Is(gone, fs.ErrNotExist) {
			err = badRequest(err) // the hint lists those that are kept
		}
		return nil, err
	}
	o := &opened{Generator: g, id: id, grids: map[string]*grid{}, sets: map[string]opener{}, whats: map[string]*outputInfo{}}
	p.opened = append(p.opened, o)
	if len(p.opened) > maxOpened {
		p.opened = slices.Delete(p.opened, 0, 1)
	}
	return o, nil
}

// grid returns the inputs of the pictures of an output.
func (o *opened) grid(output string) *grid {
	g := o.grids[output]
	if g == nil {
		g = &grid{}
		g.in, g.n, g.columns, g.err = o.Grid(output)
		o.grids[output] = g
	}
	return g
}

// training opens the training set of the role that an output should resemble.
func (o *opened) training(ctx context.Context, role string) (data.Set, error) {
	found, ok := o.sets[role]
	if !ok {
		found.set, found.err = o.Config.OpenData(ctx, role, data.Train)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		o.sets[role] = found
	}
	return found.set, found.err
}
