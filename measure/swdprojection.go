package measure

import (
	"math"
	"sync"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// Projections are not sorted but counted in bins of a width of 1/64: with more
// patches than bins the distribution functions at the edges, which are exact, say
// all that the sorted numbers would. Projections have a standard deviation of
// about 1; those beyond the range are counted at its end.
const (
	swdDirections = 512
	swdRange      = 32 // bins reach from -swdRange to swdRange
	swdBins       = 4096
)

// A projector counts where the projections of patches lie.
type projector struct {
	program            *engine.Program
	patches            []float32 // [patchImages*patchesPerImage, size]
	directions, offset []float32 // [swdDirections, size] and [swdDirections]
	size               int
	aimed              []float64 // [swdDirections, size]: unit vectors
}

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

// aim makes the directions take in what brings the patches of p to mean 0 and
// standard deviation 1, and then to the number of their bin.
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

// directions draws unit vectors, [swdDirections, size], uniform on the sphere.
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
		sum += (before + after) / 2
		before = after
	}
	return sum * 2 * swdRange / swdBins
}
