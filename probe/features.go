package probe

import (
	"context"
	"errors"
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
	classes int // of the class that the features read; 0: they read none
	run     *engine.Batcher

	statistics *engine.Program // nil: the network has no running statistics
	x, pass    engine.Memory   // inputs of statistics
	running    []engine.Memory
}

// NewFeatures compiles the features of a network: those of [Pooled] with all hidden layers.
// store holds the values of its parameters. It returns an error if the hidden layers read
// conditions, because features of an example must not depend on its class, or if there are
// none.
func NewFeatures(device *engine.Device, store *engine.Store, network *nn.Network, side int) (*Features, error) {
	return NewFeaturesOf(device, store, network, Pooled(network, nil, side))
}

// NewFeaturesOf is [NewFeatures] for other features, such as [LastHidden]. of traces them for
// a batch x; it returns nil if there are none. They are flattened.
func NewFeaturesOf(device *engine.Device, store *engine.Store, network *nn.Network, of Of) (*Features, error) {
	return newFeatures(device, store, network, of, 0)
}

// NewFeaturesOfClasses is [NewFeaturesOf] for a network that may read a class of the given
// number. The features are then means over the features for each class, so that they do
// not depend on the class of an example. Collect is then an error.
func NewFeaturesOfClasses(device *engine.Device, store *engine.Store, network *nn.Network, of Of, classes int) (*Features, error) {
	return newFeatures(device, store, network, of, classes)
}

func newFeatures(device *engine.Device, store *engine.Store, network *nn.Network, of Of, classes int) (*Features, error) {
	f := &Features{example: 1}
	for _, d := range network.In {
		f.example *= d
	}
	x := tensor.Input("x", tensor.Float32, append([]int{Batch}, network.In...)...)
	class := tensor.Input("class", tensor.Int32, Batch)
	c := nn.NewContext(false, nil)
	for _, d := range network.Conditions {
		if classes > 0 && d.DType == tensor.Int32 && len(d.Shape) == 0 {
			c = c.With(d.Name, class)
		}
	}
	for _, d := range network.ActivationConditions() {
		if c.Condition(d.Name) == nil {
			return nil, hint.Add(fmt.Errorf("features of network %s: it reads the condition %s, which an example without labels does not have", network.Name, d.Name),
				"train a network without conditions")
		}
	}
	var traced *tensor.Tensor
	err := tensor.Try(func() {
		if traced = of(c, x); traced != nil {
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
	if f.run, err = engine.NewBatcher(program, x, class); err != nil {
		return nil, err
	}
	if _, reads := program.Input(class); reads {
		f.classes = classes
		return f, nil
	}
	return f, f.prepareStatistics(device, store, network, x)
}

// An Of traces features of a batch x, [Batch, in...]: [Batch, ...], or nil if there are none.
type Of = func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor

// LastHidden traces the last hidden activations of a network.
func LastHidden(network *nn.Network) Of {
	return func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
		hidden := network.Activations(c, x)
		if len(hidden) == 0 {
			return nil
		}
		return hidden[len(hidden)-1]
	}
}

// Pooled traces the hidden activations of a network: of the layers with the given numbers,
// from 1, or of all layers if there are none. Feature maps are max-pooled to at most side x
// side positions; with 0 they are not pooled. The activations of all layers are flattened
// and concatenated. A number of a layer that does not exist is misuse.
func Pooled(network *nn.Network, layers []int, side int) Of {
	return func(c *nn.Context, x *tensor.Tensor) *tensor.Tensor {
		hidden := network.Activations(c, x)
		if len(hidden) == 0 {
			return nil
		}
		chosen := layers
		if len(chosen) == 0 {
			for i := range hidden {
				chosen = append(chosen, i+1)
			}
		}
		var parts []*tensor.Tensor
		for _, k := range chosen {
			if k < 1 || k > len(hidden) {
				tensor.Misuse("features", nil, "there is no hidden layer %d; network %s has %d", k, network.Name, len(hidden))
			}
			a := hidden[k-1]
			if side > 0 {
				pool := nn.New("pool", a.Shape()[1:], nn.AdaptiveMaxPool(side))
				a = pool.Apply(nn.NewContext(false, nil), a)
			}
			parts = append(parts, a.Flatten())
		}
		return tensor.Concatenate(1, parts...)
	}
}

// prepareStatistics compiles one pass of [Features.Collect].
func (f *Features) prepareStatistics(device *engine.Device, store *engine.Store, network *nn.Network, x *tensor.Tensor) error {
	pass := tensor.Input("pass", tensor.Float32)
	c := nn.NewContext(false, nil).WithBatchStatistics(pass)
	trace := func() { network.Apply(c, x) }
	if len(network.Conditions) > 0 { // only its last layer reads them
		trace = func() { network.Activations(c, x) }
	}
	if err := tensor.Try(trace); err != nil {
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
	if f.classes > 0 {
		return errors.New("batch statistics of a network whose hidden layers read the class")
	}
	if f.statistics == nil {
		return ctx.Err()
	}
	passes := len(examples) / (Batch * f.example)
	if passes == 0 {
		return hint.Add(fmt.Errorf("batch statistics of %d examples, want at least %d", len(examples)/f.example, Batch), "choose larger data")
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
	class := make([]int32, len(examples)/f.example)
	var mean []float32
	for k := range max(f.classes, 1) {
		for i := range class {
			class[i] = int32(k)
		}
		found, err := f.run.Run(ctx, nil, engine.MemoryOf(examples), engine.MemoryOf(class))
		if err != nil {
			return nil, err
		}
		one := found[0].Float32()
		if f.classes == 0 {
			return one, nil
		}
		if mean == nil {
			mean = make([]float32, len(one))
		}
		for i, v := range one {
			mean[i] += v / float32(f.classes)
		}
	}
	return mean, nil
}

// Initialise adds the parameters of a network to a store, with initial values drawn from
// seed, for features of an untrained network.
func Initialise(store *engine.Store, network *nn.Network, seed uint64) {
	for _, p := range network.Params {
		store.Add(p.Value).Set(p.Initial(seed))
	}
}
