package foreign

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/cmd/gander/internal/bench"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// Dump trains the model of a benchmark, without dropout, on one minibatch. Steps is the
// number of steps. Batch is the size of the minibatch, or 0 for that of the benchmark.
// Dump writes these npy files of float32 to the folder dir:
//
//	x                the minibatch
//	z.D z.G          latents of the discriminator's and of the generator's update, [steps, batch, ...]
//	e.D e.G          random numbers that choose the points of the gradient penalty, if the model has one
//	initial.NAME     every variable before the first step
//	gradient.N.NAME  the gradients of step N, from 1
//	final.NAME       every variable after the last step
//	loss.D loss.G    the losses, [steps]
//
// Variables of one dimension get other initial values than in the model. With a bias of
// 0 or a scale of 1, some errors would not be seen.
func Dump(name, dir string, steps, batch int) error {
	system, err := bench.Build(name, bench.Variant{NoDropout: true, Batch: batch})
	if err != nil {
		return err
	}
	for _, p := range system.Game.Players {
		p.Optimizer = recorded{p.Optimizer}
	}
	device := engine.NewDevice(0)
	defer device.Close()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	d := &dumper{dir: dir}
	d.training(device, system, steps)
	d.noise(device, system, strings.HasPrefix(name, "wgangp"), steps)
	return d.err
}

const seed = 0

// A dumper writes files. After an error it writes no more.
type dumper struct {
	dir string
	err error
}

// write writes an array as NAME.npy.
func (d *dumper) write(name string, shape []int, values []float32) {
	if d.err != nil {
		return
	}
	f, err := os.Create(filepath.Join(d.dir, name+".npy"))
	if err == nil {
		err = format.EncodeNPY(f, shape, values)
		if closed := f.Close(); err == nil {
			err = closed
		}
	}
	d.err = err
}

// training trains, and writes everything except the noise.
func (d *dumper) training(device *engine.Device, system *recipe.System, steps int) {
	input := system.Game.Inputs[0]
	x := make([]float32, tensor.Size(input.Shape))
	for i, s := 0, random.New(seed, "data of the foreign oracle"); i < len(x); i++ {
		x[i] = float32(s.Float64())
	}
	d.write("x", input.Shape, x)
	same := game.Fill(func(_ int64, m game.Minibatch) error {
		copy(m[input.Name].Float32(), x)
		return nil
	}, input.Name)
	trainer, err := game.NewTrainer(device, system.Game, []game.Source{same}, seed, false)
	if err != nil {
		d.err = err
		return
	}
	for _, v := range trainer.Variables() {
		if isVariable(v.Name) && len(v.Shape) == 1 {
			disturb(v)
		}
	}
	d.variables(trainer, "initial", isVariable)
	losses := map[string][]float32{}
	err = trainer.Train(context.Background(), int64(steps), func() error {
		trainer.Statistics(func(name string, value float64) {
			if strings.HasPrefix(name, game.LossPrefix) {
				losses[name] = append(losses[name], float32(value))
			}
		})
		d.variables(trainer, fmt.Sprintf("gradient.%d", trainer.Step()), isGradient)
		return d.err
	})
	if err != nil {
		d.err = fmt.Errorf("step %d: %w", trainer.Step(), err)
	}
	d.variables(trainer, "final", isVariable)
	for name, values := range losses {
		d.write(name, []int{steps}, values)
	}
}

// disturb changes the values of a variable by random numbers from -0.1 to 0.1.
func disturb(v game.Variable) {
	x, s := v.Memory.Float32(), random.New(seed, "disturbance of "+v.Name)
	for i := range x {
		x[i] += float32(s.Uniform(-.1, .1))
	}
}

// variables writes the variables with a wanted name as prefix.NAME.
func (d *dumper) variables(trainer *game.Trainer, prefix string, wanted func(string) bool) {
	for _, v := range trainer.Variables() {
		if wanted(v.Name) {
			d.write(prefix+"."+strings.TrimPrefix(v.Name, gradientSlot+"/"), v.Shape, v.Memory.Float32())
		}
	}
}

// A slot of an optimiser has the name slot/variable.
func isVariable(name string) bool { return name != "step" && !strings.Contains(name, "/") }
func isGradient(name string) bool { return strings.HasPrefix(name, gradientSlot+"/") }

const gradientSlot = "gradient"

// recorded is an optimiser with an additional slot for the last gradient.
type recorded struct{ optim.Optimizer }

func (r recorded) Slots() []string { return append(slices.Clone(r.Optimizer.Slots()), gradientSlot) }

func (r recorded) Next(value *tensor.Tensor, slots []*tensor.Tensor, g, step *tensor.Tensor) (*tensor.Tensor, []*tensor.Tensor) {
	value, next := r.Optimizer.Next(value, slots[:len(slots)-1], g, step)
	return value, append(slices.Clone(next), g)
}

// noise draws the random numbers of the training again and writes them. They depend on
// the number of the step and on the order of the draws in the round. That is the order
// of the plays. Each move of these models has one play.
func (d *dumper) noise(device *engine.Device, system *recipe.System, penalised bool, steps int) {
	if d.err != nil {
		return
	}
	counter := tensor.Input("counter", tensor.Uint32, 2)
	c := nn.NewContext(true, nn.Seeded(seed, counter))
	latent := system.Outputs[0].Latents[0]
	var names []string
	var draws []*tensor.Tensor
	for _, move := range system.Game.Round {
		player := move.Players[0].Name
		names, draws = append(names, "z."+player), append(draws, latent.Draw(c, system.Game.Batch))
		if penalised {
			shape := slices.Repeat([]int{1}, len(system.Game.Inputs[0].Shape))
			shape[0] = system.Game.Batch
			names, draws = append(names, "e."+player), append(draws, c.Uniform(0, 1, shape...))
		}
	}
	program, err := device.Compile(nil, draws)
	if err != nil {
		d.err = err
		return
	}
	values := make([][]float32, len(draws))
	for step := range steps {
		m, _ := program.Input(counter)
		m.Uint32()[0] = uint32(step)
		program.Run()
		for i := range draws {
			values[i] = append(values[i], program.Output(i).Float32()...)
		}
	}
	for i, draw := range draws {
		d.write(names[i], append([]int{steps}, draw.Shape()...), values[i])
	}
}
