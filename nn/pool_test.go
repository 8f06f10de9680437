package nn_test

import (
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// TestPoolsByTheirWindows compares pooling of [2, 3, h, w] with loops over the
// elements of each window.
func TestPoolsByTheirWindows(t *testing.T) {
	x := normal(random.New(4, "x"), 2, 3, 7, 6)
	for _, p := range []nn.Pool{
		{Kernel: 2, Stride: 2}, {Kernel: 2, Stride: 2, Ceil: true}, {Kernel: 3, Stride: 2, Pad: 1},
		{Kernel: 3, Stride: 2, Pad: 1, Ceil: true}, {Kernel: 4, Stride: 3, Pad: 2, Ceil: true}, {Kernel: 3, Stride: 1},
		{Kernel: 1, Stride: 2}, {Kernel: 2, Stride: 3, Ceil: true},
	} {
		highest, mean := applied(t, nn.MaxPool(p), x), applied(t, nn.AveragePool(p), x)
		h, w := highest.Shape[2], highest.Shape[3]
		wantHighest, wantMean := make([]float64, 6*h*w), make([]float64, 6*h*w)
		for plane := range 6 {
			for i := range h {
				for j := range w {
					at := (plane*h+i)*w + j
					wantHighest[at], wantMean[at] = pooled(x.Data[plane*42:(plane+1)*42], p, i, j)
				}
			}
		}
		wantNear(t, "max pool", highest.Data, wantHighest, 0)
		wantNear(t, "average pool", mean.Data, wantMean, 1e-12)
	}
}

// pooled returns the maximum and the mean of window i, j of a plane of 7x6.
func pooled(plane []float64, p nn.Pool, i, j int) (highest, mean float64) {
	highest = math.Inf(-1)
	count := 0
	for y := i*p.Stride - p.Pad; y < min(i*p.Stride-p.Pad+p.Kernel, 7+p.Pad); y++ {
		for x := j*p.Stride - p.Pad; x < min(j*p.Stride-p.Pad+p.Kernel, 6+p.Pad); x++ {
			count++
			if y >= 0 && y < 7 && x >= 0 && x < 6 {
				highest = max(highest, plane[y*6+x])
				mean += plane[y*6+x]
			}
		}
	}
	return highest, mean / float64(count)
}

// TestSizesOfPools tests the sizes of the networks of Goodfellow et al. 2014 for
// CIFAR-10, where pooling rounds up. It also tests sizes at which PyTorch omits a
// window that would start in the padding.
func TestSizesOfPools(t *testing.T) {
	for _, c := range []struct {
		p        nn.Pool
		in, want int
	}{
		{nn.Pool{Kernel: 4, Stride: 2, Ceil: true}, 33, 16},
		{nn.Pool{Kernel: 4, Stride: 2, Ceil: true}, 15, 7},
		{nn.Pool{Kernel: 2, Stride: 2, Ceil: true}, 9, 5},
		{nn.Pool{Kernel: 2, Stride: 2}, 9, 4},
		{nn.Pool{Kernel: 2, Stride: 3, Ceil: true}, 6, 2},
		{nn.Pool{Kernel: 2, Stride: 2, Pad: 1, Ceil: true}, 3, 2},
	} {
		n := nn.New("N", []int{1, c.in}, nn.MaxPool(c.p))
		if n.Out[1] != c.want {
			t.Errorf("%+v makes %d of %d, want %d", c.p, n.Out[1], c.in, c.want)
		}
	}
	if n := nn.New("N", []int{2, 4, 6, 8}, nn.AveragePool(nn.Pool{Kernel: 2, Stride: 2})); !slices.Equal(n.Out, []int{2, 2, 3, 4}) {
		t.Errorf("pooling in 3 dimensions gives %v", n.Out)
	}
}

func TestGlobalPools(t *testing.T) {
	x := counting(1, 2, 2, 3)
	wantNear(t, "sum", applied(t, nn.GlobalSum, x).Data, []float64{15, 51}, 0)
	wantNear(t, "mean", applied(t, nn.GlobalMean, x).Data, []float64{2.5, 8.5}, 1e-15)
	vector := &tensor.Array{DType: tensor.Float64, Shape: []int{1, 2}, Data: []float64{3, 4}}
	wantNear(t, "mean without space", applied(t, nn.GlobalMean, vector).Data, []float64{3, 4}, 0)
}
