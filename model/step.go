package model

import (
	"slices"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// A step is the trace of one training step.
type step struct {
	number     *tensor.Tensor // uint32, number of steps before this one; also the counter of random numbers
	x, y, loss *tensor.Tensor
	variables  []*nn.Param // of the networks, and the step count and slots of the model
	updates    []engine.Update
}

// trace traces a step. It panics with a *[tensor.MisuseError] if the config is
// invalid.
func (c *Config) trace(seed uint64) *step {
	switch {
	case c.Name == "":
		tensor.Misuse("model", nil, "Config.Name is empty: give each model of a session a different name")
	case slices.Contains(c.Networks, nil):
		tensor.Misuse("model", nil, "one of Config.Networks is nil")
	case c.Loss == nil:
		tensor.Misuse("model", nil, "Config.Loss is not set: set it, to BinaryCrossEntropy for example")
	case c.Optimizer == nil:
		tensor.Misuse("model", nil, "Config.Optimizer is not set: set it, to an optim.Adam for example")
	}
	trained := c.trained()
	number := nn.NewParam(c.Name+"/step", tensor.Uint32, nn.Zeros)
	t := &step{number: number.Value, variables: []*nn.Param{number}}
	for _, n := range c.Networks {
		t.variables = append(t.variables, n.Params...)
	}
	draw := nn.Seeded(seed, tensor.Concatenate(0, t.number.Reshape(1), tensor.Zeros(tensor.Uint32, 1)))
	ctx := nn.NewContext(true, func(name string) (key, counter *tensor.Tensor) { return draw(c.Name + "/" + name) })
	var prediction *tensor.Tensor
	t.x, prediction = chain(ctx, c.Batch, c.Networks)
	t.y = tensor.Input("y", tensor.Float32, prediction.Shape()...)
	t.loss = c.Loss(prediction, t.y)
	t.update(t.number, t.number.Add(tensor.Scalar(tensor.Uint32, 1)))
	for _, n := range trained {
		for _, p := range ctx.Changed(n.Params) { // running statistics
			t.update(p.Value, ctx.Value(p))
		}
	}
	c.descend(t, trained)
	return t
}

// chain applies networks one after another to a new float32 input. It returns the
// input and the output.
func chain(ctx *nn.Context, batch int, networks []*nn.Network) (in, out *tensor.Tensor) {
	if len(networks) == 0 || batch < 1 {
		tensor.Misuse("model", nil, "%d networks and a batch of %d, want at least 1 of both", len(networks), batch)
	}
	if slices.Contains(networks, nil) {
		tensor.Misuse("model", nil, "a network is nil")
	}
	in = tensor.Input("x", tensor.Float32, append([]int{batch}, networks[0].In...)...)
	out = in
	for _, n := range networks {
		out = n.Apply(ctx, out)
	}
	return in, out
}

// trained returns the networks that are not frozen.
func (c *Config) trained() []*nn.Network {
	for _, n := range c.Frozen {
		if !slices.Contains(c.Networks, n) {
			tensor.Misuse("model", nil, "network %s is in Config.Frozen but not in Config.Networks", n.Name)
		}
	}
	var trained []*nn.Network
	for _, n := range c.Networks {
		if !slices.Contains(c.Frozen, n) && !slices.Contains(trained, n) {
			trained = append(trained, n)
		}
	}
	return trained
}

// descend adds the optimiser's update of each parameter of the networks, and makes the
// optimiser slots.
func (c *Config) descend(t *step, trained []*nn.Network) {
	var params []*nn.Param
	var values []*tensor.Tensor
	for _, n := range trained {
		for _, p := range n.Trainable() {
			params, values = append(params, p), append(values, p.Value)
		}
	}
	gradients := tensor.Grads(t.loss, values...)
	if all, ok := c.Optimizer.(optim.Transformer); ok {
		gradients = all.Transform(gradients)
	}
	before := t.number.Convert(tensor.Float32)
	for i, p := range params {
		var slots []*tensor.Tensor
		for _, name := range c.Optimizer.Slots() {
			slot := nn.NewParam(c.Name+"/"+name+"/"+p.Name, p.Value.DType(), nn.Zeros, p.Value.Shape()...)
			t.variables, slots = append(t.variables, slot), append(slots, slot.Value)
		}
		value, next := c.Optimizer.Next(p.Value, slots, gradients[i], before)
		t.update(p.Value, value)
		for j, slot := range slots {
			t.update(slot, next[j])
		}
	}
}

func (t *step) update(variable, value *tensor.Tensor) {
	t.updates = append(t.updates, engine.Update{Variable: variable, Value: value})
}
