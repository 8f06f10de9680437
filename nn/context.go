package nn

import (
	"fmt"
	"maps"

	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// A Context contains the values that a network needs while it is traced: the
// current values of the parameters, the conditions, the source of randomness, and
// whether the network is being trained. With, WithBatchStatistics and Holding derive
// contexts. A derived context shares the parameter values and the random draws
// with its parent: a value set in one context is read in the other, and no two
// draws are equal.
type Context struct {
	Training bool // dropout is active and batch normalisation uses the statistics of the batch

	trace      *trace
	conditions *conditionValue // the newest, linked to the older ones
	replaced   *replacement    // the newest, linked to the older ones
	passes     *tensor.Tensor  // not nil: batch statistics are collected
	held       map[*Param]bool // parameters that Set does not change
}

// A trace is shared by a context and all contexts derived from it.
type trace struct {
	values  map[*Param]*tensor.Tensor
	random  func(name string) (key, counter *tensor.Tensor)
	streams int // number of draws so far
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

// NewContext returns a context in which the value of each parameter is its graph
// input. random returns the stream of random bits for the draw of the given name.
// If random is nil, a draw panics.
func NewContext(training bool, random func(name string) (key, counter *tensor.Tensor)) *Context {
	return &Context{
		Training: training,
		trace:    &trace{values: map[*Param]*tensor.Tensor{}, random: random},
	}
}

// Seeded returns a source of randomness for [NewContext]. The stream of each draw
// is derived from seed and the name of the draw; counter, uint32[2], is the
// position in every stream.
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

// Condition returns the value of the condition called name, or nil if the context
// has none. It is never nil within a layer that declared the condition.
func (c *Context) Condition(name string) *tensor.Tensor {
	for v := c.conditions; v != nil; v = v.next {
		if v.name == name {
			return v.value
		}
	}
	return nil
}

// WithBatchStatistics returns a derived context that computes the running
// statistics of a trained network again. Batch normalisation uses the statistics
// of the batch, and sets its running mean and variance to the averages over all
// passes. passes, a float scalar, is the number of passes before this one. All
// other layers behave as outside training.
//
// Apply the network once in each pass. Then store the new values of the
// parameters that Changed returns, and add 1 to passes.
func (c *Context) WithBatchStatistics(passes *tensor.Tensor) *Context {
	derived := *c
	derived.Training = false
	derived.passes = passes
	return &derived
}

// Holding returns a derived context in which Set does not change the given
// parameters. An application in it does not change running statistics or the vectors
// of spectral normalisation, if these are among them.
func (c *Context) Holding(params []*Param) *Context {
	derived := *c
	derived.held = maps.Clone(c.held)
	if derived.held == nil {
		derived.held = map[*Param]bool{}
	}
	for _, p := range params {
		derived.held[p] = true
	}
	return &derived
}

// replace returns a derived context in which p has the given value. A layer that
// wraps another layer uses it to change the weight of that layer.
func (c *Context) replace(p *Param, value *tensor.Tensor) *Context {
	derived := *c
	derived.replaced = &replacement{p, value, c.replaced}
	return &derived
}

// Value returns the current value of p.
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

// Set sets the value of p. Later calls of Value return it. In a context of Holding, it
// does nothing for the parameters that are held.
func (c *Context) Set(p *Param, v *tensor.Tensor) {
	if !c.held[p] {
		c.trace.values[p] = v
	}
}

// Changed returns those of params that have a new value in this trace.
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
// each call in a trace gives different numbers.
func (c *Context) draw() (key, counter *tensor.Tensor) {
	if c.trace.random == nil {
		tensor.Misuse("nn", nil, "random numbers are drawn, but the context has no source of randomness")
	}
	c.trace.streams++
	return c.trace.random(fmt.Sprintf("draw %d", c.trace.streams))
}

// Uniform draws numbers from U(lo, hi), float32. It panics with a
// *[tensor.MisuseError] in a context without randomness.
func (c *Context) Uniform(lo, hi float64, shape ...int) *tensor.Tensor {
	key, counter := c.draw()
	return tensor.RandomUniform(key, counter, shape...).Scale(hi - lo).Plus(lo)
}

// Normal draws standard normal numbers, float32. It panics with a
// *[tensor.MisuseError] in a context without randomness.
func (c *Context) Normal(shape ...int) *tensor.Tensor {
	key, counter := c.draw()
	return tensor.RandomNormal(key, counter, shape...)
}
