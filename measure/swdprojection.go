package measure

import (
	"math"
	"sync"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/internal/stream"
	"github.com/gander-ml/gander/tensor"
)

const (
	swdDirections = 512
	swdTogether   = 128 // directions that are looked at together
	swdBins       = 8192
)

// Projections are not sorted but counted in bins, narrow where there are many:
// x lies in bin floor((squash(x) + 1) swdBins/2) with squash(x) = x / (|x| +
// swdMiddle). The distribution functions at the edges of the bins are exact.
const swdMiddle = 2.0

// edge returns the lower edge of bin k.
func edge(k int) float64 {
	u := 2*float64(k)/swdBins - 1
	return swdMiddle * u / (1 - math.Abs(u))
}

// A projector counts where the projections of patches lie.
type projector struct {
	program            *engine.Program
	patches            []float32 // [patchImages*patchesPerImage, size]
	directions, offset []float32 // [swdTogether, size] and [swdTogether]
	size               int
}

func newProjector(device *engine.Device, size int) (*projector, error) {
	const rows = patchImages * patchesPerImage
	x := tensor.Input("patches", tensor.Float32, rows, size)
	w := tensor.Input("directions", tensor.Float32, swdTogether, size)
	b := tensor.Input("offset", tensor.Float32, swdTogether)
	y := w.MatMul(x.Transpose(1, 0)).Add(b.Reshape(swdTogether, 1))
	bin := y.Div(y.Abs().Plus(swdMiddle)).Plus(1).Scale(swdBins / 2).Floor()
	bin = bin.Max(tensor.Scalar(tensor.Float32, 0)).Min(tensor.Scalar(tensor.Float32, swdBins-1))
	program, err := device.Compile(nil, []*tensor.Tensor{bin.Convert(tensor.Int32)})
	if err != nil {
		return nil, err
	}
	memory := func(t *tensor.Tensor) []float32 { m, _ := program.Input(t); return m.Float32() }
	return &projector{program, memory(x), memory(w), memory(b), size}, nil
}

// aim sets the directions, [swdTogether, size], of unit length, for patches that
// p normalises.
func (j *projector) aim(directions []float64, p *patcher) {
	area := patchSide * patchSide
	for d := range swdTogether {
		offset := 0.0
		for i := range j.size {
			w := directions[d*j.size+i] * p.scale[i/area]
			j.directions[d*j.size+i] = float32(w)
			offset -= w * p.mean[i/area]
		}
		j.offset[d] = float32(offset)
	}
}

// directions draws unit vectors, uniform on the sphere.
func directions(random *stream.Stream, n, size int) []float64 {
	all := make([]float64, n*size)
	for d := range n {
		one, sum := all[d*size:][:size], 0.0
		for i := range one {
			one[i] = random.Normal()
			sum += one[i] * one[i]
		}
		for i := range one {
			one[i] /= math.Sqrt(sum)
		}
	}
	return all
}

// count adds the projections of the first n patches to counts, [swdTogether,
// swdBins].
func (j *projector) count(counts []uint32, n, threads int) {
	j.program.Run()
	bins := j.program.Output(0).Int32()
	const rows = patchImages * patchesPerImage
	var wait sync.WaitGroup
	for k := range threads {
		wait.Go(func() {
			for d := k; d < swdTogether; d += threads {
				table := counts[d*swdBins:][:swdBins]
				for _, bin := range bins[d*rows:][:n] {
					table[bin]++
				}
			}
		})
	}
	wait.Wait()
}

// wasserstein returns the distance between two distributions on a line from
// their counts in the bins, the integral of |F_a - F_b|, by trapezoids.
func wasserstein(a, b []uint32) float64 {
	var totalA, totalB uint64
	for k, v := range a {
		totalA += uint64(v)
		totalB += uint64(b[k])
	}
	var belowA, belowB uint64
	sum, before := 0.0, 0.0
	for k, v := range a {
		belowA += uint64(v)
		belowB += uint64(b[k])
		after := math.Abs(float64(belowA)/float64(totalA) - float64(belowB)/float64(totalB))
		if before > 0 || after > 0 {
			sum += (before + after) / 2 * (edge(k+1) - edge(k))
		}
		before = after
	}
	return sum
}
