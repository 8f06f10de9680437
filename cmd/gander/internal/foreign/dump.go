package foreign

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/cmd/gander/internal/bench"
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/internal/settings"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// A Subject is a system to compare in training.
type Subject struct {
	Name     string // of a model of package bench, or of a recipe
	System   *recipe.System
	Settings any // of the recipe; nil for a model
}

// Model returns a model of the benchmarks, without dropout. Batch is the number of
// examples in a minibatch, or 0 for that of the benchmark.
func Model(name string, batch int) (Subject, error) {
	system, err := bench.Build(name, bench.Variant{NoDropout: true, Batch: batch})
	return Subject{Name: name, System: system}, err
}

// Recipe returns the system of a recipe for examples with the given fields. If there are
// none, they are those of the default dataset of the recipe. The other arguments change
// settings, such as batch=4.
func Recipe(name string, fields []data.Field, assignments ...string) (Subject, error) {
	r, err := recipe.Find(name)
	if err != nil {
		return Subject{}, err
	}
	s := r.Settings()
	for _, a := range assignments {
		if err := settings.Set(s, a); err != nil {
			return Subject{}, err
		}
	}
	examples, err := r.Typical()
	if err != nil {
		return Subject{}, err
	}
	if len(fields) > 0 {
		examples = recipe.Examples{Info: data.NewInfo("oracle", fields...), Epoch: 1000}
	}
	system, err := r.Build(s, examples)
	return Subject{name, system, s}, err
}

// Dump trains a subject on one minibatch and writes its numbers to the folder dir. Steps
// is the number of rounds. game.json describes the game, and settings.toml contains the
// settings of the recipe. These npy files are of float32 or int32:
//
//	input.NAME         the minibatch
//	draw.P.D           the random numbers of draw D of play P, [steps, ...]; the plays are
//	                   those of [game.Game.Round], then those of its phases, from 1
//	initial.NAME       every variable before the first round
//	gradient.N.P.NAME  the gradients of play P of round N, from 1
//	loss.P.PLAYER      the losses of the players that move in play P, [steps]; NaN if the
//	                   play is not in the round
//	final.NAME         every variable after the last round
//
// Random numbers are those of U(0, 1) or N(0, 1), before they are scaled or shaped. Those
// that the losses do not need are left out.
//
// Variables of one dimension, and those that are 0 everywhere, get other initial values
// than in the system. With a bias of 0 or a scale of 1, some errors would not be seen.
func Dump(s Subject, dir string, steps int) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	device := engine.NewDevice(0)
	defer device.Close()
	d := &dumper{dir: dir, game: s.System.Game, steps: steps}
	d.play = d.game.Play
	d.game.Play = d.recordPlay
	d.addRound(d.game.Round)
	for _, phase := range d.game.Phases {
		d.addRound(phase.Round)
	}
	for _, p := range d.game.Players {
		updates := 0
		for i := range d.rounds {
			updates = max(updates, d.updates(p, i))
		}
		p.Optimizer = recorded{p.Optimizer, updates}
	}
	d.describe(s)
	d.training(device)
	d.noise(device)
	return d.err
}

const seed = 0

// A dumper writes files. After an error it writes no more.
type dumper struct {
	dir   string
	game  *game.Game
	play  func(*game.Trace) game.Losses
	steps int

	rounds []moves          // that of the game, then those of its phases
	movers [][]*game.Player // by play, of all rounds
	plays  [][]draw         // the random numbers of each play
	err    error
}

// moves are the plays of a round: those from first to last - 1.
type moves struct{ first, last int }

// addRound adds a round and its plays.
func (d *dumper) addRound(round []game.Move) {
	first := len(d.movers)
	for _, m := range round {
		for range m.Times {
			d.movers = append(d.movers, m.Players)
		}
	}
	d.rounds = append(d.rounds, moves{first, len(d.movers)})
}

// updates returns the number of updates of a player in a round.
func (d *dumper) updates(p *game.Player, round int) (n int) {
	for _, players := range d.movers[d.rounds[round].first:d.rounds[round].last] {
		if slices.Contains(players, p) {
			n++
		}
	}
	return n
}

// roundAt returns the index of the round that is played after the given number of rounds.
func (d *dumper) roundAt(step int64) int {
	for i, phase := range d.game.Phases {
		if phase.When(step) {
			return 1 + i
		}
	}
	return 0
}

// A draw is a draw of random numbers.
type draw struct {
	bits   *tensor.Tensor
	normal bool // N(0, 1); otherwise U(0, 1)
}

// create creates a file and writes to it.
func (d *dumper) create(name string, write func(*os.File) error) {
	if d.err != nil {
		return
	}
	f, err := os.Create(filepath.Join(d.dir, name))
	if err == nil {
		err = write(f)
		if closed := f.Close(); err == nil {
			err = closed
		}
	}
	d.err = err
}

// write writes an array as NAME.npy.
func write[T format.Element](d *dumper, name string, shape []int, values []T) {
	d.create(name+".npy", func(f *os.File) error { return format.EncodeNPY(f, shape, values) })
}

// describe writes game.json and settings.toml.
func (d *dumper) describe(s Subject) {
	type variable struct {
		Name    string `json:"name"`
		Shape   []int  `json:"shape"`
		Learned bool   `json:"learned"`
	}
	about := struct {
		Name     string                `json:"name"`
		Steps    int                   `json:"steps"`
		Batch    int                   `json:"batch"`
		Makes    []int                 `json:"makes"`
		Rounds   [][][]string          `json:"rounds"`   // the players that move in each play of each kind of round
		Schedule []int                 `json:"schedule"` // the kind of round of each step
		Networks map[string][]variable `json:"networks"` // the variables of each player, in the order of the layers
	}{s.Name, d.steps, d.game.Batch, s.System.Outputs[0].Makes.Shape, nil, nil, map[string][]variable{}}
	for _, round := range d.rounds {
		var plays [][]string
		for _, players := range d.movers[round.first:round.last] {
			var names []string
			for _, p := range players {
				names = append(names, p.Name)
			}
			plays = append(plays, names)
		}
		about.Rounds = append(about.Rounds, plays)
	}
	for step := range d.steps {
		about.Schedule = append(about.Schedule, d.roundAt(int64(step)))
	}
	for _, p := range d.game.Players {
		for _, n := range p.Networks {
			for _, v := range n.Params {
				about.Networks[p.Name] = append(about.Networks[p.Name], variable{v.Name, v.Value.Shape(), !v.Buffer})
			}
		}
	}
	d.create("game.json", func(f *os.File) error { return json.NewEncoder(f).Encode(about) })
	if s.Settings == nil {
		return
	}
	text, err := settings.Encode(s.Settings)
	d.err = cmp.Or(d.err, err)
	d.create("settings.toml", func(f *os.File) error {
		_, err := f.Write(text)
		return err
	})
}

// recordPlay traces a play. It records the losses, and where random numbers are drawn.
func (d *dumper) recordPlay(t *game.Trace) game.Losses {
	losses := d.play(t)
	play := len(d.plays)
	var roots []*tensor.Tensor
	for _, p := range d.movers[play] {
		t.Record(p, lossName(play, p), losses[p.Name])
		roots = append(roots, losses[p.Name])
	}
	d.plays = append(d.plays, d.newDraws(roots))
	return losses
}

// newDraws returns the draws that roots are computed from, without those of earlier plays
// of the round.
func (d *dumper) newDraws(roots []*tensor.Tensor) []draw {
	known, first := map[*tensor.Tensor]bool{}, 0
	for _, round := range d.rounds {
		if round.first <= len(d.plays) {
			first = round.first
		}
	}
	for _, play := range d.plays[first:] {
		for _, old := range play {
			known[old.bits] = true
		}
	}
	var found []draw
	normal := map[*tensor.Tensor]bool{}
	for _, x := range tensor.Ancestors(roots, nil) {
		switch {
		case x.Op().Name == "cos": // of Box and Muller's formula
			for _, y := range tensor.Ancestors([]*tensor.Tensor{x}, nil) {
				normal[y] = true
			}
		case isRandom(x) && !known[x]:
			found = append(found, draw{bits: x})
		}
	}
	for i := range found {
		bits := found[i].bits
		found[i].normal = normal[bits] && bits.Rank() == 2 && bits.Dim(0) == 2 // a recipe may have cosines too
	}
	return found
}

func isRandom(x *tensor.Tensor) bool {
	_, ok := x.Attr().(tensor.RandomBitsAttr)
	return ok
}

// again draws the numbers at a counter. Normal numbers have the shape [n].
func (d draw) again(counter *tensor.Tensor) *tensor.Tensor {
	key, shape := d.bits.Args()[0], d.bits.Shape()
	if d.normal {
		return tensor.RandomNormal(key, counter, shape[1]) // the bits have the shape [2, n]
	}
	return tensor.RandomUniform(key, counter, shape...)
}

// lossName returns the name under which a loss is recorded.
func lossName(play int, p *game.Player) string { return fmt.Sprintf("play %d %s", play+1, p.Name) }

// training trains, and writes everything except the noise.
func (d *dumper) training(device *engine.Device) {
	if d.err != nil {
		return
	}
	trainer, err := game.NewTrainer(device, d.game, []game.Source{d.minibatch()}, seed, false)
	if err != nil {
		d.err = err
		return
	}
	for _, v := range trainer.Variables() {
		if isVariable(v.Name) {
			disturb(v)
		}
	}
	d.variables(trainer, "initial.")
	losses := map[string][]float32{}
	err = trainer.Train(context.Background(), int64(d.steps), func() error {
		played := map[string]float64{}
		trainer.Statistics(func(name string, value float64) { played[name] = value })
		for play, players := range d.movers {
			for _, p := range players {
				name, value := lossName(play, p), math.NaN()
				if v, ok := played[name]; ok {
					value = v
				}
				losses[name] = append(losses[name], float32(value))
			}
		}
		d.gradients(trainer)
		return d.err
	})
	if err != nil {
		d.err = fmt.Errorf("step %d: %w", trainer.Step(), err)
	}
	d.variables(trainer, "final.")
	for play, players := range d.movers {
		for _, p := range players {
			write(d, fmt.Sprintf("loss.%d.%s", play+1, p.Name), []int{d.steps}, losses[lossName(play, p)])
		}
	}
}

// minibatch writes random values of the inputs, and returns a source of them.
func (d *dumper) minibatch() game.Source {
	s := random.New(seed, "data of the foreign oracle")
	floats, ints := map[string][]float32{}, map[string][]int32{}
	var names []string
	for _, in := range d.game.Inputs {
		names = append(names, in.Name)
		if in.DType == tensor.Int32 { // classes; two of them are enough
			for range tensor.Size(in.Shape) {
				ints[in.Name] = append(ints[in.Name], int32(s.Intn(2)))
			}
			write(d, "input."+in.Name, in.Shape, ints[in.Name])
			continue
		}
		for range tensor.Size(in.Shape) {
			floats[in.Name] = append(floats[in.Name], float32(s.Float64()))
		}
		write(d, "input."+in.Name, in.Shape, floats[in.Name])
	}
	return game.Fill(func(_ int64, m game.Minibatch) error {
		for name, memory := range m {
			if memory.DType == tensor.Int32 {
				copy(memory.Int32(), ints[name])
			} else {
				copy(memory.Float32(), floats[name])
			}
		}
		return nil
	}, names...)
}

// disturb adds random numbers from -0.1 to 0.1 to a variable of one dimension, or to one
// that is 0. The number of plays of a history remains a whole number.
func disturb(v game.Variable) {
	if strings.HasSuffix(v.Name, ".plays") {
		return
	}
	x, s := v.Memory.Float32(), random.New(seed, "disturbance of "+v.Name)
	if len(v.Shape) != 1 && slices.ContainsFunc(x, func(x float32) bool { return x != 0 }) {
		return
	}
	for i := range x {
		x[i] += float32(s.Uniform(-.1, .1))
	}
}

// variables writes all variables as prefix and name.
func (d *dumper) variables(trainer *game.Trainer, prefix string) {
	for _, v := range trainer.Variables() {
		if isVariable(v.Name) {
			write(d, prefix+v.Name, v.Shape, v.Memory.Float32())
		}
	}
}

// isVariable reports whether a name is that of a variable of a network. The state of an
// optimiser has a name such as slot/variable.
func isVariable(name string) bool { return name != "step" && !strings.Contains(name, "/") }

// gradients writes the gradients of the last round.
func (d *dumper) gradients(trainer *game.Trainer) {
	slots := map[string]game.Variable{}
	for _, v := range trainer.Variables() {
		slots[v.Name] = v
	}
	round := d.roundAt(trainer.Step() - 1)
	for _, p := range d.game.Players {
		left := d.updates(p, round)
		for play := d.rounds[round].first; play < d.rounds[round].last; play++ {
			if !slices.Contains(d.movers[play], p) {
				continue
			}
			left--
			for _, n := range p.Networks {
				for _, param := range n.Trainable() {
					v := slots[gradientSlot(left)+"/"+param.Name]
					write(d, fmt.Sprintf("gradient.%d.%d.%s", trainer.Step(), play+1, param.Name), v.Shape, v.Memory.Float32())
				}
			}
		}
	}
}

// recorded is an optimiser with additional slots for its last gradients, one for each update
// of a round.
type recorded struct {
	optim.Optimizer
	updates int
}

// Transform changes the gradients as the optimiser does.
func (r recorded) Transform(gradients []*tensor.Tensor) []*tensor.Tensor {
	if inner, ok := r.Optimizer.(optim.Transformer); ok {
		return inner.Transform(gradients)
	}
	return gradients
}

// gradientSlot returns the name of the slot of a gradient. age is 0 for the last one.
func gradientSlot(age int) string { return fmt.Sprintf("gradient %d", age) }

// Slots returns the names of the slots of the optimiser and of the last gradients.
func (r recorded) Slots() []string {
	slots := slices.Clone(r.Optimizer.Slots())
	for age := range r.updates {
		slots = append(slots, gradientSlot(age))
	}
	return slots
}

// Next takes one step of the optimiser.
func (r recorded) Next(value *tensor.Tensor, slots []*tensor.Tensor, g, step *tensor.Tensor) (*tensor.Tensor, []*tensor.Tensor) {
	inner := len(slots) - r.updates
	value, next := r.Optimizer.Next(value, slots[:inner], g, step)
	next = slices.Clone(next)
	if r.updates > 0 {
		next = append(append(next, g), slots[inner:len(slots)-1]...)
	}
	return value, next
}

// noise draws the random numbers of the training again and writes them.
func (d *dumper) noise(device *engine.Device) {
	if d.err != nil {
		return
	}
	counter := tensor.Input("counter", tensor.Uint32, 2)
	var names []string
	var draws []*tensor.Tensor
	for play, all := range d.plays {
		for i, found := range all {
			names = append(names, fmt.Sprintf("draw.%d.%d", play+1, i+1))
			draws = append(draws, found.again(counter))
		}
	}
	if len(draws) == 0 {
		return
	}
	program, err := device.Compile(nil, draws)
	if err != nil {
		d.err = err
		return
	}
	values := make([][]float32, len(draws))
	for step := range d.steps {
		m, _ := program.Input(counter)
		m.Uint32()[0] = uint32(step)
		program.Run()
		for i := range draws {
			values[i] = append(values[i], program.Output(i).Float32()...)
		}
	}
	for i, draw := range draws {
		write(d, names[i], append([]int{d.steps}, draw.Shape()...), values[i])
	}
}
