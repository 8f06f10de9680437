package model

import (
	"context"
	"errors"
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// A Predictor computes outputs of networks with the present values of their
// parameters. The networks compute as outside training: dropout is inactive, and batch
// normalisation uses its running statistics. A predictor is not safe for concurrent
// use. It must not be used at the same time as a model of its session either.
type Predictor struct{ batcher *engine.Batcher }

// Predictor returns a predictor for networks that are applied one after another. They
// must be float32 and have no conditions. It computes batch examples at a time. These
// are errors: networks with shapes that do not match, a batch below 1, and two
// variables with the same name.
func (s *Session) Predictor(batch int, networks ...*nn.Network) (*Predictor, error) {
	if s.Device == nil || s.Store == nil {
		return nil, errors.New("predictor: Session.Device and Session.Store must be set")
	}
	var in, out *tensor.Tensor
	err := tensor.Try(func() { in, out = chain(nn.NewContext(false, nil), batch, networks) })
	if err != nil {
		return nil, fmt.Errorf("predictor: %w", err)
	}
	for _, n := range networks {
		if err := s.add(n.Params); err != nil {
			return nil, fmt.Errorf("predictor: %w", err)
		}
	}
	program, err := s.Device.Compile(s.Store, []*tensor.Tensor{out})
	if err != nil {
		return nil, fmt.Errorf("predictor: %w", err)
	}
	batcher, err := engine.NewBatcher(program, in)
	if err != nil {
		return nil, fmt.Errorf("predictor: %w", err)
	}
	return &Predictor{batcher}, nil
}

// Predict returns the outputs for any number n of inputs. x is [n, in...], the result
// is [n, out...], both in row-major order. The caller may change the result. If the
// values of x are not a whole number of inputs, that is an error.
func (p *Predictor) Predict(x []float32) ([]float32, error) {
	out, err := p.batcher.Run(context.Background(), nil, engine.MemoryOf(x))
	if err != nil {
		return nil, fmt.Errorf("predictor: %w", err)
	}
	return out[0].Float32(), nil
}
