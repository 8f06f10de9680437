package nn

import (
	"fmt"

	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// A Context is what a network is traced in: the present values of the
// parameters, the conditions, where randomness comes from, and whether this is
// training. With and WithBatchStatistics derive contexts. A derived context
// has the parameters' values and the random draws in common with its parent:
// what one sets, the other reads, and no two draws are equal.
type Context struct {
	Training bool // dropout drops and batch normalisation looks at the batch

	trace      *trace
	conditions *conditionValue // the last one given, linked to the earlier ones
	replaced   *replacement    // the last one made, linked to the earlier ones
	passes     *tensor.Tensor  // not nil: batch statistics are collected
}

// A trace is what a context and all contexts derived from it have in common.
type trace struct {
	values  map[*Param]*tensor.Tensor
	random  func(name string) (key, counter *tensor.Tensor)
	streams int // draws so far
}

// A conditionValue is the value of one condition.
type conditionValue struct {
	name  string
	value *tensor.Tensor
	next  *conditionValue
}

// A replacement is the value that one parameter has within a layer.
type replacement struct {
	param *Param
	value *tensor.Tensor
	next  *replacement
}

// NewContext returns a context in which parameters have their values as
// inputs. random names the stream of random bits for each draw; nil refuses
// to draw.
func NewContext(training bool, random func(name string) (key, counter *tensor.Tensor)) *Context {
	return &Context{
		Training: training,
		trace:    &trace{values: map[*Param]*tensor.Tensor{}, random: random},
	}
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

// With returns a derived context in which the condition called name has the
// given value, batch axis first:
//
//	score := D.Apply(c.With("class", labels), x)
//
// A network that does not declare the condition ignores it.
func (c *Context) With(name string, value *tensor.Tensor) *Context {
	derived := *c
	derived.conditions = &conditionValue{name, value, c.conditions}
	return &derived
}

// Condition returns the value of the condition called name, nil if it was not
// given. Within a layer that declared it, it is never nil.
func (c *Context) Condition(name string) *tensor.Tensor {
	for v := c.conditions; v != nil; v = v.next {
		if v.name == name {
			return v.value
		}
	}
	return nil
}

// WithBatchStatistics returns a derived context that collects the statistics
// of a network that is not trained any more. Batch normalisation normalises by
// the batch, and sets its running mean and variance to their average over all
// passes. passes, a float scalar, is the number of passes before this one.
// Everything else is as outside training.
//
// Apply the network once in each pass. Then store the new values of the
// parameters that Changed returns, and add 1 to passes.
func (c *Context) WithBatchStatistics(passes *tensor.Tensor) *Context {
	derived := *c
	derived.Training = false
	derived.passes = passes
	return &derived
}

// replace returns a derived context in which p has the given value. It is how
// a layer that wraps another one changes the weight that the other one uses.
func (c *Context) replace(p *Param, value *tensor.Tensor) *Context {
	derived := *c
	derived.replaced = &replacement{p, value, c.replaced}
	return &derived
}

// Value returns the present value of p.
func (c *Context) Value(p *Param) *tensor.Tensor {
	for r := c.replaced; r != nil; r = r.next {
		if r.param == p {
			return r.value
		}
	}
	if v := c.trace.values[p]; v != nil {
		return v
	}
	return p.Value
}

// Set gives p a new value, which later calls of Value return.
func (c *Context) Set(p *Param, v *tensor.Tensor) { c.trace.values[p] = v }

// Changed returns the parameters that were given a new value, among params.
func (c *Context) Changed(params []*Param) []*Param {
	var changed []*Param
	for _, p := range params {
		if c.trace.values[p] != nil {
			changed = append(changed, p)
		}
	}
	return changed
}

// draw returns the stream of the next draw. Draws are named by their order, so
// each call in a trace has numbers of its own.
func (c *Context) draw() (key, counter *tensor.Tensor) {
	if c.trace.random == nil {
		panic("nn: a network draws random numbers in a context without any")
	}
	c.trace.streams++
	return c.trace.random(fmt.Sprintf("draw %d", c.trace.streams))
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
