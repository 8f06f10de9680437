package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/suggest"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/recipe"
)

// A Generator makes samples from the outputs of a run. It uses the parameters of the
// newest valid checkpoint, or their moving averages if the checkpoint has them. It is
// not safe for concurrent use.
type Generator struct {
	Config *Config
	Name   string // of the run when it began: its folder may be renamed
	Step   int64

	folder   Folder
	device   *engine.Device
	stores   map[bool]*engine.Store // by Output.Unaveraged
	system   *recipe.System
	samplers map[string]*Sampler
	previews map[string]*Sampler
	sets     recipe.Sets // opened when conditions of real examples are needed
}

// OpenGenerator opens the generator of a run. The run may be training at the same
// time. OpenGenerator does not read the data. The second result lists the checkpoints
// that were skipped because they are damaged.
func OpenGenerator(device *engine.Device, f Folder) (*Generator, []Skipped, error) {
	c, err := f.begun()
	if err != nil {
		return nil, nil, err
	}
	checkpoint, skipped, err := f.Checkpoints().Newest()
	if err != nil {
		return nil, skipped, err
	}
	g, err := newGenerator(device, c, f, checkpoint)
	return g, skipped, err
}

// OpenGeneratorAt opens the generator of a run at the checkpoint of a step. The hint of
// the error for a step without a checkpoint lists those that are kept.
func OpenGeneratorAt(device *engine.Device, f Folder, step int64) (*Generator, error) {
	c, err := f.begun()
	if err != nil {
		return nil, err
	}
	checkpoint, err := LoadCheckpoint(f.Checkpoints().Path(step))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, f.notKept(step)
	}
	if err != nil {
		return nil, err
	}
	return newGenerator(device, c, f, checkpoint)
}

// notKept returns the error for a step without a checkpoint.
func (f Folder) notKept(step int64) error {
	kept, err := f.Checkpoints().List()
	if err != nil {
		return err
	}
	var steps []string
	for _, k := range kept {
		steps = append(steps, strconv.FormatInt(k.Step, 10))
	}
	return hint.Add(fmt.Errorf("run %s has no checkpoint of step %d", f.Name(), step), "it has checkpoints of the steps %s", strings.Join(steps, ", "))
}

// OpenBestGenerator opens the generator of a run at its best checkpoint; see
// [Folder.Best].
func OpenBestGenerator(device *engine.Device, f Folder) (*Generator, error) {
	c, err := f.begun()
	if err != nil {
		return nil, err
	}
	best, err := f.Best()
	if err != nil {
		return nil, err
	}
	checkpoint, err := LoadCheckpoint(f.Checkpoints().Path(best.Step))
	if errors.Is(err, fs.ErrNotExist) { // a run writes the journal line before the checkpoint
		err = hint.Add(fmt.Errorf("run %s has not saved its best checkpoint, that of step %d: %w",
			f.Name(), best.Step, ErrNoBest), "wait for it, or resume the run if it was stopped")
	}
	if err != nil {
		return nil, err
	}
	return newGenerator(device, c, f, checkpoint)
}

// begun reads the settings of a run that has stored the description of its data.
func (f Folder) begun() (*Config, error) {
	c, err := f.Config()
	if err != nil {
		return nil, err
	}
	for _, d := range c.Sets {
		if d.Examples == 0 {
			return nil, fmt.Errorf("run %s has not begun: its config.toml does not say what an example is", f.Name())
		}
	}
	return c, nil
}

// newGenerator builds the outputs of a run with the parameters of a checkpoint.
func newGenerator(device *engine.Device, c *Config, f Folder, checkpoint *Checkpoint) (*Generator, error) {
	if err := checkpoint.isOf(c); err != nil {
		return nil, err
	}
	system, err := c.build(nil)
	if err != nil {
		return nil, err
	}
	g := &Generator{
		Config: c, Name: cmp.Or(checkpoint.Metadata[metaRun], f.Name()), Step: checkpoint.Step,
		folder: f, device: device, stores: map[bool]*engine.Store{}, system: system, samplers: map[string]*Sampler{}, previews: map[string]*Sampler{}, sets: recipe.Sets{},
	}
	for _, o := range system.Outputs {
		store := g.stores[o.Unaveraged]
		if store == nil {
			store = engine.NewStore()
			g.stores[o.Unaveraged] = store
		}
		for _, n := range o.Networks {
			if err := loadNetwork(store, checkpoint, n, !o.Unaveraged); err != nil {
				return nil, err
			}
		}
	}
	return g, nil
}

// loadNetwork copies the parameters of a network from a checkpoint to a store. If
// averaged is true, it uses their moving averages if the checkpoint has them.
func loadNetwork(store *engine.Store, checkpoint *Checkpoint, n *nn.Network, averaged bool) error {
	for _, p := range n.Params {
		name := p.Name
		if averaged && checkpoint.find(game.AveragePrefix+name) != nil {
			name = game.AveragePrefix + name
		}
		m := store.Add(p.Value)
		if err := checkpoint.copyTo(m.Bytes, name, dtypes[m.DType], p.Value.Shape()); err != nil {
			return err
		}
	}
	return nil
}

// Outputs returns the outputs of the system. There may be none.
func (g *Generator) Outputs() []recipe.Output { return g.system.Outputs }

// Sampler returns the sampler of the output called name. The name "" means the first
// output. The first call for an output compiles its sampler.
func (g *Generator) Sampler(name string) (*Sampler, error) {
	return g.sampler(g.samplers, name, BatchSize)
}

// Preview is [Generator.Sampler] for single samples: its sampler makes one at a time and
// is therefore quick. Its samples may differ from those of the other sampler in the last
// bits.
func (g *Generator) Preview(name string) (*Sampler, error) { return g.sampler(g.previews, name, 1) }

// sampler returns the sampler of an output, which it compiles if the map lacks it.
func (g *Generator) sampler(compiled map[string]*Sampler, name string, batch int) (*Sampler, error) {
	o, err := findOutput(g.Config, g.system, name)
	if err != nil {
		return nil, err
	}
	if s := compiled[o.Name]; s != nil {
		return s, nil
	}
	s, err := newSampler(g.device, g.stores[o.Unaveraged], nn.NewContext(false, nil), o, batch)
	if err == nil {
		compiled[o.Name] = s
	}
	return s, err
}

// findOutput returns the output of a system called name. The name "" means the first
// output.
func findOutput(c *Config, system *recipe.System, name string) (recipe.Output, error) {
	if len(system.Outputs) == 0 {
		return recipe.Output{}, fmt.Errorf("recipe %s has no output: nothing can be drawn from it", c.Recipe.Name)
	}
	o, ok := system.Output(name)
	if ok {
		return o, nil
	}
	var names []string
	for _, o := range system.Outputs {
		names = append(names, o.Name)
	}
	err := fmt.Errorf("recipe %s has no output %q", c.Recipe.Name, name)
	if near, ok := suggest.Nearest(name, names); ok {
		return o, hint.Add(err, "did you mean %s?", near)
	}
	return o, hint.Add(err, "its outputs are %s", strings.Join(names, ", "))
}

// Draw draws n samples of an output from the latents that seed gives. The output ""
// is the first one. conditions contains the conditions of the samples. If it is nil,
// Draw uses the conditions of real examples. The first samples do not depend on n.
// When ctx ends, Draw stops and returns the error of ctx.
func (g *Generator) Draw(ctx context.Context, output string, n int, seed uint64, conditions Inputs) (*Samples, error) {
	s, err := g.Sampler(output)
	if err != nil {
		return nil, err
	}
	if conditions == nil {
		if conditions, err = g.realConditions(s, n, seed); err != nil {
			return nil, err
		}
	}
	return s.Make(ctx, n, s.Latents(0, n, seed).with(conditions))
}

// realConditions returns the conditions of n real training examples, in an order that
// depends on seed. It opens the data only if they have a condition of the output.
func (g *Generator) realConditions(s *Sampler, n int, seed uint64) (Inputs, error) {
	for _, c := range s.Output.Given {
		role := cmp.Or(c.Role, recipe.Main)
		settings := g.Config.SetOf(role)
		if _, had := settings.Info().Field(c.Name); !had {
			continue
		}
		if g.sets[role] == nil {
			set, err := g.Config.OpenData(context.Background(), role, data.Train)
			if err != nil {
				return nil, err
			}
			g.sets[role] = set
		}
		if !hasField(g.sets[role], c) {
			return nil, noField(g.sets[role], s.Output, c)
		}
	}
	return s.conditions(g.sets, n, seed)
}

// ClassRows draws samples of an output in a grid, at most n, but at least one of each
// class. Each class has a row, and the samples of a column have the same latent.
// given contains the other conditions, with one value for all samples, in the form of
// [Sampler.Given]; those that can be drawn have the same value in a column. The second result is the number of columns. The first columns do
// not depend on n. ClassRows returns an error if the output has no class condition;
// see [ClassOf].
func (g *Generator) ClassRows(ctx context.Context, output string, n int, seed uint64, given map[string]any) (s *Samples, columns int, err error) {
	sampler, err := g.Sampler(output)
	if err != nil {
		return nil, 0, err
	}
	class, ok := ClassOf(sampler.Output)
	if !ok {
		return nil, 0, sampler.unknown("a class")
	}
	others, err := sampler.given(1, given, class.Name)
	if err != nil {
		return nil, 0, err
	}
	in, columns := sampler.classRows(class, n, seed)
	for name, v := range others {
		in[name] = repeatRows(v, sampler.Size(name), columns*class.Classes)
	}
	s, err = sampler.Make(ctx, columns*class.Classes, in)
	return s, columns, err
}

// SampleSet draws n samples of the first output for measures. The samples are numbers
// that are not rounded to bytes. If the output has conditions, they are those of real
// examples. If one of them is the class, the set has it as labels. The name of the set
// contains the run, the step and the truncation of the latents.
func (g *Generator) SampleSet(ctx context.Context, n int, seed uint64, name string) (*measure.Set, error) {
	s, err := g.Draw(ctx, "", n, seed, nil)
	if err != nil {
		return nil, err
	}
	sampler, err := g.Sampler("")
	if err != nil {
		return nil, err
	}
	name = setName(g.Step, name)
	if sampler.psi > 0 {
		name += fmt.Sprintf(", latents within ±%g", sampler.psi)
	}
	return s.Set(name), nil
}

// Interpolations draws rows of samples of an output, as in Figure 3 of Goodfellow et
// al. 2014. The output "" is the first one. The latents of a row are on the straight
// line between two latents, including both ends. conditions contains the conditions
// of each row. If it is nil, Interpolations uses those of real examples.
func (g *Generator) Interpolations(ctx context.Context, output string, rows, columns int, seed uint64, conditions Inputs) (*Samples, error) {
	s, err := g.Sampler(output)
	if err != nil {
		return nil, err
	}
	if conditions == nil {
		if conditions, err = g.realConditions(s, rows, seed); err != nil {
			return nil, err
		}
	}
	if err := s.check(rows, s.Latents(0, rows, seed).with(conditions)); err != nil {
		return nil, err
	}
	in := Inputs{}
	for name, ends := range s.Latents(0, 2*rows, seed) {
		in[name] = data.Values{Floats: between(ends.Floats, s.Size(name), rows, columns)}
	}
	for name, v := range conditions {
		in[name] = repeatRows(v, s.Size(name), columns)
	}
	return s.Make(ctx, rows*columns, in)
}

// between returns, for each row, columns vectors on the line between two vectors of
// ends.
func between(ends []float32, size, rows, columns int) []float32 {
	z := make([]float32, 0, rows*columns*size)
	for r := range rows {
		from, to := ends[2*r*size:(2*r+1)*size], ends[(2*r+1)*size:(2*r+2)*size]
		for c := range columns {
			at := float32(c) / float32(max(columns-1, 1))
			for i := range size {
				z = append(z, (1-at)*from[i]+at*to[i])
			}
		}
	}
	return z
}

// repeatRows repeats each row of v columns times. A row has size values.
func repeatRows(v data.Values, size, columns int) data.Values {
	var out data.Values
	for i := 0; i < v.Len(); i += size {
		row := v.Slice(i, i+size)
		for range columns {
			out.Floats, out.Ints = append(out.Floats, row.Floats...), append(out.Ints, row.Ints...)
		}
	}
	return out
}
