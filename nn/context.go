package nn

import (
	"fmt"

	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// A Context is what a network is traced in: the present values of the
// parameters, where randomness comes from, and whether this is training.
type Context struct {
	Training bool // dropout drops and batch normalisation looks at the batch

	values  map[*Param]*tensor.Tensor
	random  func(name string) (key, counter *tensor.Tensor)
	streams int
}

// NewContext returns a context in which parameters have their values as
// inputs. random names the stream of random bits for each draw; nil refuses
// to draw.
func NewContext(training bool, random func(name string) (key, counter *tensor.Tensor)) *Context {
	return &Context{Training: training, values: map[*Param]*tensor.Tensor{}, random: random}
}

// Seeded returns a source of randomness for [NewContext]: streams named under
// seed, each at the given counter, uint32[2].
func Seeded(seed uint64, counter *tensor.Tensor) func(string) (key, counter *tensor.Tensor) {
	return func(name string) (*tensor.Tensor, *tensor.Tensor) {
		k := random.Key(seed, name)
		key := tensor.Const(&tensor.Array{
			DType: tensor.Uint32, Shape: []int{2}, Data: []float64{float64(k[0]), float64(k[1])},
		})
		return key, counter
	}
}

// Value returns the present value of p.
func (c *Context) Value(p *Param) *tensor.Tensor {
	if v := c.values[p]; v != nil {
		return v
	}
	return p.Value
}

// Set gives p a new value, which later calls of Value return.
func (c *Context) Set(p *Param, v *tensor.Tensor) { c.values[p] = v }

// Changed returns the parameters that were given a new value, among params.
func (c *Context) Changed(params []*Param) []*Param {
	var changed []*Param
	for _, p := range params {
		if c.values[p] != nil {
			changed = append(changed, p)
		}
	}
	return changed
}

// draw returns the stream of the next draw. Draws are named by their order, so
// each call in a trace has numbers of its own.
func (c *Context) draw() (key, counter *tensor.Tensor) {
	if c.random == nil {
		panic("nn: a network draws random numbers in a context without any")
	}
	c.streams++
	return c.random(fmt.Sprintf("draw %d", c.streams))
}

// Uniform draws numbers from U(lo, hi), float32. It panics in a context without
// randomness.
func (c *Context) Uniform(lo, hi float64, shape ...int) *tensor.Tensor {
	key, counter := c.draw()
	return tensor.RandomUniform(key, counter, shape...).Scale(hi - lo).Plus(lo)
}

// Normal draws standard normal numbers, float32. It panics in a context without
// randomness.
func (c *Context) Normal(shape ...int) *tensor.Tensor {
	key, counter := c.draw()
	return tensor.RandomNormal(key, counter, shape...)
}
