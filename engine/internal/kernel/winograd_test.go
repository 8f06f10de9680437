package kernel

import (
	"fmt"
	"math"
	"testing"
)

// TestWinograd correlates small images with the transforms of every instruction
// set, and checks that nothing is written outside the results.
func TestWinograd(t *testing.T) {
	for _, set := range available() {
		forms := winograds[set]
		if forms == nil {
			forms = plainWinograds
		}
		for i, w := range forms {
			if plain := plainWinograds[i]; w.Tile != plain.Tile || w.Taps != plain.Taps || w.Points != plain.Points || w.Points != w.Tile+w.Taps-1 {
				t.Fatalf("%s: form %d is F(%d, %d) of %d points", set, i, w.Tile, w.Taps, w.Points)
			}
			for _, n := range []int{16, 48} {
				t.Run(fmt.Sprintf("%s F(%d, %d) %d", set, w.Tile, w.Taps, n), func(t *testing.T) { checkWinograd(t, w, n) })
			}
		}
	}
}

func checkWinograd(t *testing.T, w *Winograd, n int) {
	const count = 3
	points := w.Points * w.Points
	plane, step := count*n+5, n
	side := w.Points + 1 // of an image; its elements are n channels
	image, taps := make([]float32, side*side*n+3), make([]float32, w.Taps*w.Taps*n)
	whole(image, 1)
	whole(taps, 2)
	var from, with, to []int32
	for i := range count {
		for p := range points {
			from = append(from, int32((p/w.Points*side+p%w.Points)*n+i))
		}
		for p := range w.Taps * w.Taps {
			with = append(with, int32(p*n))
		}
		for p := range w.Tile * w.Tile {
			to = append(to, int32((i*w.Tile*w.Tile+p)*(n+1)))
		}
	}
	left, right, products := fenced(points*plane+7), fenced(points*plane+7), fenced(points*plane+7)
	results := fenced(count*w.Tile*w.Tile*(n+1) + 7)
	w.Inputs(left, plane, step, image, from, n)
	w.Rights(right, plane, step, taps, with, n)
	for i := range products {
		products[i] = left[i] * right[i]
		if inside := i < points*plane && i%plane < count*n; inside == isFence(left[i]) || inside == isFence(right[i]) {
			t.Fatalf("cell %d: %v and %v", i, left[i], right[i])
		}
	}
	w.Results(results, to, products, plane, step, n)
	for i, got := range results {
		at, e := i/(n+1), i%(n+1)
		if at >= len(to) || e == n {
			if !isFence(got) {
				t.Fatalf("cell %d beyond the results was written", i)
			}
			continue
		}
		tile, p := at/(w.Tile*w.Tile), at%(w.Tile*w.Tile)
		var want float64
		for tap := range w.Taps * w.Taps {
			place := (p/w.Tile+tap/w.Taps)*side + p%w.Tile + tap%w.Taps
			want += float64(image[place*n+tile+e] * taps[tap*n+e])
		}
		if math.Abs(float64(got)-want) > 1e-4 {
			t.Fatalf("result %d of tile %d, channel %d, is %v, want %v", p, tile, e, got, want)
		}
	}
}
