package measure

import (
	"fmt"

	"github.com/gander-ml/gander/hint"
)

const (
	patchSide = 7
	minSide   = 2 * patchSide // the shortest side after halving
)

// A pyramid computes the Laplacian pyramid of images (Burt and Adelson 1983) as Karras et
// al. 2018 do. An image is smoothed and halved. The level is the difference between the
// image and the smoothed half, enlarged again. The half is the image of the next level.
// The last level is the last half itself. A pyramid is not safe for concurrent use.
type pyramid struct {
	channels int
	heights  []int // of each level, the finest first
	widths   []int
	levels   [][]float32 // of the last image: [channels, height, width]
	smooth   []float32   // memory for one channel
	line     []float32   // memory for a row or column with its mirrored ends
}

// newPyramid returns the pyramid of images of shape, [channels, height, width]:
// sides are halved while they are even and their halves are at least leastSide.
func newPyramid(shape []int) (*pyramid, error) {
	p := &pyramid{channels: shape[0]}
	h, w := shape[1], shape[2]
	if h < patchSide || w < patchSide {
		return nil, hint.Add(fmt.Errorf("images of %dx%d are smaller than the patches of %dx%d", h, w, patchSide, patchSide),
			"this measure is for images of %d pixels or more", patchSide)
	}
	for {
		p.heights, p.widths = append(p.heights, h), append(p.widths, w)
		p.levels = append(p.levels, make([]float32, p.channels*h*w))
		if h%2 != 0 || w%2 != 0 || h/2 < minSide || w/2 < minSide {
			break
		}
		h, w = h/2, w/2
	}
	p.smooth, p.line = make([]float32, shape[1]*shape[2]), make([]float32, max(shape[1], shape[2])+4)
	return p, nil
}

// build computes the levels of image.
func (p *pyramid) build(image []float32) {
	copy(p.levels[0], image)
	for l := range len(p.levels) - 1 {
		h, w := p.heights[l], p.widths[l]
		for c := range p.channels {
			fine, coarse := p.levels[l][c*h*w:][:h*w], p.levels[l+1][c*h*w/4:][:h*w/4]
			smooth := p.smooth[:h*w]
			copy(smooth, fine)
			p.binomial(smooth, h, w)
			for y := range h / 2 {
				for x := range w / 2 {
					coarse[y*w/2+x] = smooth[2*y*w+2*x]
				}
			}
			clear(smooth)
			for y := range h / 2 {
				for x := range w / 2 {
					smooth[2*y*w+2*x] = 4 * coarse[y*w/2+x]
				}
			}
			p.binomial(smooth, h, w)
			for i, v := range smooth {
				fine[i] -= v
			}
		}
	}
}

// binomial smooths an image, [h, w], in place with (1, 4, 6, 4, 1)/16 along both axes.
// Beyond the edge the image is mirrored, without repeating the edge. h and w are at least
// 3.
func (p *pyramid) binomial(image []float32, h, w int) {
	for y := range h {
		binomialLine(image[y*w:], p.line[:w+4], 1)
	}
	for x := range w {
		binomialLine(image[x:], p.line[:h+4], w)
	}
}

// binomialLine smooths the elements of line with the given stride, in place. It uses wide
// as memory: for these elements and two more at each end.
func binomialLine(line, wide []float32, stride int) {
	n := len(wide) - 4
	for i := range n {
		wide[2+i] = line[i*stride]
	}
	wide[0], wide[1], wide[n+2], wide[n+3] = wide[4], wide[3], wide[n], wide[n-1]
	for i := range n {
		line[i*stride] = (wide[i] + 4*wide[i+1] + 6*wide[i+2] + 4*wide[i+3] + wide[i+4]) / 16
	}
}
