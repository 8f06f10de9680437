package game

import (
	"testing"

	"github.com/gander-ml/gander/optim"
)

// TestHistoricalAverageIsState plays with historical averaging, k updates of one player in
// each round. The means must be variables of the game, and count all updates.
func TestHistoricalAverageIsState(t *testing.T) {
	const rate, k, weight, rounds = .1, 2, .5, 3
	g := quarrel(rate, func(a, b *Player) []Move { return Alternate(a, b, k) })
	for _, p := range g.Players {
		p.Optimizer = optim.HistoricalAverage(p.Optimizer, weight)
	}
	_, got := play(t, g, rounds)
	a, b := 1.0, -3.0
	var past [2][]float64
	pull := func(i int, value float64) float64 {
		d := 0.0
		if n := len(past[i]); n > 0 {
			d = 2 * weight * (value - average(past[i]))
		}
		past[i] = append(past[i], value)
		return d
	}
	for range rounds {
		for range k {
			a -= rate * (2*(a-b) + pull(0, a))
		}
		b -= rate * (2*(b-2*a) + pull(1, b))
	}
	for name, want := range map[string]float64{
		"A.0.w": a, "B.0.w": b, "history/A.0.w": average(past[0]), "history/B.0.w": average(past[1]),
	} {
		if v, ok := got[name]; !ok || !near(v, want) {
			t.Errorf("%s is %g (exists: %t), want %g", name, v, ok, want)
		}
	}
}

func average(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}
