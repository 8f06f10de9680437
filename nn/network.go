package nn

import "github.com/gander-ml/gander/tensor"

// A Network is a sequence of layers with their parameters.
type Network struct {
	Name       string
	In, Out    []int // shapes without the batch axis
	Params     []*Param
	Conditions []Condition // read by the layers in addition to the input
	layers     []Apply
	weighted   []bool // for each layer, whether it or a layer inside it has a weight
	reads      []int  // for each layer, the number of Conditions that it and the layers before it read
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
	n := &Network{Name: name, In: in, Out: in}
	b := &Builder{DType: dtype, name: name, owner: n}
	for i, layer := range layers {
		var apply Apply
		before := len(n.weights)
		apply, n.Out = b.Within(i, layer, n.Out)
		n.layers, n.weighted = append(n.layers, apply), append(n.weighted, len(n.weights) > before)
		n.reads = append(n.reads, len(n.Conditions))
	}
	return n
}

// Apply traces the network on x, [batch, in...], and returns [batch, out...].
// It panics with a *[tensor.MisuseError] if c has no value for a condition of the
// network, or a value of the wrong dtype or shape.
func (n *Network) Apply(c *Context, x *tensor.Tensor) *tensor.Tensor {
	n.checkConditions(n.Conditions, c, x)
	return applyAll(n.layers, c, x)
}

// checkConditions panics unless c has the given conditions for the batch x.
func (n *Network) checkConditions(conditions []Condition, c *Context, x *tensor.Tensor) {
	for _, d := range conditions {
		d.check(n.Name, c.Condition(d.Name), x)
	}
}

// lastWeighted returns the index of the last layer that has a weight, -1 if there is none.
func (n *Network) lastWeighted() int {
	last := len(n.layers) - 1
	for last >= 0 && !n.weighted[last] {
		last--
	}
	return last
}

// ActivationConditions returns the conditions that [Network.Activations] reads: those of the
// layers before the last one with a weight. A discriminator has none if only its score
// depends on the class.
func (n *Network) ActivationConditions() []Condition {
	last := n.lastWeighted()
	if last <= 0 {
		return nil
	}
	return n.Conditions[:n.reads[last-1]]
}

// Activations traces the network on x, [batch, in...], and returns its hidden
// activations: one tensor for each layer of the network that has a weight, except the last
// one. A layer with several layers inside, such as a residual block, counts as one.
//
// The activation of a layer is the last value that the layers after it compute before the
// next layer with a weight, for example convolution, normalisation, leaky ReLU. If one of
// these layers flattens feature maps, it is the last value that still has spatial axes. A
// network with fewer than two layers with weights has no hidden activations.
//
// Activations panics like [Network.Apply], but c needs only the conditions of
// [Network.ActivationConditions].
func (n *Network) Activations(c *Context, x *tensor.Tensor) []*tensor.Tensor {
	n.checkConditions(n.ActivationConditions(), c, x)
	last := n.lastWeighted()
	var hidden []*tensor.Tensor
	for i, layer := range n.layers[:max(last, 0)] {
		x = layer(c, x)
		switch newest := len(hidden) - 1; {
		case n.weighted[i]:
			hidden = append(hidden, x)
		case newest >= 0 && (x.Rank() > 2 || hidden[newest].Rank() <= 2):
			hidden[newest] = x
		}
	}
	return hidden
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

// UnitAxis returns the axis of the units, or output channels, of a weight that a layer
// created by [Builder.Weight]. ok is false for other parameters.
func (n *Network) UnitAxis(p *Param) (axis int, ok bool) {
	for _, w := range n.weights {
		if w.Param == p {
			return w.units, true
		}
	}
	return 0, false
}

// Size returns the number of elements of all parameters.
func (n *Network) Size() int {
	size := 0
	for _, p := range n.Params {
		size += p.Value.Size()
	}
	return size
}
