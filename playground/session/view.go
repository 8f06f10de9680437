package session

import (
	"math"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// Samples is the number of samples and of real examples in a frame. They are always made
// from the same noise, so that movement is that of G.
const Samples = 800

// Arrows is the number of these samples that have an arrow.
const Arrows = 200

// WarpSide is the number of cells along each axis of the grid of noise that frames show
// after G. Noise falls in each cell with equal probability. With one dimension there are
// WarpSide*WarpSide cells along it.
const WarpSide = 18

// A view computes frames. It never changes the game.
type view struct {
	players
	shape   shape
	fill    *source
	real    []float32 // [Samples, 2]
	p       []float64 // the smoothed data, [Side, Side]
	kernel  *kernelDensity
	fixed   judged          // of the fixed noise and real
	few     judged          // of the first of them, with arrows
	batch   judged          // of the next minibatch, with arrows
	plane   *engine.Program // D on the grid
	warp    *engine.Program // G on the grid of noise
	compile func(outputs ...*tensor.Tensor) (*engine.Program, error)
}

// A judged is a program that computes what frames have of samples and examples.
type judged struct {
	program *engine.Program
	x, z    *tensor.Tensor
}

// Outputs of a judged program.
const (
	outMade   = iota // [n, 2]
	outReal          // D's scores of x, [n, 1]
	outFake          // D's scores of the samples, [n, 1]
	outArrows        // minus n times the gradient of G's loss by each sample, [n, 2], if the program has arrows
)

func newView(device *engine.Device, t *table, fill *source, data shape) (v *view, err error) {
	v = &view{players: t.players, shape: data, fill: fill, p: data.density(), kernel: newKernelDensity(), real: make([]float32, 2*Samples)}
	data.draw(v.real, random.New(t.Seed, "playground: examples to show"))
	v.compile = func(outputs ...*tensor.Tensor) (*engine.Program, error) {
		return device.Compile(t.trainer.Store(), outputs)
	}
	if v.fixed, err = v.judge(t, Samples, false); err != nil {
		return nil, err
	}
	if v.few, err = v.judge(t, Arrows, true); err != nil {
		return nil, err
	}
	z := make([]float32, Samples*t.Latent)
	drawNoise(z, t.Noise, random.New(t.Seed, "playground: noise to show"))
	v.fixed.set(v.real, z)
	v.few.set(v.real[:2*Arrows], z[:t.Latent*Arrows])
	if v.batch, err = v.judge(t, t.Batch, true); err != nil {
		return nil, err
	}
	return v, v.compileGrids(t)
}

// judge compiles the program that judges n samples and examples.
func (v *view) judge(t *table, n int, arrows bool) (j judged, err error) {
	j.x, j.z = tensor.Input("x", tensor.Float32, n, 2), tensor.Input("z", tensor.Float32, n, t.Latent)
	var outputs []*tensor.Tensor
	err = tensor.Try(func() {
		c := t.trainer.EvalContext()
		made := v.G.Apply(c, j.z)
		outputs = []*tensor.Tensor{made, v.D.Apply(c, j.x), v.D.Apply(c, made)}
		if arrows {
			outputs = append(outputs, tensor.Grad(v.lossG(c, j.x, made), made).Scale(-float64(n)))
		}
	})
	if err == nil {
		j.program, err = v.compile(outputs...)
	}
	return j, err
}

// set copies examples and noise to the inputs.
func (j judged) set(x, z []float32) {
	for input, values := range map[*tensor.Tensor][]float32{j.x: x, j.z: z} {
		if memory, ok := j.program.Input(input); ok {
			copy(memory.Float32(), values)
		}
	}
}

// compileGrids compiles D over the plane and G over the noise.
func (v *view) compileGrids(t *table) error {
	plane := make([]float32, 0, 2*Side*Side)
	for i := range Side {
		for j := range Side {
			plane = append(plane, float32(center(j)), float32(center(i)))
		}
	}
	noise := lattice(t.Noise, t.Latent)
	points, z := tensor.Input("plane", tensor.Float32, Side*Side, 2), tensor.Input("lattice", tensor.Float32, len(noise)/t.Latent, t.Latent)
	var scores, warped *tensor.Tensor
	err := tensor.Try(func() {
		c := t.trainer.EvalContext()
		scores, warped = v.D.Apply(c, points), v.G.Apply(c, z)
	})
	if err != nil {
		return err
	}
	if v.plane, err = v.compile(scores); err != nil {
		return err
	}
	if v.warp, err = v.compile(warped); err != nil {
		return err
	}
	fill := func(p *engine.Program, input *tensor.Tensor, values []float32) {
		if memory, ok := p.Input(input); ok {
			copy(memory.Float32(), values)
		}
	}
	fill(v.plane, points, plane)
	fill(v.warp, z, noise)
	return nil
}

// lattice returns the corners of the grid of noise: [(WarpSide+1)^2, 2], the second number
// varying fastest, or [WarpSide^2+1, 1].
func lattice(noise string, latent int) []float32 {
	n := WarpSide
	if latent == 1 {
		n = WarpSide * WarpSide
	}
	axis := make([]float32, n+1)
	for i := range axis {
		axis[i] = float32(quantile(noise, float64(i)/float64(n), n))
	}
	if latent == 1 {
		return axis
	}
	var corners []float32
	for _, a := range axis {
		for _, b := range axis {
			corners = append(corners, a, b)
		}
	}
	return corners
}

// quantile returns the number below which noise is with probability q. Normal noise has no
// ends: the outermost of n cells end where another quarter of a cell would follow.
func quantile(noise string, q float64, n int) float64 {
	if noise == "uniform" {
		return 2*q - 1
	}
	edge := .25 / float64(n)
	return math.Sqrt2 * math.Erfinv(2*min(max(q, edge), 1-edge)-1)
}
