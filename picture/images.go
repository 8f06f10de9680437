// Package picture makes pictures from batches of pixels: grids of samples, rows of
// interpolations, samples next to their nearest training images, and PNG files that name
// the run, step and seed they show. It exists because people judge a generator first by
// its pictures. It must not know the source of the pixels: no networks, datasets or runs.
package picture

import (
	"errors"
	"fmt"
	"math"
)

// Images is a batch of images of one size: grey (one channel), RGB (three) or
// RGBA with straight alpha (four).
type Images struct {
	N, Channels, Height, Width int
	Pixels                     []byte // [N, Channels, Height, Width], row-major
}

// FromFloats converts pixels, [n, channels, height, width] in row-major order, to bytes. lo
// becomes 0 and hi becomes 255. Values between are rounded to the nearest byte, values
// outside are clamped. If a pixel is NaN, the error has the index of its image. lo must be
// less than hi, and both must be finite.
func FromFloats(pixels []float32, n, channels, height, width int, lo, hi float32) (Images, error) {
	m := Images{N: n, Channels: channels, Height: height, Width: width, Pixels: make([]byte, len(pixels))}
	if err := m.check(); err != nil {
		return Images{}, err
	}
	span := float64(hi) - float64(lo)
	if !(span > 0) || math.IsInf(span, 0) {
		return Images{}, fmt.Errorf("pixels from %g to %g: want a finite range that rises", lo, hi)
	}
	for i, p := range pixels {
		v := (float64(p) - float64(lo)) / span
		if math.IsNaN(v) {
			return Images{}, fmt.Errorf("image %d has a pixel that is not a number (NaN)", i/m.imageSize())
		}
		m.Pixels[i] = byte(math.Round(255 * min(max(v, 0), 1)))
	}
	return m, nil
}

// Slice returns images i to j-1, in the memory of m. It panics unless 0 <= i <= j <= N.
func (m Images) Slice(i, j int) Images {
	size := m.imageSize()
	m.Pixels = m.Pixels[i*size : j*size]
	m.N = j - i
	return m
}

// imageSize returns the number of bytes of one image.
func (m Images) imageSize() int { return m.Channels * m.Height * m.Width }

// check returns an error if m has no images, or images that cannot be shown.
func (m Images) check() error {
	switch {
	case m.N <= 0:
		return errors.New("no images to show")
	case m.Channels != 1 && m.Channels != 3 && m.Channels != 4:
		return fmt.Errorf("images of %d channels cannot be shown, only of 1 (grey), 3 (RGB) or 4 (RGBA)", m.Channels)
	case m.Height <= 0 || m.Width <= 0:
		return fmt.Errorf("images of %dx%d pixels cannot be shown", m.Width, m.Height)
	case m.Height > maxSide || m.Width > maxSide:
		return fmt.Errorf("images of %dx%d pixels are too large to show, want at most %d a side", m.Width, m.Height, maxSide)
	case len(m.Pixels)%m.imageSize() != 0 || len(m.Pixels)/m.imageSize() != m.N:
		return fmt.Errorf("%d pixel values are not %d images of %d channels and %dx%d pixels",
			len(m.Pixels), m.N, m.Channels, m.Width, m.Height)
	}
	return nil
}
