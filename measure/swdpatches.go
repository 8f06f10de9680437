package measure

import (
	"math"
	"slices"
	"sync"

	"github.com/gander-ml/gander/random"
)

const (
	patchesPerImage = 128 // at each level, at random places
	patchImages     = 16  // images processed together
)

// A patcher extracts the patches of one level from the images of a set. The places of the
// patches in an image depend only on the key, the level and the index of the image.
type patcher struct {
	set     *Set
	level   int
	key     [2]uint32
	workers []*pyramid // one for each thread

	mean, scale []float64 // of each channel: a patch is (x - mean) * scale
}

// newPatcher returns a patcher without mean and scale.
func newPatcher(s *Set, level int, key [2]uint32, threads int) (*patcher, error) {
	p := &patcher{set: s, level: level, key: key}
	for range threads {
		w, err := newPyramid(s.Field.Shape)
		if err != nil {
			return nil, err
		}
		p.workers = append(p.workers, w)
	}
	return p, nil
}

// size returns the number of values in a patch, [channels, patchSide, patchSide].
func (p *patcher) size() int { return p.set.Field.Shape[0] * patchSide * patchSide }

// extract writes the patches of the images with these indices, at most patchImages, to
// dst, [images, patchesPerImage, size()].
func (p *patcher) extract(dst []float32, images []int) {
	var wait sync.WaitGroup
	for k, w := range p.workers {
		wait.Go(func() {
			for i := k; i < len(images); i += len(p.workers) {
				w.build(p.set.At(images[i]))
				size := patchesPerImage * p.size()
				p.extractImage(dst[i*size:][:size], w, random.At(p.key, uint64(images[i])))
			}
		})
	}
	wait.Wait()
}

// extractImage writes patches to dst, from the pyramid of an image in w.
func (p *patcher) extractImage(dst []float32, w *pyramid, random *random.Stream) {
	height, width, level := w.heights[p.level], w.widths[p.level], w.levels[p.level]
	for range patchesPerImage {
		y, x := random.Intn(height-patchSide+1), random.Intn(width-patchSide+1)
		for c := range w.channels {
			for row := range patchSide {
				copy(dst, level[(c*height+y+row)*width+x:][:patchSide])
				dst = dst[patchSide:]
			}
		}
	}
}

// normalise computes the mean and the standard deviation of each channel over all
// patches. It returns false if a channel is constant. The scale of that channel is then
// 0. After every patchImages images it calls each, and returns its error.
func (p *patcher) normalise(each func(done int) error) (varies bool, err error) {
	channels, area := p.set.Field.Shape[0], patchSide*patchSide
	patches := make([]float32, patchImages*patchesPerImage*p.size())
	sums, squares := make([]float64, channels), make([]float64, channels)
	all := make([]int, p.set.Len())
	for i := range all {
		all[i] = i
	}
	for images := range slices.Chunk(all, patchImages) {
		p.extract(patches, images)
		for i := 0; i < len(images)*patchesPerImage*p.size(); i += area {
			c := i / area % channels
			for _, v := range patches[i:][:area] {
				sums[c] += float64(v)
				squares[c] += float64(v) * float64(v)
			}
		}
		if err := each(images[len(images)-1] + 1); err != nil {
			return false, err
		}
	}
	n := float64(p.set.Len() * patchesPerImage * area)
	p.mean, p.scale = make([]float64, channels), make([]float64, channels)
	varies = true
	for c := range channels {
		p.mean[c] = sums[c] / n
		variance := squares[c]/n - p.mean[c]*p.mean[c]
		if variance <= 1e-12 { // pixels are 0 to 1: a smaller variance is a rounding error
			varies = false
			continue
		}
		p.scale[c] = 1 / math.Sqrt(variance)
	}
	return varies, nil
}
