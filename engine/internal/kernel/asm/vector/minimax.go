package main

import "math"

// minimax returns the coefficients of the polynomial p of the given degree with
// the smallest max |(p(x) - f(x)) * weight(x)| over [lo, hi]. It uses Remez's
// exchange algorithm (Remez 1934).
func minimax(lo, hi float64, degree int, f, weight func(float64) float64) []float64 {
	n := degree + 2
	points := make([]float64, n)
	for i := range points { // extrema of a Chebyshev polynomial, not at the zeros of weight
		points[i] = (lo+hi)/2 - (hi-lo)/2*math.Cos(math.Pi*(float64(i)+0.5)/float64(n))
	}
	var p []float64
	for range 20 {
		system := make([][]float64, n)
		for i, x := range points {
			power := 1.0
			for range degree + 1 {
				system[i] = append(system[i], power)
				power *= x
			}
			sign := float64(1 - i%2*2)
			system[i] = append(system[i], sign/math.Abs(weight(x)), f(x))
		}
		p = solve(system)[:degree+1]
		points = exchange(lo, hi, n, func(x float64) float64 { return (evaluate(p, x) - f(x)) * math.Abs(weight(x)) }, points)
	}
	return p
}

// exchange returns the positions of the n largest alternating extrema of e, or
// the old points if there are fewer than n.
func exchange(lo, hi float64, n int, e func(float64) float64, old []float64) []float64 {
	const grid = 4000
	var points, heights []float64
	for i := range grid + 1 {
		x := lo + (hi-lo)*float64(i)/grid
		h := e(x)
		last := len(points) - 1
		switch {
		case h == 0 || h != h:
		case last < 0 || h > 0 != (heights[last] > 0):
			points, heights = append(points, x), append(heights, h)
		case math.Abs(h) > math.Abs(heights[last]):
			points[last], heights[last] = x, h
		}
	}
	for len(points) > n { // drop the smaller of the two ends
		if math.Abs(heights[0]) < math.Abs(heights[len(heights)-1]) {
			points, heights = points[1:], heights[1:]
		} else {
			points, heights = points[:len(points)-1], heights[:len(heights)-1]
		}
	}
	if len(points) < n {
		return old
	}
	return points
}

func evaluate(p []float64, x float64) float64 {
	sum := 0.0
	for i := len(p) - 1; i >= 0; i-- {
		sum = sum*x + p[i]
	}
	return sum
}

// solve solves a linear system by elimination. The last column is the right
// side.
func solve(a [][]float64) []float64 {
	n := len(a)
	for col := range n {
		best := col
		for row := col; row < n; row++ {
			if math.Abs(a[row][col]) > math.Abs(a[best][col]) {
				best = row
			}
		}
		a[col], a[best] = a[best], a[col]
		for row := range n {
			if row == col {
				continue
			}
			times := a[row][col] / a[col][col]
			for k := col; k <= n; k++ {
				a[row][k] -= times * a[col][k]
			}
		}
	}
	x := make([]float64, n)
	for i := range x {
		x[i] = a[i][n] / a[i][i]
	}
	return x
}

// The functions to approximate, computed by their series: their closed formulas
// lose all precision near 0.

// expTail returns (e^r - 1 - r) / r^2.
func expTail(r float64) float64 {
	sum, term := 0.0, 0.5
	for k := 3; k < 25; k++ {
		sum += term
		term *= r / float64(k)
	}
	return sum
}

// logTail returns (log(1+f) - f + f^2/2) / f^3.
func logTail(f float64) float64 {
	sum, power := 0.0, 1.0
	for k := 3; k < 60; k++ {
		sum += power / float64(k)
		power *= -f
	}
	return sum
}

// log2Odd returns log2((1+s)/(1-s)) / s, with z = s^2.
func log2Odd(z float64) float64 {
	sum, power := 0.0, 2/math.Ln2
	for k := 1; k < 40; k += 2 {
		sum += power / float64(k)
		power *= z
	}
	return sum
}

// sinTail returns (sin r - r) / r^3, with z = r^2.
func sinTail(z float64) float64 {
	sum, term := 0.0, -1.0/6
	for k := 4; k < 24; k += 2 {
		sum += term
		term *= -z / float64(k*(k+1))
	}
	return sum
}

// cosTail returns (cos r - 1 + r^2/2) / r^4, with z = r^2.
func cosTail(z float64) float64 {
	sum, term := 0.0, 1.0/24
	for k := 5; k < 25; k += 2 {
		sum += term
		term *= -z / float64(k*(k+1))
	}
	return sum
}
