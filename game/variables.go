package game

import (
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// variables are the variables that a round changes: parameters, optimiser slots,
// averages, and the number of the round, which is also the counter of random numbers.
type variables struct {
	step     *tensor.Tensor // uint32, number of rounds played
	all      []*nn.Param    // in the order in which they are saved
	slots    map[slotKey][]*nn.Param
	averages map[*nn.Param]*nn.Param
	fromZero map[*nn.Param]bool    // averages that begin at 0
	moves    map[*Player]*nn.Param // uint32, updates so far; nil unless rounds differ or the player is gated
	names    map[string]*nn.Param
}

// slotKey identifies the slots of a parameter. Each player that may change the
// parameter has its own slots.
type slotKey struct {
	player *Player
	param  *nn.Param
}

// newVariables makes the variables of a game. A network may belong to several
// players. Two variables with the same name are misuse.
func newVariables(g *Game) *variables {
	v := &variables{
		step:     tensor.Input("step", tensor.Uint32),
		slots:    map[slotKey][]*nn.Param{},
		averages: map[*nn.Param]*nn.Param{},
		fromZero: map[*nn.Param]bool{},
		moves:    map[*Player]*nn.Param{},
		names:    map[string]*nn.Param{},
	}
	for _, p := range g.Players {
		for _, n := range p.Networks {
			for _, param := range n.Params {
				v.add(param)
			}
		}
		if len(g.Phases) > 0 || p.Gated {
			v.moves[p] = nn.NewParam("updates/"+p.Name, tensor.Uint32, nn.Zeros)
			v.add(v.moves[p])
		}
		for _, param := range p.params() {
			v.addState(p, param)
		}
	}
	return v
}

// add adds a variable, unless it was added before.
func (v *variables) add(p *nn.Param) {
	switch known := v.names[p.Name]; known {
	case p:
		return
	case nil:
		v.names[p.Name] = p
		v.all = append(v.all, p)
	default:
		tensor.Misuse("game", []string{known.Value.String(), p.Value.String()},
			"two parameters are called %q: give each network a different name", p.Name)
	}
}

// addState adds the optimiser slots and the average of one parameter.
func (v *variables) addState(p *Player, param *nn.Param) {
	key := slotKey{p, param}
	for _, name := range p.Optimizer.Slots() {
		name += "/" + param.Name
		if v.names[name] != nil { // another player has this parameter too
			name = p.Name + " " + name
		}
		slot := nn.NewParam(name, param.Value.DType(), nn.Zeros, param.Value.Shape()...)
		v.slots[key] = append(v.slots[key], slot)
		v.add(slot)
	}
	if p.Average.Decay > 0 && v.averages[param] == nil {
		average := nn.NewParam(AveragePrefix+param.Name, param.Value.DType(), nn.Zeros, param.Value.Shape()...)
		v.averages[param], v.fromZero[param] = average, p.Average.FromZero
		v.add(average)
	}
}

// AveragePrefix begins the name of the moving average of a parameter.
const AveragePrefix = "average/"

// initialise fills the store with initial values. The values of each parameter are
// drawn from seed and the name of the parameter. The initial value of an average is
// that of its parameter, or 0 if its EMA begins at 0.
func (v *variables) initialise(store *engine.Store, seed uint64) {
	store.Add(v.step)
	for _, p := range v.all {
		store.Add(p.Value).Set(p.Initial(seed))
	}
	for param, average := range v.averages {
		if v.fromZero[param] {
			continue
		}
		from, _ := store.Memory(param.Value)
		copy(store.Add(average.Value).Bytes, from.Bytes)
	}
}

// counterOf returns the counter of random numbers, uint32[2], for a number of rounds or of
// passes, a uint32 scalar.
func counterOf(number *tensor.Tensor) *tensor.Tensor {
	return tensor.Concatenate(0, number.Reshape(1), tensor.Zeros(tensor.Uint32, 1))
}
