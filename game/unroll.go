package game

import (
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// Unroll traces updates of a player that are not kept (Metz et al. 2017, equations 7
// and 8). Each of the steps updates lowers the loss of the player. It uses the player's
// optimiser and continues from the state of the optimiser. Then Unroll calls then,
// which sees the parameters after these updates. Before Unroll returns, the parameters
// and the running statistics of the player have their previous values again.
//
// Values that then computes can be differentiated through all updates, including the
// state of the optimiser. With 0 steps, then sees the present parameters.
func (t *Trace) Unroll(p *Player, steps int, loss func() *tensor.Tensor, then func()) {
	before := map[*nn.Param]*tensor.Tensor{}
	for _, n := range p.Networks {
		for _, param := range n.Params {
			before[param] = t.Value(param)
		}
	}
	params := p.params()
	slots := make([][]*tensor.Tensor, len(params))
	for i, param := range params {
		for _, s := range t.round.vars.slots[slotKey{p, param}] {
			slots[i] = append(slots[i], t.Value(s))
		}
	}
	updates := t.round.updatesOf(p)
	for step := range steps {
		values := make([]*tensor.Tensor, len(params))
		for i, param := range params {
			values[i] = t.Value(param)
		}
		gradients := tensor.Grads(loss(), values...)
		if all, ok := p.Optimizer.(optim.Transformer); ok {
			gradients = all.Transform(gradients)
		}
		for i, param := range params {
			var next *tensor.Tensor
			next, slots[i] = p.Optimizer.Next(values[i], slots[i], gradients[i], updates.Plus(float64(step)))
			t.Set(param, next)
		}
	}
	then()
	for param, value := range before {
		t.Set(param, value)
	}
}
