package reproduce

import (
	"context"
	"math"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/report/plot"
)

// Settings of the game of the theory.
const (
	gameRounds = 5000 // of Algorithm 1
	gameWarm   = 1000 // updates of D before the first round, so that the value begins at its maximum
	gameSteady = 1500 // rounds before the learning rates begin to decrease
	gamePoints = 16   // recorded states between a power of ten of rounds and the next
)

// An approach is the record of a game in one dimension that converges to p_g = p_data.
type approach struct {
	round     []float64
	value     []float64 // V(D, G)
	criterion []float64 // C(G) = max_D V(D, G)
	away      []float64 // E |D(x) - 1/2|
	last      []cell
}

// playToEnd makes warm updates of D with G fixed, and then plays rounds of Algorithm 1. The
// game converges after gameRounds.
func playToEnd(ctx context.Context, device *engine.Device, seed uint64, warm, rounds int) (*approach, error) {
	l, err := newLine(device, seed, gameWarm+gameSteady)
	if err != nil {
		return nil, err
	}
	if err := l.only(ctx, l.d, warm); err != nil {
		return nil, err
	}
	a := &approach{}
	a.record(l, 0)
	for i, played := 0, 0; played < rounds; i++ {
		next := min(int(math.Pow(10, float64(i)/gamePoints)), rounds)
		if next == played {
			continue
		}
		if err := l.train(ctx, next-played); err != nil {
			return nil, err
		}
		played = next
		a.record(l, played)
	}
	return a, nil
}

// record records the state of the game after round rounds.
func (a *approach) record(l *line, round int) {
	a.last, _ = l.evaluate()
	a.round = append(a.round, float64(round))
	a.value, a.criterion = append(a.value, value(a.last)), append(a.criterion, criterion(a.last))
	a.away = append(a.away, away(a.last))
}

// gameFound is the figures of a game at its beginning and its end.
type gameFound struct {
	Seed                         uint64
	FirstValue, FirstCriterion   float64
	LastValue, LastCriterion     float64
	LastJSD, FirstAway, LastAway float64
	WorstHalf                    float64 // largest |D - 1/2| where a density is at least a twentieth of its maximum
}

// judge returns the figures at the beginning and the end.
func (a *approach) judge(seed uint64) gameFound {
	end := len(a.round) - 1
	f := gameFound{
		Seed: seed, FirstValue: a.value[0], FirstCriterion: a.criterion[0],
		LastValue: a.value[end], LastCriterion: a.criterion[end],
		LastJSD: jsd(a.last), FirstAway: a.away[0], LastAway: a.away[end],
	}
	p, q := highest(a.last)
	for _, c := range a.last {
		if c.p >= knownShare*p || c.q >= knownShare*q {
			f.WorstHalf = max(f.WorstHalf, math.Abs(c.d()-0.5))
		}
	}
	return f
}

// draw draws the value, which converges to -log 4, and the distance of D from 1/2, from the
// first round on.
func (a *approach) draw(j *job) error {
	round := a.round[1:]
	limit, twice := make([]float64, len(round)), make([]float64, len(round))
	for i := range round {
		limit[i], twice[i] = -math.Log(4), a.criterion[1+i]+math.Log(4)
	}
	if err := j.draw("value", plot.Curves{
		XLabel: "rounds of Algorithm 1", YLabel: "value (nats)", LogX: true,
		Series: []plot.Series{
			{Name: "V(D, G)", X: round, Y: a.value[1:]},
			{Name: "C(G) = -log 4 + 2 JSD", X: round, Y: a.criterion[1:]},
			{Name: "-log 4", X: round, Y: limit, Faint: true},
		},
	}); err != nil {
		return err
	}
	return j.draw("distance", plot.Curves{
		XLabel: "rounds of Algorithm 1", YLabel: "distance from the end", LogX: true, LogY: true,
		Series: []plot.Series{
			{Name: "C(G) + log 4 = 2 JSD (nats)", X: round, Y: twice},
			{Name: "mean |D(x) - 1/2|", X: round, Y: a.away[1:]},
		},
	})
}
