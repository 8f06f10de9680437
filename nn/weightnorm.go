package nn

import (
	"strings"

	"github.com/gander-ml/gander/tensor"
)

// WeightNorm separates the weight of each unit into a direction and a length
// (Salimans and Kingma 2016, equation 2): the weight of a unit is s w/|w|. Here w is
// the parameter weight of the layer, and s is the parameter weight.scale of shape
// [units]. The layer is Linear, Conv or ConvTranspose.
//
// The initial values of scale and bias depend on data (equation 6). The first
// application in training sets them so that the outputs of each unit have mean 0
// and standard deviation 1 over batch and space. It also sets the buffer
// weight.initialised from 0 to 1.
func WeightNorm(layer Layer) Layer { return weightNorm(layer, false, true) }

// WeightDirection is [WeightNorm] with scales that no optimiser changes: they
// keep the values from the first application in training.
func WeightDirection(layer Layer) Layer { return weightNorm(layer, true, true) }

// UnitWeightNorm is [WeightNorm] without initial values that depend on data: the scales
// are 1 at first, and the biases are those of the layer.
func UnitWeightNorm(layer Layer) Layer { return weightNorm(layer, false, false) }

// weightNorm is [WeightNorm]. If fixScale is true, no optimiser changes the scales. If fromData is
// false, the initial values do not depend on data.
func weightNorm(layer Layer, fixScale, fromData bool) Layer {
	return func(b *Builder, in []int) Apply {
		weights, params := len(b.owner.weights), len(b.owner.Params)
		apply := layer(b, in)
		if len(b.owner.weights) != weights+1 {
			tensor.Misuse("nn.WeightNorm", []string{b.name}, "the layer has %d weights, want 1", len(b.owner.weights)-weights)
		}
		n := &weightNormalised{weight: b.owner.weights[weights], layer: apply}
		for _, p := range b.owner.Params[params:] {
			if strings.HasSuffix(p.Name, ".bias") {
				n.bias = p
			}
		}
		name := b.relative(n.weight)
		n.scale = b.Param(name+".scale", Constant(1), n.weight.Value.Dim(n.weight.units))
		n.scale.Buffer = fixScale
		if fromData {
			n.initialised = b.Buffer(name+".initialised", Zeros)
		}
		return n.apply
	}
}

// A weightNormalised is a layer with a normalised weight.
type weightNormalised struct {
	layer       Apply
	weight      weight
	bias        *Param // nil if the layer has none
	scale       *Param
	initialised *Param // 0 or 1; nil: initial values do not depend on data
}

func (n *weightNormalised) apply(c *Context, x *tensor.Tensor) *tensor.Tensor {
	w := c.Value(n.weight.Param)
	length := w.Square().Sum(n.weight.inputs()...).Sqrt()
	inner := c.replace(n.weight.Param, w.Div(n.weight.perUnit(length)))
	if n.bias != nil {
		inner = inner.replace(n.bias, tensor.Zeros(w.DType(), n.bias.Value.Shape()...))
	}
	t := n.layer(inner, x)
	// Only the first application in a trace can be the first application in
	// training.
	if n.initialised != nil && c.Training && c.Value(n.initialised) == n.initialised.Value {
		n.initialise(c, t)
	}
	d := t.Rank() - 2
	y := t.Mul(perChannel(c.Value(n.scale), d))
	if n.bias != nil {
		y = y.Add(perChannel(c.Value(n.bias), d))
	}
	return y
}

// initialise sets scale and bias, unless they were set in an earlier application. t
// is the output with scale 1 and without bias.
func (n *weightNormalised) initialise(c *Context, t *tensor.Tensor) {
	t = t.StopGradient()
	_, mean, variance := normalise(t, append([]int{0}, axesFrom(2, t.Rank())...), 0)
	scale := variance.Plus(1e-10).Rsqrt()
	before := c.Value(n.initialised)
	done := before.Convert(tensor.Bool)
	c.Set(n.scale, done.Select(c.Value(n.scale), scale))
	if n.bias != nil {
		c.Set(n.bias, done.Select(c.Value(n.bias), mean.Mul(scale).Neg()))
	}
	c.Set(n.initialised, tensor.Scalar(before.DType(), 1))
}
