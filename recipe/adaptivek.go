package recipe

import (
	"errors"
	"fmt"

	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/tensor"
)

// The values of [Techniques].AdaptiveK that choose who moves.
const (
	byAccuracy   = "accuracy"
	byLossChange = "loss-change"
)

// MovesOfD is the name of the statistic with the share of rounds in which D moves, if
// adaptive_k is not no. The mean number of updates of D for one of G is share/(1-share).
const MovesOfD = "moves.D"

// adaptiveK lets the plays of a pair choose how many updates of D come before an update of
// G. In each round one player moves. Each play reads a minibatch and computes the scores of
// D. They decide who moves in the next round:
//
//   - by accuracy: D if its accuracy is at most a limit, otherwise G. It is the gate of
//     3D-GAN (Wu et al. 2016, section 3.2), but an update that is left out takes no time.
//   - by loss change: D if r_D > lambda r_G, otherwise G. r = |(L - L') / L'| is the
//     relative change of a player's loss L since the play before (Ouyang and Agam 2021,
//     Accelerated WGAN update strategy with loss change rate balancing, arXiv 2008.12463).
//     The losses are those of the objective, without penalties.
//
// A player that has moved most times in a row is followed by the other one. In the first
// round D moves. The accuracy and the losses are those before the update of the play.
//
// The state is in buffers of a network that both players have, so a checkpoint contains it.
type adaptiveK struct {
	settings Techniques
	network  *nn.Network
	next     *nn.Param // 0: D moves next, 1: G
	row      *nn.Param // number of updates of the present player in a row
	lossD    *nn.Param // of the play before
	lossG    *nn.Param
}

// adapts reports whether plays choose the number of updates of D.
func (s Techniques) adapts() bool { return s.AdaptiveK != "" && s.AdaptiveK != "no" }

// prepareAdaptiveK replaces the round of the pair. It returns an error if the number of
// updates of D cannot be adapted.
func (s Techniques) prepareAdaptiveK(p *Pair) error {
	switch {
	case !s.adapts():
		return nil
	case s.gates():
		return hint.Add(fmt.Errorf("gate = %g and adaptive_k = %s: both choose the updates of D", s.Gate, s.AdaptiveK), "--set gate=1, or --set adaptive_k=no")
	case p.Phases != nil && len(p.Phases(&game.Player{Name: "D"}, &game.Player{Name: "G"})) > 0:
		return hint.Add(fmt.Errorf("adaptive_k = %s: the recipe has other rounds at some times", s.AdaptiveK), "--set adaptive_k=no, or --set warm_up=0 if the recipe has it")
	case s.AdaptiveK == byAccuracy && (p.ObjectiveOf != nil || !objective.Classifies(p.Objective)):
		return hint.Add(errors.New("adaptive_k = accuracy: D has no accuracy with the objective of this recipe"), "--set adaptive_k=%s", byLossChange)
	case p.BatchesG > 1:
		return hint.Add(errors.New("adaptive_k: a move of G has more minibatches than one of D"), "--set adaptive_k=no")
	}
	buffer := func(name string) *nn.Param {
		b := nn.NewParam("adaptive_k."+name, tensor.Float32, nn.Zeros)
		b.Buffer = true
		return b
	}
	k := &adaptiveK{settings: s, next: game.NextRound("adaptive_k.next"), row: buffer("row"), lossD: buffer("loss_d"), lossG: buffer("loss_g")}
	k.network = &nn.Network{Name: "adaptive_k", Params: []*nn.Param{k.next, k.row, k.lossD, k.lossG}}
	p.adaptive = k
	p.Round = func(d, _ *game.Player) []game.Move { return game.Simultaneous(d) }
	p.Phases = func(_, g *game.Player) []game.Phase { return []game.Phase{{Round: game.Simultaneous(g)}} }
	return nil
}

// join adds the state to a game. d and g are its players.
func (k *adaptiveK) join(rules *game.Game, d, g *game.Player) {
	d.Networks, g.Networks = append(d.Networks, k.network), append(g.Networks, k.network)
	rules.Next = k.next
}

// choose traces which player moves in the next round.
func (k *adaptiveK) choose(t *game.Trace, d, g *game.Player, now *Play, goal objective.Adversarial) {
	mover, me := d, 0.
	if t.Phase() >= 0 {
		mover, me = g, 1
	}
	var dNext *tensor.Tensor
	switch k.settings.AdaptiveK {
	case byAccuracy:
		accuracy := objective.Accuracy(goal, now.Real, now.Fake)
		t.Record(mover, "accuracy", accuracy)
		dNext = accuracy.Compare(tensor.LessEqual, tensor.Scalar(accuracy.DType(), k.settings.KAccuracy))
	case byLossChange:
		lossD, lossG := goal.Discriminator(now.Real, now.Fake).StopGradient(), goal.Generator(now.Real, now.Fake).StopGradient()
		beforeD, beforeG := t.Value(k.lossD), t.Value(k.lossG)
		// r_D > lambda r_G without a division: a loss can be 0
		rateD, rateG := lossD.Sub(beforeD).Mul(beforeG).Abs(), lossG.Sub(beforeG).Mul(beforeD).Abs()
		dNext = rateD.Compare(tensor.Greater, rateG.Scale(k.settings.KLambda))
		t.Set(k.lossD, lossD)
		t.Set(k.lossG, lossG)
	}
	row := t.Value(k.row).Plus(1)
	chosen := dNext.Select(tensor.Scalar(tensor.Float32, 0), tensor.Scalar(tensor.Float32, 1))
	long := row.Compare(tensor.GreaterEqual, tensor.Scalar(tensor.Float32, float64(max(k.settings.KMost, 1))))
	next := long.Select(tensor.Scalar(tensor.Float32, 1-me), chosen)
	same := next.Compare(tensor.Equal, tensor.Scalar(tensor.Float32, me))
	t.Set(k.row, same.Select(row, tensor.Scalar(tensor.Float32, 0)))
	t.Set(k.next, next.Convert(tensor.Uint32))
	t.Record(mover, MovesOfD, tensor.Scalar(tensor.Float32, 1-me))
}
