package probe

import (
	"context"
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// Batch is the number of examples in one run of the network, also in each pass of
// [Features.Collect]. It is the size of a minibatch in Radford et al. 2016.
const Batch = 128

// Features computes features from the hidden activations of a network. Feature maps are
// max-pooled to at most side x side positions, see [nn.AdaptiveMaxPool], and all numbers
// of all layers are concatenated. Radford et al. 2016 have 4 positions a side. Features
// is not safe for concurrent use.
type Features struct {
	Size int // number of features of an example

	example int // numbers of an example
	run     *engine.Batcher

	statistics *engine.Program // nil: the network has no running statistics
	x, pass    engine.Memory   // inputs of statistics
	running    []engine.Memory
}

// NewFeatures compiles the features of a network. store holds the values of its
// parameters. It returns an error if the network reads conditions, because features of
// an example must not depend on its class, or if it has no hidden activations.
func NewFeatures(device *engine.Device, store *engine.Store, network *nn.Network, side int) (*Features, error) {
	return NewFeaturesOf(device, store, network, func(_ *nn.Context, x *tensor.Tensor) *tensor.Tensor {
		return pooledActivations(network, x, side)
	})
}

// NewFeaturesOf is [NewFeatures] for other features, such as those of one layer. of traces
// them for a batch x; it returns nil if there are none. They are flattened.
func NewFeaturesOf(device *engine.Device, store *engine.Store, network *nn.Network, of func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor) (*Features, error) {
	if len(network.Conditions) > 0 {
		return nil, hint.Add(fmt.Errorf("features of network %s: it reads the condition %s, which an example without labels does not have", network.Name, network.Conditions[0].Name),
			"train a network without conditions")
	}
	f := &Features{example: 1}
	for _, d := range network.In {
		f.example *= d
	}
	x := tensor.Input("x", tensor.Float32, append([]int{Batch}, network.In...)...)
	var traced *tensor.Tensor
	err := tensor.Try(func() {
		if traced = of(nn.NewContext(false, nil), x); traced != nil {
			traced = traced.Flatten()
		}
	})
	if err != nil {
		return nil, fmt.Errorf("features of network %s: %w", network.Name, err)
	}
	if traced == nil {
		return nil, fmt.Errorf("features of network %s: it has no hidden layers", network.Name)
	}
	f.Size = traced.Dim(1)
	program, err := device.Compile(store, []*tensor.Tensor{traced})
	if err != nil {
		return nil, fmt.Errorf("features of network %s: %w", network.Name, err)
	}
	if f.run, err = engine.NewBatcher(program, x); err != nil {
		return nil, err
	}
	return f, f.prepareStatistics(device, store, network, x)
}

// LastHidden traces the last hidden activations of a network, for [NewFeaturesOf].
func LastHidden(network *nn.Network) func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
	return func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
		hidden := network.Activations(c, x)
		if len(hidden) == 0 {
			return nil
		}
		return hidden[len(hidden)-1]
	}
}

// pooledActivations traces the features of a batch: [batch, size], or nil if there are
// none.
func pooledActivations(network *nn.Network, x *tensor.Tensor, side int) *tensor.Tensor {
	var parts []*tensor.Tensor
	for _, a := range network.Activations(nn.NewContext(false, nil), x) {
		pool := nn.New("pool", a.Shape()[1:], nn.AdaptiveMaxPool(side))
		parts = append(parts, pool.Apply(nn.NewContext(false, nil), a).Reshape(x.Dim(0), -1))
	}
	if len(parts) == 0 {
		return nil
	}
	return tensor.Concatenate(1, parts...)
}

// prepareStatistics compiles one pass of [Features.Collect].
func (f *Features) prepareStatistics(device *engine.Device, store *engine.Store, network *nn.Network, x *tensor.Tensor) error {
	pass := tensor.Input("pass", tensor.Float32)
	c := nn.NewContext(false, nil).WithBatchStatistics(pass)
	if err := tensor.Try(func() { network.Apply(c, x) }); err != nil {
		return fmt.Errorf("features of network %s: %w", network.Name, err)
	}
	var updates []engine.Update
	for _, p := range c.Changed(network.Params) {
		updates = append(updates, engine.Update{Variable: p.Value, Value: c.Value(p)})
		m, _ := store.Memory(p.Value)
		f.running = append(f.running, m)
	}
	if len(updates) == 0 {
		return nil
	}
	var err error
	if f.statistics, err = device.Compile(store, nil, updates...); err != nil {
		return fmt.Errorf("features of network %s: %w", network.Name, err)
	}
	f.x, _ = f.statistics.Input(x)
	f.pass, _ = f.statistics.Input(pass)
	return nil
}

// Collect replaces the running statistics of batch normalisation by the averages of the
// statistics of batches of the given examples, as the code of Radford et al. 2016 does. The
// variance of a batch is unbiased here, and biased in their code; both differ by less than
// 1 % for a batch of 128. Without Collect the statistics are those of the training of the
// network, which has also seen samples. Examples that do not fill a batch are not used. It
// returns an error if there is no whole batch. A network without batch normalisation does
// not change.
func (f *Features) Collect(ctx context.Context, examples []float32) error {
	if f.statistics == nil {
		return ctx.Err()
	}
	passes := len(examples) / (Batch * f.example)
	if passes == 0 {
		return fmt.Errorf("batch statistics of %d examples, want at least %d", len(examples)/f.example, Batch)
	}
	for _, m := range f.running {
		clear(m.Bytes)
	}
	for i := range passes {
		if err := ctx.Err(); err != nil {
			return err
		}
		copy(f.x.Float32(), examples[i*Batch*f.example:(i+1)*Batch*f.example])
		f.pass.Float32()[0] = float32(i)
		f.statistics.Run()
	}
	return nil
}

// Of returns the features of examples, [n, in...] to [n, Size].
func (f *Features) Of(ctx context.Context, examples []float32) ([]float32, error) {
	found, err := f.run.Run(ctx, nil, engine.MemoryOf(examples))
	if err != nil {
		return nil, err
	}
	return found[0].Float32(), nil
}

// Initialise adds the parameters of a network to a store, with initial values drawn from
// seed, for features of an untrained network.
func Initialise(store *engine.Store, network *nn.Network, seed uint64) {
	for _, p := range network.Params {
		store.Add(p.Value).Set(p.Initial(seed))
	}
}
