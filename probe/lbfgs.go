package probe

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// Settings of L-BFGS.
const (
	lbfgsMemory   = 12   // pairs of steps and changes of the gradient
	lbfgsDecrease = 1e-4 // part of the predicted decrease that a step must give
	lbfgsHalvings = 40   // of a step
)

// minimise changes x to a minimum of a convex function by L-BFGS (Nocedal and Wright 2006,
// algorithm 7.5) with backtracking. f returns the value at x and sets the gradient. The
// search ends when no element of the gradient is greater than tolerance, after the given
// number of steps, or when no step lowers the value, because it is exact to rounding. (The
// solver of gonum/optimize would add a module to the command.)
func minimise(f func(x, gradient []float64) float64, x []float64, tolerance float64, steps int) {
	n := len(x)
	gradient, direction := make([]float64, n), make([]float64, n)
	next, nextGradient := make([]float64, n), make([]float64, n)
	var moves, changes [][]float64 // the newest last
	value := f(x, gradient)
	for step := 0; step < steps && floats.Norm(gradient, math.Inf(1)) > tolerance; step++ {
		descend(direction, gradient, moves, changes)
		slope := floats.Dot(gradient, direction)
		length, halvings := 1.0, 0
		if step == 0 {
			length = 1 / floats.Norm(gradient, 2)
		}
		nextValue := 0.0
		for ; halvings < lbfgsHalvings; halvings++ {
			floats.AddScaledTo(next, x, length, direction)
			nextValue = f(next, nextGradient)
			if nextValue <= value+lbfgsDecrease*length*slope {
				break
			}
			length /= 2
		}
		if halvings == lbfgsHalvings {
			return
		}
		move, change := make([]float64, n), make([]float64, n)
		if len(moves) == lbfgsMemory { // use the memory of the oldest pair
			move, change = moves[0], changes[0]
			moves, changes = moves[1:], changes[1:]
		}
		floats.SubTo(move, next, x)
		floats.SubTo(change, nextGradient, gradient)
		if floats.Dot(move, change) > 0 {
			moves, changes = append(moves, move), append(changes, change)
		}
		copy(x, next)
		copy(gradient, nextGradient)
		value = nextValue
	}
}

// descend sets direction to the gradient, multiplied by less the approximate inverse of the
// second derivatives.
func descend(direction, gradient []float64, moves, changes [][]float64) {
	copy(direction, gradient)
	floats.Scale(-1, direction)
	if len(moves) == 0 {
		return
	}
	along := make([]float64, len(moves))
	for i := len(moves) - 1; i >= 0; i-- {
		along[i] = floats.Dot(moves[i], direction) / floats.Dot(moves[i], changes[i])
		floats.AddScaled(direction, -along[i], changes[i])
	}
	last := len(moves) - 1
	floats.Scale(floats.Dot(moves[last], changes[last])/floats.Dot(changes[last], changes[last]), direction)
	for i, move := range moves {
		back := floats.Dot(changes[i], direction) / floats.Dot(move, changes[i])
		floats.AddScaled(direction, along[i]-back, move)
	}
}
