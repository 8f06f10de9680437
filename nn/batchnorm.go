package nn

import "github.com/gander-ml/gander/tensor"

// BatchNormOptions are the options of batch normalisation.
type BatchNormOptions struct {
	Epsilon      float64     // added to the variance
	Momentum     float64     // part of the running statistics that each application replaces, in (0, 1]
	Scale, Shift Initializer // initial values for each channel; nil: no scale or shift
}

// DefaultBatchNorm are the options of [BatchNorm].
var DefaultBatchNorm = BatchNormOptions{Epsilon: normEpsilon, Momentum: .1, Scale: Constant(1), Shift: Zeros}

// BatchNorm is batch normalisation (Ioffe and Szegedy 2015). It normalises each
// channel (axis 1) to mean 0 and variance 1 over batch and space. Then it multiplies
// the channel by a learned scale and adds a learned shift. In training it also keeps
// running averages of the mean and the unbiased variance; the new value has weight
// 0.1. Outside training it uses these averages to normalise.
func BatchNorm(b *Builder, in []int) Apply { return BatchNormWith(DefaultBatchNorm)(b, in) }

// BatchNormWith is [BatchNorm] with other options.
func BatchNormWith(o BatchNormOptions) Layer {
	return func(b *Builder, in []int) Apply {
		return newBatchNorm(b, o, in, (*Context).Value, in[0]).apply
	}
}

// ConditionalBatchNorm is batch normalisation with a scale and a shift for each
// class (Dumoulin et al. 2017). Each is a table of shape [classes, channels]; an
// example uses the row of its class. class is the name of the condition, int32 in
// [0, classes). A class out of range gives NaN.
func ConditionalBatchNorm(class string, classes int, o BatchNormOptions) Layer {
	return func(b *Builder, in []int) Apply {
		b.Condition(Class(class))
		row := func(c *Context, table *Param) *tensor.Tensor { return c.Value(table).Gather(c.Condition(class)) }
		return newBatchNorm(b, o, in, row, classes, in[0]).apply
	}
}

// A batchNorm is a layer of batch normalisation.
type batchNorm struct {
	BatchNormOptions
	axes           []int
	mean, variance *Param
	scale, shift   *Param // nil: none

	// read returns the scale or the shift of a batch, [channels] or [batch, channels].
	read func(c *Context, p *Param) *tensor.Tensor
}

// newBatchNorm creates the parameters of the layer. Scale and shift have the given shape.
func newBatchNorm(b *Builder, o BatchNormOptions, in []int, read func(*Context, *Param) *tensor.Tensor, shape ...int) *batchNorm {
	n := &batchNorm{BatchNormOptions: o, axes: append([]int{0}, axesFrom(2, 1+len(in))...), read: read}
	if o.Scale != nil {
		n.scale = b.Param("scale", o.Scale, shape...)
	}
	if o.Shift != nil {
		n.shift = b.Param("shift", o.Shift, shape...)
	}
	n.mean, n.variance = b.Buffer("mean", Zeros, in[0]), b.Buffer("variance", Constant(1), in[0])
	return n
}

func (n *batchNorm) apply(c *Context, x *tensor.Tensor) *tensor.Tensor {
	d := x.Rank() - 2
	var y *tensor.Tensor
	if c.Training || c.passes != nil {
		y = n.byBatch(c, x)
		if n.scale != nil {
			y = y.Mul(perChannel(n.read(c, n.scale), d))
		}
	} else {
		factor := c.Value(n.variance).Plus(n.Epsilon).Rsqrt()
		if n.scale != nil {
			factor = factor.Mul(n.read(c, n.scale))
		}
		y = x.Sub(perChannel(c.Value(n.mean), d)).Mul(perChannel(factor, d))
	}
	if n.shift != nil {
		y = y.Add(perChannel(n.read(c, n.shift), d))
	}
	return y
}

// byBatch normalises by the statistics of the batch and updates the running ones.
func (n *batchNorm) byBatch(c *Context, x *tensor.Tensor) *tensor.Tensor {
	y, mean, variance := normalise(x, n.axes, n.Epsilon)
	count := float64(x.Size() / mean.Size())
	n.keep(c, n.mean, mean)
	n.keep(c, n.variance, variance.Scale(count/max(count-1, 1)))
	return y
}

// keep updates a running statistic. In training it uses the momentum; otherwise it
// computes the average over all passes.
func (n *batchNorm) keep(c *Context, running *Param, now *tensor.Tensor) {
	before := c.Value(running)
	after := before.Scale(1 - n.Momentum).Add(now.Scale(n.Momentum))
	if c.passes != nil {
		after = before.Add(now.Sub(before).Div(c.passes.Convert(now.DType()).Plus(1)))
	}
	c.Set(running, after.StopGradient())
}
