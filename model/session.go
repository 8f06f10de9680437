package model

import (
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// A Session has what its models share: the device, the variables and the seed. Device
// and Store are required. Fields must not change after a model is compiled.
type Session struct {
	Device *engine.Device
	Store  *engine.Store // of all variables; variables that it already has keep their values
	Seed   uint64        // of initial values and of random numbers in training, such as dropout
}

// add adds the variables of list that the store does not have. Their initial values
// are drawn from the seed and the name of the variable, as in package game. Two
// variables with the same name are an error, and then the store does not change.
func (s *Session) add(list []*nn.Param) error {
	names := map[string]*tensor.Tensor{}
	for _, v := range s.Store.Variables() {
		names[v.Attr().(tensor.InputAttr).Name] = v
	}
	for _, p := range list {
		if known := names[p.Name]; known != nil && known != p.Value {
			return hint.Add(fmt.Errorf("two variables are called %q", p.Name),
				"give each network and each model of a session a different name")
		}
		names[p.Name] = p.Value
	}
	for _, p := range list {
		if _, known := s.Store.Memory(p.Value); !known {
			s.Store.Add(p.Value).Set(p.Initial(s.Seed))
		}
	}
	return nil
}
