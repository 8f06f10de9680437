package run

import (
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/internal/stream"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// latentBatch is the number of latents drawn at a time. It is part of what a
// seed means: another one would give other samples.
const latentBatch = 64

// A Sampler draws latents and turns them into samples, a batch at a time. It
// is not safe for concurrent use.
type Sampler struct {
	batch  int // of samples
	latent *engine.Program
	decode *engine.Program
	keys   map[string]*tensor.Tensor // of each draw of the latents
	count  *tensor.Tensor            // the batch's number
	z      *tensor.Tensor
}

// NewSampler compiles a system's generator for batches of the given size,
// with the parameters that present gives, whose memory is in store.
func NewSampler(device *engine.Device, store *engine.Store, present *nn.Context, system *recipe.System, batch int) (*Sampler, error) {
	s := &Sampler{batch: batch, keys: map[string]*tensor.Tensor{}, count: tensor.Input("count", tensor.Uint32, 2)}
	draw := nn.NewContext(false, func(name string) (*tensor.Tensor, *tensor.Tensor) {
		s.keys[name] = tensor.Input("key of "+name, tensor.Uint32, 2)
		return s.keys[name], s.count
	})
	var drawn, samples *tensor.Tensor
	err := tensor.Try(func() {
		drawn = system.Latent(draw, latentBatch)
		s.z = tensor.Input("z", drawn.DType(), append([]int{batch}, drawn.Shape()[1:]...)...)
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

// Latents returns n latents, each of LatentSize numbers, drawn from seed. The
// first of them do not depend on n, nor on the size of the sampler's batches.
func (s *Sampler) Latents(n int, seed uint64) []float32 {
	for name, key := range s.keys {
		if m, ok := s.latent.Input(key); ok {
			k := stream.Key(seed, "latent "+name)
			copy(m.Uint32(), k[:])
		}
	}
	z := make([]float32, 0, n*s.LatentSize())
	for i := 0; len(z) < n*s.LatentSize(); i++ {
		if m, ok := s.latent.Input(s.count); ok {
			m.Uint32()[0] = uint32(i)
		}
		s.latent.Run()
		z = append(z, s.latent.Output(0).Float32()...)
	}
	return z[:n*s.LatentSize()]
}

// LatentSize returns the numbers in one latent.
func (s *Sampler) LatentSize() int { return s.z.Size() / s.batch }

// Decode returns the samples that the generator makes of latents, one after
// the other, in the range of its outputs.
func (s *Sampler) Decode(z []float32) []float32 {
	n := len(z) / s.LatentSize()
	size := s.decode.Output(0).DType.Size()
	each := len(s.decode.Output(0).Bytes) / size / s.batch
	samples := make([]float32, 0, n*each)
	for len(z) > 0 {
		some := min(len(z), s.batch*s.LatentSize())
		if m, ok := s.decode.Input(s.z); ok {
			clear(m.Float32()[copy(m.Float32(), z[:some]):])
		}
		s.decode.Run()
		z = z[some:]
		samples = append(samples, s.decode.Output(0).Float32()...)
	}
	return samples[:n*each]
}
