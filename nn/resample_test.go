package nn_test

import (
	"slices"
	"testing"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// filtered applies the filter [1,3,3,1] x [1,3,3,1] of the given sum to a plane, as
// StyleGAN2 defines it: insert zeros between and around the elements, convolve, and
// take every step-th value.
func filtered(plane []float64, h, w, up, low, high, step int, sum float64) []float64 {
	taps := []float64{1, 3, 3, 1}
	at := func(y, x int) float64 {
		if y < 0 || x < 0 || y%up != 0 || x%up != 0 || y/up >= h || x/up >= w {
			return 0
		}
		return plane[y/up*w+x/up]
	}
	var out []float64
	for y := -low; y+4 <= h*up+high; y += step {
		for x := -low; x+4 <= w*up+high; x += step {
			total := 0.0
			for i, a := range taps {
				for j, b := range taps {
					total += a * b / 64 * sum * at(y+i, x+j)
				}
			}
			out = append(out, total)
		}
	}
	return out
}

func TestFilteredResampling(t *testing.T) {
	x := normal(random.New(5, "x"), 1, 2, 4, 6)
	up, down := applied(t, nn.UpsampleFiltered, x), applied(t, nn.DownsampleFiltered, x)
	if !slices.Equal(up.Shape, []int{1, 2, 8, 12}) || !slices.Equal(down.Shape, []int{1, 2, 2, 3}) {
		t.Fatalf("up-sampling gives %v, down-sampling %v", up.Shape, down.Shape)
	}
	var wantUp, wantDown []float64
	for _, plane := range [][]float64{x.Data[:24], x.Data[24:]} {
		wantUp = append(wantUp, filtered(plane, 4, 6, 2, 2, 1, 1, 4)...)
		wantDown = append(wantDown, filtered(plane, 4, 6, 1, 1, 1, 2, 1)...)
	}
	wantNear(t, "up", up.Data, wantUp, 1e-12)
	wantNear(t, "down", down.Data, wantDown, 1e-12)
}

// TestFilteredUpIsBilinear checks that a linear function stays linear away from the
// edges. The new positions are a quarter to each side of the old ones.
func TestFilteredUpIsBilinear(t *testing.T) {
	up := applied(t, nn.UpsampleFiltered, counting(1, 1, 5))
	want := []float64{0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75}
	wantNear(t, "line", up.Data[1:9], want, 1e-12)
}

func TestNearestRepeats(t *testing.T) {
	x := &tensor.Array{DType: tensor.Float64, Shape: []int{1, 1, 2, 2}, Data: []float64{1, 2, 3, 4}}
	want := []float64{1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4}
	wantNear(t, "nearest", applied(t, nn.UpsampleNearest(2), x).Data, want, 0)
}

// TestPixelShuffle compares with the index formula of PyTorch: channel c, place
// y, x comes from channel c r^2 + (y mod r) r + x mod r at y/r, x/r.
func TestPixelShuffle(t *testing.T) {
	const r, channels, h, w = 2, 3, 2, 3
	x := counting(2, channels*r*r, h, w)
	got := applied(t, nn.PixelShuffle(r), x)
	if !slices.Equal(got.Shape, []int{2, channels, h * r, w * r}) {
		t.Fatalf("the shape is %v", got.Shape)
	}
	i := 0
	for n := range 2 {
		for c := range channels {
			for y := range h * r {
				for z := range w * r {
					from := ((n*channels*r*r+c*r*r+y%r*r+z%r)*h+y/r)*w + z/r
					if got.Data[i] != x.Data[from] {
						t.Fatalf("example %d, channel %d, place %d, %d is %g, want %g", n, c, y, z, got.Data[i], x.Data[from])
					}
					i++
				}
			}
		}
	}
}
