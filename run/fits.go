package run

import (
	"fmt"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/machine"
	"github.com/gander-ml/gander/nn"
)

// fits returns an error if the run needs more memory than the machine has. The
// estimate counts only the variables, one minibatch and the largest product of a
// play. Without this check, a typing error in the settings could end the process when
// it allocates memory. fits returns nil if the memory of the machine is not known.
func (s *Session) fits() error {
	bytes := 4 * float64(s.system.Game.Batch) // at least the random numbers of a play
	for _, in := range s.system.Game.Inputs {
		bytes += 4 * elements(in.Shape)
	}
	for _, p := range s.system.Game.Players {
		kept := 1 + len(p.Optimizer.Slots())
		if p.Average.Decay > 0 {
			kept++
		}
		for _, n := range p.Networks {
			bytes += 4 * float64(kept) * numbers(n)
		}
	}
	if err := s.enough(bytes); err != nil {
		return err
	}
	product, err := s.system.Game.LargestProduct()
	if err != nil {
		return nil // game.NewTrainer reports this error
	}
	return s.enough(bytes + 4*product)
}

// enough returns an error if the machine has less memory than the given number of
// bytes.
func (s *Session) enough(bytes float64) error {
	const GiB = 1 << 30
	if has := float64(machine.Describe().MemoryMiB) / 1024; has > 0 && bytes > has*GiB {
		return hint.Add(fmt.Errorf("recipe %s: these settings take %.3g GiB of memory or more, and this machine has %.3g", s.Config.Recipe.Name, bytes/GiB, has),
			"smaller layers or minibatches; gander recipes %s shows the settings", s.Config.Recipe.Name)
	}
	return nil
}

// numbers returns the number of values that a network learns. The number may be too
// large for an int.
func numbers(n *nn.Network) float64 {
	sum := 0.0
	for _, p := range n.Params {
		sum += elements(p.Value.Shape())
	}
	return sum
}

// elements returns the number of elements of a tensor.
func elements(shape []int) float64 {
	size := 1.0
	for _, d := range shape {
		size *= float64(d)
	}
	return size
}
