package session

import (
	"context"

	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// A mover is who moves: D, G, or both at the same time.
type mover string

const (
	moveD    mover = "D"
	moveG    mover = "G"
	moveBoth mover = "both"
)

// moves returns the moves of a round, which is Algorithm 1 unless both move together.
func (s Settings) moves() []mover {
	if s.Together {
		return []mover{moveBoth}
	}
	var list []mover
	for range s.KD {
		list = append(list, moveD)
	}
	for range s.KG {
		list = append(list, moveG)
	}
	return list
}

// A table is where the game is played: a trainer that makes one move at a time. For the
// trainer each kind of move is a separate round. So a round in slow motion, move by move,
// has the same bytes as a round at full speed.
type table struct {
	players
	trainer *game.Trainer
	next    mover // of the next move
}

// newTable compiles the moves.
func newTable(p players, fill *source, compile func(*game.Game) (*game.Trainer, error)) (t *table, err error) {
	t = &table{players: p}
	d := &game.Player{Name: "D", Optimizer: p.optimizer(p.optimizerOfD(), p.RateD, p.Clip)}
	g := &game.Player{Name: "G", Optimizer: p.optimizer(p.Optimizer, p.RateG, 0), Average: optim.EMA{Decay: p.Average}}
	d.Networks, g.Networks = append(d.Networks, p.D), append(g.Networks, p.G)
	phase := func(who mover, players ...*game.Player) game.Phase {
		return game.Phase{When: func(int64) bool { return t.next == who }, Round: game.Simultaneous(players...)}
	}
	rules := &game.Game{
		Players: []*game.Player{g, d}, Batch: p.Batch, Round: game.Simultaneous(d),
		Phases: []game.Phase{phase(moveG, g)},
		Inputs: []game.Input{
			{Name: inputX, DType: tensor.Float32, Shape: []int{p.Batch, 2}},
			{Name: inputZ, DType: tensor.Float32, Shape: []int{p.Batch, p.Latent}},
		},
		Play: func(play *game.Trace) game.Losses { return t.play(play, d) },
	}
	if p.Together {
		rules.Phases = append(rules.Phases, phase(moveBoth, d, g))
	}
	t.trainer, err = compile(rules)
	return t, err
}

// play traces a play.
func (t *table) play(play *game.Trace, d *game.Player) game.Losses {
	x, made := play.Data(inputX), t.G.Apply(play.Context, play.Data(inputZ))
	losses := game.Losses{"D": t.lossD(play.Context, x, made)}
	if t.Unroll == 0 {
		losses["G"] = t.lossG(play.Context, x, made)
		return losses
	}
	again := func() *tensor.Tensor { return t.lossD(play.Context, x, made) }
	play.Unroll(d, t.Unroll, again, func() { losses["G"] = again().Neg() })
	return losses
}

// move lets the mover make one move.
func (t *table) move(who mover) error {
	t.next = who
	return t.trainer.Train(context.Background(), t.trainer.Step()+1, nil)
}
