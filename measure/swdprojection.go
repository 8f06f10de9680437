package measure

import (
	"math"
	"sync"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// Projections are not sorted. They are counted in bins of width 1/64. The distribution
// function is exact at the edges of the bins, and there are more patches than bins, so
// little is lost. Projections have a standard deviation of about 1. Those outside the
// range are counted in the first or the last bin.
const (
	swdDirections = 512
	swdRange      = 32 // bins reach from -swdRange to swdRange
	swdBins       = 4096
)

// A projector counts the projections of patches in bins.
type projector struct {
	program            *engine.Program
	patches            []float32 // [patchImages*patchesPerImage, size]
	directions, offset []float32 // [swdDirections, size] and [swdDirections]
	size               int
	aimed              []float64 // [swdDirections, size]: unit vectors
}

// newProjector returns a projector for patches of size values.
func newProjector(device *engine.Device, size int) (*projector, error) {
	const rows = patchImages * patchesPerImage
	x := tensor.Input("patches", tensor.Float32, rows, size)
	w := tensor.Input("directions", tensor.Float32, swdDirections, size)
	b := tensor.Input("offset", tensor.Float32, swdDirections)
	bin := w.MatMul(x.Transpose(1, 0)).Add(b.Reshape(swdDirections, 1))
	bin = bin.Max(tensor.Scalar(tensor.Float32, 0)).Min(tensor.Scalar(tensor.Float32, swdBins-1))
	program, err := device.Compile(nil, []*tensor.Tensor{bin})
	if err != nil {
		return nil, err
	}
	return &projector{program: program, patches: inputOf(program, x), directions: inputOf(program, w), offset: inputOf(program, b), size: size}, nil
}

// aim sets directions and offset so that one product scales the patches of p to mean 0
// and standard deviation 1, projects them, and returns the number of the bin.
func (j *projector) aim(p *patcher) {
	const area, perUnit = patchSide * patchSide, swdBins / (2.0 * swdRange)
	for d := range swdDirections {
		offset := 0.0
		for i := range j.size {
			w := j.aimed[d*j.size+i] * p.scale[i/area]
			j.directions[d*j.size+i] = float32(w * perUnit)
			offset -= w * p.mean[i/area]
		}
		j.offset[d] = float32(offset*perUnit + swdBins/2)
	}
}

// directions returns random unit vectors, [swdDirections, size], uniform on the sphere.
func directions(random *random.Stream, size int) []float64 {
	all := make([]float64, swdDirections*size)
	for d := range swdDirections {
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

// count adds the projections of the first n patches to counts, [swdDirections,
// swdBins].
func (j *projector) count(counts []uint32, n, threads int) {
	j.program.Run()
	bins := j.program.Output(0).Float32()
	const rows = patchImages * patchesPerImage
	var wait sync.WaitGroup
	for k := range threads {
		wait.Go(func() {
			for d := k; d < swdDirections; d += threads {
				table := counts[d*swdBins:][:swdBins]
				for _, bin := range bins[d*rows:][:n] {
					table[int32(bin)]++
				}
			}
		})
	}
	wait.Wait()
}

// wasserstein returns the distance between two distributions on a line, given their counts
// in the bins. It is the integral of |F_a - F_b| by the trapezoidal rule.
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
		sum += (before + after) / 2
		before = after
	}
	return sum * 2 * swdRange / swdBins
}
