package run

import (
	"context"
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// A Sampler draws latents and turns them into samples. It is not safe for
// concurrent use.
type Sampler struct {
	latent *engine.Program
	decode *engine.Program
	keys   map[string]*tensor.Tensor // of each draw of the latents
	count  *tensor.Tensor            // the batch's number
	z      *tensor.Tensor
}

// sampleBatch is the number of samples made at a time. It is the same for
// every sampler, so that a seed means the same samples everywhere, to the last
// bit: in a run's grids, in gander sample and in a program.
const sampleBatch = 64

// NewSampler compiles a system's generator with the parameters that present
// gives, whose memory is in store.
func NewSampler(device *engine.Device, store *engine.Store, present *nn.Context, system *recipe.System) (*Sampler, error) {
	s := &Sampler{keys: map[string]*tensor.Tensor{}, count: tensor.Input("count", tensor.Uint32, 2)}
	draw := nn.NewContext(false, func(name string) (*tensor.Tensor, *tensor.Tensor) {
		s.keys[name] = tensor.Input("key of "+name, tensor.Uint32, 2)
		return s.keys[name], s.count
	})
	var drawn, samples *tensor.Tensor
	err := tensor.Try(func() {
		drawn = system.Latent(draw, sampleBatch)
		s.z = tensor.Input("z", drawn.DType(), drawn.Shape()...)
		samples = system.Generator.Apply(present, s.z)
	})
	if err != nil {
		return nil, fmt.Errorf("sampler: %w", err)
	}
	if s.latent, err = device.Compile(nil, []*tensor.Tensor{drawn}); err != nil {
		return nil, err
	}
	s.decode, err = device.Compile(store, []*tensor.Tensor{samples})
	return s, err
}

// Latents returns latents number first to first+n-1 of those that seed gives,
// each of LatentSize numbers.
func (s *Sampler) Latents(first, n int, seed uint64) []float32 {
	for name, key := range s.keys {
		if m, ok := s.latent.Input(key); ok {
			k := random.Key(seed, "latent "+name)
			copy(m.Uint32(), k[:])
		}
	}
	begin := first % sampleBatch * s.LatentSize() // within the first batch
	end := begin + n*s.LatentSize()
	var z []float32
	for batch := first / sampleBatch; len(z) < end; batch++ {
		if m, ok := s.latent.Input(s.count); ok {
			m.Uint32()[0] = uint32(batch)
		}
		s.latent.Run()
		z = append(z, s.latent.Output(0).Float32()...)
	}
	return z[begin:end]
}

// LatentSize returns the numbers in one latent.
func (s *Sampler) LatentSize() int { return s.z.Size() / sampleBatch }

// Decode returns the samples that the generator makes of latents, one after
// the other, in the range of its outputs. It returns ctx's error when that ends
// it.
func (s *Sampler) Decode(ctx context.Context, z []float32) ([]float32, error) {
	n := len(z) / s.LatentSize()
	size := s.decode.Output(0).DType.Size()
	each := len(s.decode.Output(0).Bytes) / size / sampleBatch
	samples := make([]float32, 0, (n+sampleBatch-1)/sampleBatch*sampleBatch*each)
	for len(z) > 0 {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		some := min(len(z), sampleBatch*s.LatentSize())
		if m, ok := s.decode.Input(s.z); ok {
			clear(m.Float32()[copy(m.Float32(), z[:some]):])
		}
		s.decode.Run()
		z = z[some:]
		samples = append(samples, s.decode.Output(0).Float32()...)
	}
	return samples[:n*each], nil
}
