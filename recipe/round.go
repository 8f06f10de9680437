package recipe

import "github.com/gander-ml/gander/game"

// Alternate is the round of Algorithm 1 of Goodfellow et al. 2014: k updates of D, then
// one of G.
func Alternate(k int) func(d, g *game.Player) []game.Move {
	return func(d, g *game.Player) []game.Move { return game.Alternate(d, g, k) }
}

// Simultaneous is the round in which both players move from one forward pass.
func Simultaneous(d, g *game.Player) []game.Move { return game.Simultaneous(d, g) }

// roundOf returns the round of the settings simultaneous and k.
func roundOf(simultaneous bool, k int) func(d, g *game.Player) []game.Move {
	if simultaneous {
		return Simultaneous
	}
	return Alternate(k)
}

// GeneratorFirst is the round in which G moves once, and then D k times.
func GeneratorFirst(k int) func(d, g *game.Player) []game.Move {
	return func(d, g *game.Player) []game.Move {
		return []game.Move{{Players: []*game.Player{g}, Times: 1}, {Players: []*game.Player{d}, Times: k}}
	}
}

// before returns the When of a phase that ends before the given round.
func before(end int) func(round int64) bool {
	return func(round int64) bool { return round < int64(end) }
}
