package measure

import (
	"math"
	"sync"

	"github.com/gander-ml/gander/random"
)

const (
	patchesPerImage = 128 // at each level, at random places
	patchImages     = 16  // images whose patches are looked at together
)

// A patcher cuts the patches of one level from the images of a set. Every image
// has its own places, which depend on the seed, the level and its number alone.
type patcher struct {
	set     *Set
	level   int
	key     [2]uint32
	workers []*pyramid // one a thread

	mean, scale []float64 // of each channel: a patch is (x - mean) * scale
}

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

// size returns the numbers in a patch, [channels, patchSide, patchSide].
func (p *patcher) size() int { return p.set.Field.Shape[0] * patchSide * patchSide }

// cut puts the patches of so many images, patchImages at the most, into dst,
// [images, patchesPerImage, size()].
func (p *patcher) cut(dst []float32, first, images int) {
	var wait sync.WaitGroup
	for k, w := range p.workers {
		wait.Go(func() {
			for i := k; i < images; i += len(p.workers) {
				w.build(p.set.At(first + i))
				size := patchesPerImage * p.size()
				p.cutImage(dst[i*size:][:size], w, random.At(p.key, uint64(first+i)))
			}
		})
	}
	wait.Wait()
}

// cutImage cuts the patches of the image whose pyramid w holds.
func (p *patcher) cutImage(dst []float32, w *pyramid, random *random.Stream) {
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

// blocks calls f for stretches of images first to end-1, of patchImages at the
// most.
func blocks(first, end int, f func(first, images int) error) error {
	for ; first < end; first += patchImages {
		if err := f(first, min(patchImages, end-first)); err != nil {
			return err
		}
	}
	return nil
}

// normalise finds the mean and the standard deviation of each channel over all
// patches. It returns false if a channel is constant; its scale is then 0. It
// calls each before a stretch of images and returns its error.
func (p *patcher) normalise(each func(done int) error) (varies bool, err error) {
	channels, area := p.set.Field.Shape[0], patchSide*patchSide
	patches := make([]float32, patchImages*patchesPerImage*p.size())
	sums, squares := make([]float64, channels), make([]float64, channels)
	err = blocks(0, p.set.Len(), func(first, images int) error {
		p.cut(patches, first, images)
		for i := 0; i < images*patchesPerImage*p.size(); i += area {
			c := i / area % channels
			for _, v := range patches[i:][:area] {
				sums[c] += float64(v)
				squares[c] += float64(v) * float64(v)
			}
		}
		return each(first + images)
	})
	if err != nil {
		return false, err
	}
	n := float64(p.set.Len() * patchesPerImage * area)
	p.mean, p.scale = make([]float64, channels), make([]float64, channels)
	varies = true
	for c := range channels {
		p.mean[c] = sums[c] / n
		variance := squares[c]/n - p.mean[c]*p.mean[c]
		if variance <= 1e-12 { // pixels are 0 to 1: less is rounding
			varies = false
			continue
		}
		p.scale[c] = 1 / math.Sqrt(variance)
	}
	return varies, nil
}
