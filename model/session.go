package model

import (
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// A Session is what models have in common. Device and Store are required. Fields
// must not change once a model is compiled.
type Session struct {
	Device *engine.Device
	Store  *engine.Store // of all variables; what it has already keeps its value
	Seed   uint64        // of initial values and of what networks draw in training
}

// add makes variables of those of list that the store does not have, with
// initial values drawn from the stream of each one's name, as package game does.
// Two variables of one name are an error, and the store stays as it is.
func (s *Session) add(list []*nn.Param) error {
	names := map[string]*tensor.Tensor{}
	for _, v := range s.Store.Variables() {
		names[v.Attr().(tensor.InputAttr).Name] = v
	}
	for _, p := range list {
		if known := names[p.Name]; known != nil && known != p.Value {
			return hint.Add(fmt.Errorf("two variables are called %q", p.Name),
				"give each network and each model of a session a name of its own")
		}
		names[p.Name] = p.Value
	}
	for _, p := range list {
		if _, known := s.Store.Memory(p.Value); !known {
			a := tensor.NewArray(p.Value.DType(), p.Value.Shape()...)
			p.Init(a.Data, a.Shape, random.New(s.Seed, "initial value of "+p.Name))
			s.Store.Add(p.Value).Set(a)
		}
	}
	return nil
}
