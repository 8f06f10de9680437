package game

import (
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// Gate decides whether a player is updated in the move of this play. keep is a bool scalar.
// If it is false, then the parameters of the player, the state of its optimiser, its moving
// average and the number of its updates do not change. Its running statistics do: they
// belong to the play, not to the update. No gradient flows through keep.
//
// A play must call Gate once for each player that is Gated, and for no other. Otherwise
// Gate or [NewTrainer] reports misuse. The number of updates is saved in checkpoints. The
// statistic [SkippedPrefix] is the share of updates that are skipped.
//
// 3D-GAN (Wu et al. 2016, section 3.2) updates D only if its accuracy in the last batch is
// not above 80 %.
func (t *Trace) Gate(player *Player, keep *tensor.Tensor) {
	switch {
	case keep == nil || keep.Rank() > 0 || keep.DType() != tensor.Bool:
		tensor.Misuse("game", nil, "the gate of player %q is %v, want a bool scalar", player.Name, keep)
	case !player.Gated:
		tensor.Misuse("game", nil, "a play has a gate for player %q, which is not Gated", player.Name)
	case t.gates[player] != nil:
		tensor.Misuse("game", nil, "a play has two gates for player %q", player.Name)
	}
	if t.gates == nil {
		t.gates = map[*Player]*tensor.Tensor{}
	}
	t.gates[player] = keep
}

// gateOf returns the gate of a player that moves. It is nil if the player is not gated.
func (t *Trace) gateOf(p *Player) *tensor.Tensor {
	if p.Gated && t.gates[p] == nil {
		tensor.Misuse("game", nil, "player %q is Gated, and a play has no gate for it", p.Name)
	}
	return t.gates[p]
}

// through sets a variable to value if the gate is open. A nil gate is always open.
func (r *round) through(gate *tensor.Tensor, p *nn.Param, value *tensor.Tensor) {
	if gate != nil {
		value = gate.Select(value, r.ctx.Value(p))
	}
	r.set(p, value)
}

// count counts an update of a player, if the gate is open.
func (r *round) count(p *Player, gate *tensor.Tensor) {
	r.moved[p]++
	if gate == nil {
		return
	}
	kept := gate.Convert(tensor.Uint32)
	if before := r.kept[p]; before != nil {
		kept = before.Add(kept)
	}
	r.kept[p] = kept
	share := kept.Convert(tensor.Float32).Scale(-1 / float64(r.moved[p])).Plus(1)
	r.setStatistic(SkippedPrefix+p.Name, share)
}
