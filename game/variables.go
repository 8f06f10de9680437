package game

import (
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// variables are everything a round changes: parameters, optimiser slots,
// averages, and the number of the round, which is also the random counter.
type variables struct {
	step     *tensor.Tensor // uint32, rounds played
	all      []*nn.Param    // in the order in which they are saved
	slots    map[*nn.Param][]*nn.Param
	averages map[*nn.Param]*nn.Param
}

func newVariables(players []*Player) *variables {
	v := &variables{
		step:     tensor.Input("step", tensor.Uint32),
		slots:    map[*nn.Param][]*nn.Param{},
		averages: map[*nn.Param]*nn.Param{},
	}
	for _, p := range players {
		for _, n := range p.Networks {
			v.all = append(v.all, n.Params...)
		}
		for _, param := range p.params() {
			v.follow(p, param)
		}
	}
	return v
}

// follow makes the slots and the average of one parameter.
func (v *variables) follow(p *Player, param *nn.Param) {
	for _, name := range p.Optimizer.Slots() {
		slot := nn.NewParam(name+"/"+param.Name, param.Value.DType(), nn.Zeros, param.Value.Shape()...)
		v.slots[param] = append(v.slots[param], slot)
		v.all = append(v.all, slot)
	}
	if p.Average > 0 {
		average := nn.NewParam(AveragePrefix+param.Name, param.Value.DType(), param.Init, param.Value.Shape()...)
		v.averages[param] = average
		v.all = append(v.all, average)
	}
}

// AveragePrefix begins the name of the moving average of a parameter.
const AveragePrefix = "average/"

// initialise fills the store with initial values, drawn for each parameter
// from the stream of its name under seed. An average begins as its parameter.
func (v *variables) initialise(store *engine.Store, seed uint64) {
	store.Add(v.step)
	for _, p := range v.all {
		a := tensor.NewArray(p.Value.DType(), p.Value.Shape()...)
		p.Init(a.Data, a.Shape, random.New(seed, "initial value of "+p.Name))
		store.Add(p.Value).Set(a)
	}
	for param, average := range v.averages {
		from, _ := store.Memory(param.Value)
		copy(store.Add(average.Value).Bytes, from.Bytes)
	}
}
