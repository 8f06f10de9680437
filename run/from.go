package run

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/safetensors"
	"github.com/gander-ml/gander/nn"
)

// FromSettings name another run. A run begins with the networks of that run, for transfer
// and fine-tuning. They are all empty if all initial values of the run are random.
//
// An array is taken if the other run has one with the same name, type and shape. The
// others keep their random initial values. The state of the optimisers, the step and the
// position in the data are not taken.
type FromSettings struct {
	Run      string   `toml:"run" doc:"the folder of a run whose networks this one begins with; empty: all initial values are random"`
	Step     int64    `toml:"step" min:"0" doc:"the step of its checkpoint; 0: the newest"`
	Networks []string `toml:"networks" doc:"the networks that are taken, such as G or D; empty: all that both runs have"`
	Averages bool     `toml:"averages" doc:"parameters are taken from the moving averages, where that run has them"`

	Taken []string `toml:"taken" doc:"what was taken and what was not"`
}

// Like copies from the settings of another run of the same recipe what decides the shapes
// of the networks: the settings of the model, and the size and the number of channels of
// the images. A run that begins with the networks of another one should have the same. Like
// does nothing if the recipes differ.
func (c *Config) Like(other *Config) {
	if c.Recipe.Name != other.Recipe.Name {
		return
	}
	reflect.ValueOf(c.Model).Elem().Set(reflect.ValueOf(other.Model).Elem())
	for role, d := range c.Sets {
		from := other.Sets[role]
		d.Size, d.Fit, d.Channels = from.Size, from.Fit, from.Channels
		if first := from.Info().First(); d.Size == "" && d.Name != from.Name && first.IsImage() {
			d.Size, d.Fit = fmt.Sprintf("%dx%d", first.Shape[1], first.Shape[2]), string(format.FitCrop)
			d.Channels = first.Shape[0]
		}
	}
}

// begins reports whether the run begins with networks of another one.
func (f *FromSettings) begins() bool { return f.Run != "" }

// check returns an error for settings that have no effect.
func (f *FromSettings) check() error {
	if f.begins() || f.Step == 0 && len(f.Networks) == 0 && !f.Averages {
		return nil
	}
	return hint.Add(errors.New("from.run is empty, and other settings of from are given"), "--from RUN, or leave them out")
}

// open loads the checkpoint of the other run, and records its path and step. It also
// returns the newer checkpoints that were skipped because they are damaged.
func (f *FromSettings) open() (*Checkpoint, []Skipped, error) {
	folder, err := Open(".", f.Run)
	if err != nil {
		return nil, nil, fmt.Errorf("from.run: %w", err)
	}
	if f.Run, err = filepath.Abs(folder.Path()); err != nil {
		return nil, nil, err
	}
	if f.Step == 0 {
		c, skipped, err := folder.Checkpoints().Newest()
		if err == nil {
			f.Step = c.Step
		}
		return c, skipped, err
	}
	c, err := LoadCheckpoint(folder.Checkpoints().Path(f.Step))
	if errors.Is(err, fs.ErrNotExist) {
		err = folder.notKept(f.Step)
	}
	return c, nil, err
}

// beginWithOther gives the session the values of the networks of the run that the settings
// name, and records what it took. It does nothing if they name none. If it returns an
// error, the settings have not changed except for the path and the step.
func (s *Session) beginWithOther() error {
	f := s.Config.From
	if !f.begins() {
		return nil
	}
	other, skipped, err := f.open()
	s.skippedFrom = skipped
	if err != nil {
		return err
	}
	networks, err := s.networksFrom(f, other)
	if err != nil {
		return err
	}
	t := taking{other: other, averages: f.Averages, fromZero: s.averagesFromZero(), memory: map[string][]byte{}}
	for _, v := range s.trainer.Variables() {
		t.memory[v.Name] = v.Memory.Bytes
	}
	misfits := 0
	for _, n := range networks {
		fits, not := t.take(n)
		if !fits {
			misfits++
		}
		if !fits && (len(f.Networks) > 0 || misfits == len(networks)) {
			return hint.Add(fmt.Errorf("run %s: no weight of network %s has the name and the shape of one of its network %s: %s", filepath.Base(f.Run), n.Name, n.Name, not),
				"%s", s.Config.unlike(f))
		}
	}
	f.Taken = t.lines
	return nil
}

// networksFrom returns the networks to take: those that the settings name, otherwise all
// that both runs have and that learn.
func (s *Session) networksFrom(f *FromSettings, other *Checkpoint) ([]*nn.Network, error) {
	var all []*nn.Network
	var names []string
	for _, p := range s.system.Game.Players {
		for _, n := range p.Networks {
			if len(n.Trainable()) > 0 && !slices.Contains(all, n) {
				all, names = append(all, n), append(names, n.Name)
			}
		}
	}
	for _, name := range f.Networks {
		if !slices.Contains(names, name) {
			return nil, hint.Add(fmt.Errorf("from.networks: recipe %s has no network %q that learns", s.Config.Recipe.Name, name), "its networks are %s", strings.Join(names, ", "))
		}
		if !other.hasNetwork(name) {
			return nil, hint.Add(fmt.Errorf("from.networks: run %s has no network %q", filepath.Base(f.Run), name), "name others, or another run")
		}
	}
	chosen := slices.DeleteFunc(slices.Clone(all), func(n *nn.Network) bool {
		return !other.hasNetwork(n.Name) || len(f.Networks) > 0 && !slices.Contains(f.Networks, n.Name)
	})
	if len(chosen) == 0 {
		return nil, hint.Add(fmt.Errorf("run %s has none of the networks %s", filepath.Base(f.Run), strings.Join(names, ", ")), "begin with a run of recipe %s", s.Config.Recipe.Name)
	}
	return chosen, nil
}

// hasNetwork reports whether the checkpoint has an array of a network.
func (c *Checkpoint) hasNetwork(name string) bool {
	for _, t := range c.Tensors {
		if strings.HasPrefix(t.Name, name+".") {
			return true
		}
	}
	return false
}

// averagesFromZero returns the names of the parameters with moving averages that begin at 0.
func (s *Session) averagesFromZero() map[string]bool {
	names := map[string]bool{}
	for _, p := range s.system.Game.Players {
		for _, n := range p.Networks {
			for _, param := range n.Trainable() {
				names[param.Name] = names[param.Name] || p.Average.FromZero
			}
		}
	}
	return names
}

// A taking copies arrays of a checkpoint to the variables of a session.
type taking struct {
	other    *Checkpoint
	averages bool              // see FromSettings
	fromZero map[string]bool   // see averagesFromZero
	memory   map[string][]byte // of the variables of the session

	lines []string // what was taken, and what was not
}

// take copies the arrays of a network that fit. A weight is an array with two or more axes. A
// network without a weight that fits is not changed: arrays with one axis, such as the bias of a
// score, have equal shapes by chance. not is the reason for the first array that does not
// fit.
func (t *taking) take(n *nn.Network) (fits bool, not string) {
	var taken []*nn.Param
	var others []string
	for _, p := range n.Params {
		if why := t.differs(p); why != "" {
			others = append(others, fmt.Sprintf("not %s: %s", p.Name, why))
			continue
		}
		taken = append(taken, p)
		fits = fits || p.Value.Rank() > 1
	}
	if len(others) > 0 {
		not = strings.TrimPrefix(others[0], "not ")
	}
	if !fits {
		t.lines = append(t.lines, fmt.Sprintf("%s: nothing, because no weight fits; %s", n.Name, not))
		return false, not
	}
	for _, p := range taken {
		t.copy(p)
	}
	t.lines = append(append(t.lines, fmt.Sprintf("%s: %d of %d arrays", n.Name, len(taken), len(n.Params))), others...)
	return true, not
}

// find returns the array that a parameter begins with, nil if there is none.
func (t *taking) find(p *nn.Param) *safetensors.Tensor {
	if average := t.other.find(game.AveragePrefix + p.Name); average != nil && t.averages {
		return average
	}
	return t.other.find(p.Name)
}

// differs returns the reason why a parameter cannot be taken, "" if it can.
func (t *taking) differs(p *nn.Param) string {
	value, dtype := t.find(p), dtypes[p.Value.DType()]
	switch {
	case value == nil:
		return "that run has no such array"
	case !slices.Equal(value.Shape, p.Value.Shape()):
		return fmt.Sprintf("its shape is %v, and %v in that run", p.Value.Shape(), value.Shape)
	case value.DType != dtype:
		return fmt.Sprintf("it is %s, and %s in that run", dtype, value.DType)
	}
	return ""
}

// copy copies a parameter and its moving average. An average that the other run does not
// have begins as usual: as the parameter, or at 0.
func (t *taking) copy(p *nn.Param) {
	value := t.find(p).Data
	copy(t.memory[p.Name], value)
	average, ok := t.memory[game.AveragePrefix+p.Name]
	if !ok {
		return
	}
	if its := t.other.find(game.AveragePrefix + p.Name); its != nil {
		copy(average, its.Data)
	} else if !t.fromZero[p.Name] {
		copy(average, value)
	}
}

// unlike returns advice for a run that does not fit.
func (c *Config) unlike(f *FromSettings) string {
	folder, err := Open(".", f.Run)
	var other *Config
	if err == nil {
		other, err = folder.Config()
	}
	if err != nil {
		return "begin with a run of the same recipe and settings"
	}
	if c.Recipe.Name != other.Recipe.Name {
		return fmt.Sprintf("that run is of recipe %s: train the same recipe", other.Recipe.Name)
	}
	var differ []string
	have := c.Table()
	for i, row := range other.Table() {
		if table, _, _ := strings.Cut(row.Key, "."); table == "model" && row.Value != have[i].Value {
			differ = append(differ, row.Key+" = "+row.Value)
		}
	}
	mine, its := c.Data.Info(), other.Data.Info()
	switch {
	case len(differ) > 0:
		return "that run has " + strings.Join(differ, ", ")
	case len(mine.Fields) > 0 && len(its.Fields) > 0 && !mine.First().Same(its.First()):
		return fmt.Sprintf("that run learned %v, and this one %v: data.size and data.channels change images", its.First(), mine.First())
	}
	return "begin with a run of the same settings"
}

// PassedOver returns the damaged checkpoints that were skipped in the run that the session
// began with.
func (s *Session) PassedOver() []Skipped { return s.skippedFrom }
