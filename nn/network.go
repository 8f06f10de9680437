package nn

import "github.com/gander-ml/gander/tensor"

// A Network is a sequence of layers with their parameters.
type Network struct {
	Name       string
	In, Out    []int // shapes without the batch axis
	Params     []*Param
	Conditions []Condition // read by the layers in addition to the input
	layers     []Apply
	weights    []weight
}

// New builds a float32 network for inputs of shape in, which excludes the batch
// axis. A parameter is named by the network, the index of its layer and its own
// name: G.0.weight. New panics with a *[tensor.MisuseError] if the shapes of the
// layers do not fit together or if two parameters have the same name.
func New(name string, in []int, layers ...Layer) *Network {
	return NewOf(tensor.Float32, name, in, layers...)
}

// NewOf builds a network with parameters of the given dtype.
func NewOf(dtype tensor.DType, name string, in []int, layers ...Layer) *Network {
	n := &Network{Name: name, In: in}
	b := &Builder{DType: dtype, name: name, owner: n}
	n.layers, n.Out = b.sequence(0, layers, in)
	return n
}

// Apply traces the network on x, [batch, in...], and returns [batch, out...].
// It panics with a *[tensor.MisuseError] if c has no value for a condition of the
// network, or a value of the wrong dtype or shape.
func (n *Network) Apply(c *Context, x *tensor.Tensor) *tensor.Tensor {
	for _, d := range n.Conditions {
		d.check(n.Name, c.Condition(d.Name), x)
	}
	return applyAll(n.layers, c, x)
}

// Trainable returns the parameters that an optimiser may change.
func (n *Network) Trainable() []*Param {
	var params []*Param
	for _, p := range n.Params {
		if !p.Buffer {
			params = append(params, p)
		}
	}
	return params
}

// Size returns the number of elements of all parameters.
func (n *Network) Size() int {
	size := 0
	for _, p := range n.Params {
		size += p.Value.Size()
	}
	return size
}
