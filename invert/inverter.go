package invert

import (
	"context"
	"fmt"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// batch is the number of examples of one program. An example does not depend on the others
// of its batch.
const batch = 64

// An Inverter finds latents of examples: first by E, then by gradient descent on z, which
// lowers the distance between x and G(z) by L-BFGS. It is not safe for concurrent use.
//
// Each z that is tried is moved to a value that the distribution of z can give; see
// [recipe.Latent]. So a uniform z stays in its range.
type Inverter struct {
	encoder    *Encoder
	steps      int
	x          *tensor.Tensor   // the examples
	conditions []*tensor.Tensor // in the order of Output.Given

	encode *engine.Program // x to the standardised code
	judge  *engine.Program // see traceJudge
	code   *tensor.Tensor  // input of judge
}

// A Result is the latents that were found for n examples.
type Result struct {
	Encoded, Found map[string][]float32 // by latent: from E, and after the descent

	// EncodedDistance and Distance are the Euclidean distances of each example from G of
	// these latents, in the numbers of the output.
	EncodedDistance, Distance []float64
}

// NewInverter compiles the programs that invert examples. The descent computes G and its
// gradient steps times for each example; with 0 steps the result is that of E.
func NewInverter(device *engine.Device, e *Encoder, steps int) (*Inverter, error) {
	if steps < 0 {
		return nil, fmt.Errorf("gradient descent of %d steps: want at least 0", steps)
	}
	o := e.generator.Output
	v := &Inverter{
		encoder: e, steps: steps,
		x:    tensor.Input("x", tensor.Float32, append([]int{batch}, o.Makes.Shape...)...),
		code: tensor.Input("code", tensor.Float32, batch, e.size()),
	}
	given := recipe.Inputs{}
	c := nn.NewContext(false, nil)
	for _, condition := range o.Given {
		input := condition.Input(condition.Name, batch)
		v.conditions, given[condition.Name] = append(v.conditions, input), input
		c = c.With(conditionName(condition), input)
	}
	var encoded *tensor.Tensor
	var judged []*tensor.Tensor
	err := tensor.Try(func() {
		encoded = e.standard(e.network.Apply(c, v.x), false)
		judged = v.traceJudge(c, given)
	})
	if err != nil {
		return nil, fmt.Errorf("output %s: %w", o.Name, err)
	}
	if v.encode, err = device.Compile(e.store, []*tensor.Tensor{encoded}); err != nil {
		return nil, err
	}
	v.judge, err = device.Compile(e.generator.Store, judged)
	return v, err
}

// reach is the length of the step by which traceJudge finds out whether a code can follow
// the gradient.
const reach = .05

// traceJudge traces what the descent needs to know of a standardised code: the nearest code
// that the latents can have, its squared distance [batch], the gradient, and the latents.
// The part of the gradient that leads out of the possible codes is removed: of a uniform z
// at its limit, and of a normal z of the greatest length.
func (v *Inverter) traceJudge(c *nn.Context, given recipe.Inputs) []*tensor.Tensor {
	e := v.encoder
	joined := func(latents []*tensor.Tensor) *tensor.Tensor {
		var flat []*tensor.Tensor
		for _, z := range latents {
			flat = append(flat, z.Flatten())
		}
		return tensor.Concatenate(1, flat...)
	}
	latents := split(e.codes, e.standard(v.code, true))
	code := e.standard(joined(latents), false)
	distance := e.generator.make(c, e.codes, latents, given).Sub(v.x).Square().SumPerExample()
	slopes := tensor.Grads(distance.Sum(), latents...)
	for i, l := range e.codes {
		slopes[i] = slopes[i].Scale(l.sd)
	}
	gradient := joined(slopes)
	part := gradient.Square().Sum(1).Max(tensor.Scalar(tensor.Float32, 1e-30)).Rsqrt().Scale(reach).KeepDims(1)
	step := code.Sub(gradient.Mul(part))
	possible := e.standard(joined(split(e.codes, e.standard(step, true))), false)
	return []*tensor.Tensor{code, distance, gradient.Sub(possible.Sub(step).Div(part)), joined(latents)}
}

// Invert finds the latents of n examples, [n, Makes.Shape...]. conditions has the values of
// the conditions of G for each example. If progress is not nil, it is called with the
// examples done. When ctx ends, Invert returns its error.
func (v *Inverter) Invert(ctx context.Context, n int, x []float32, conditions map[string]data.Values, progress func(done, total int)) (*Result, error) {
	o := v.encoder.generator.Output
	if len(x) != n*o.Makes.Size() {
		return nil, fmt.Errorf("%d numbers for %d examples of %v", len(x), n, o.Makes)
	}
	for _, c := range o.Given {
		if have := conditions[c.Name].Len(); have != n*c.Size() {
			return nil, fmt.Errorf("%d values of the condition %s for %d examples, want %d each", have, c.Name, n, c.Size())
		}
	}
	r := &Result{Encoded: map[string][]float32{}, Found: map[string][]float32{}}
	for first := 0; first < n; first += batch {
		count := min(batch, n-first)
		for _, p := range []*engine.Program{v.encode, v.judge} {
			fill(p, v.x, data.Values{Floats: x}, first, count)
			for i, c := range o.Given {
				fill(p, v.conditions[i], conditions[c.Name], first, count)
			}
		}
		if err := v.invertBatch(ctx, r, count); err != nil {
			return nil, err
		}
		if progress != nil {
			progress(first+count, n)
		}
	}
	return r, nil
}

// fill copies count rows to an input of a program, from row first on. The other rows repeat
// the last one.
func fill(p *engine.Program, input *tensor.Tensor, values data.Values, first, count int) {
	m, ok := p.Input(input)
	if !ok {
		return
	}
	size := input.Size() / batch
	for i := range batch {
		row := first + min(i, count-1)
		part := values.Slice(row*size, (row+1)*size)
		if input.DType() == tensor.Int32 {
			copy(m.Int32()[i*size:], part.Ints)
		} else {
			copy(m.Float32()[i*size:], part.Floats)
		}
	}
}

// invertBatch encodes the examples of a batch and descends from their codes.
func (v *Inverter) invertBatch(ctx context.Context, r *Result, count int) error {
	size := v.encoder.size()
	v.encode.Run()
	searches := make([]*search, count)
	for i := range searches {
		searches[i] = newSearch(v.encode.Output(0).Float32()[i*size : (i+1)*size])
	}
	for step := range v.steps + 1 {
		if err := ctx.Err(); err != nil {
			return err
		}
		input, ok := v.judge.Input(v.code)
		if ok {
			for i, s := range searches {
				copy(input.Float32()[i*size:(i+1)*size], s.trial)
			}
		}
		v.judge.Run()
		distances := v.judge.Output(1).Float32()
		row := func(output, i int) []float32 { return v.judge.Output(output).Float32()[i*size : (i+1)*size] }
		for i, s := range searches {
			s.judged(judgement{row(0, i), float64(distances[i]), row(2, i), row(3, i)})
			if step == 0 {
				v.encoder.addLatents(r.Encoded, row(3, i))
				r.EncodedDistance = append(r.EncodedDistance, math.Sqrt(float64(distances[i])))
			}
		}
	}
	for _, s := range searches {
		v.encoder.addLatents(r.Found, s.latents)
		r.Distance = append(r.Distance, math.Sqrt(s.value))
	}
	return nil
}

// addLatents appends the latents of one example.
func (e *Encoder) addLatents(to map[string][]float32, latents []float32) {
	for _, l := range e.codes {
		to[l.Name] = append(to[l.Name], latents[l.from:l.to]...)
	}
}
