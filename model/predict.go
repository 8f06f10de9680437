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
// parameters, as they are outside training: dropout drops nothing, and batch
// normalisation normalises by its running statistics. It is not safe for
// concurrent use, and neither are it and a model of its session.
type Predictor struct{ batcher *engine.Batcher }

// Predictor returns a predictor for networks applied one after another, float32
// and without conditions. It computes batch examples at a time. Networks that do
// not fit one another, a batch below 1, and two variables of one name are errors.
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

// Predict returns the outputs for any number n of inputs: x is [n, in...], the
// result [n, out...], in row-major order and the caller's. Values that are not
// whole inputs are an error.
func (p *Predictor) Predict(x []float32) ([]float32, error) {
	out, err := p.batcher.Run(context.Background(), nil, engine.MemoryOf(x))
	if err != nil {
		return nil, fmt.Errorf("predictor: %w", err)
	}
	return out[0].Float32(), nil
}
