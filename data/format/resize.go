package format

import (
	"fmt"
	"image"

	"golang.org/x/image/draw"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// A Fit is a way to bring a picture to another size.
type Fit string

// The ways to bring a picture to another size.
const (
	FitNone    Fit = "none"    // it must have the size
	FitCrop    Fit = "crop"    // scaled until it fills the size, what stands out is cut off on both sides
	FitPad     Fit = "pad"     // scaled until it fits into the size, with borders on both sides
	FitStretch Fit = "stretch" // width and height scaled each by its own factor
)

// Resize returns p with the given height and width in pixels, p itself if it has
// them. It scales by the cubic kernel of Catmull and Rom, and by the linear one where
// there is alpha, since the other makes colours brighter next to transparent pixels.
// Either is widened when the picture gets smaller, so that fine detail becomes its
// mean and does not alias. Colours count as much as they are opaque. The borders of [FitPad] are of the
// background, 0 black to 255 white, and transparent where p has alpha.
//
// Errors wrap [data.ErrFormat]: another size with [FitNone], a way or a size that
// there is not.
func Resize(p *Picture, height, width int, how Fit, background byte) (*Picture, error) {
	if height < 1 || width < 1 || width > mostPixels/height {
		return nil, fmt.Errorf("%w: a size of %dx%d pixels, want 1 to %d in all", data.ErrFormat, height, width, mostPixels)
	}
	from, to := image.Rect(0, 0, p.Width, p.Height), image.Rect(0, 0, width, height)
	switch how {
	case FitNone:
		if p.Height != height || p.Width != width {
			return nil, fmt.Errorf("%w: a picture of %dx%d (height, width), want %dx%d", data.ErrFormat, p.Height, p.Width, height, width)
		}
	case FitCrop:
		from = middle(from, width, height)
	case FitPad:
		to = middle(to, p.Width, p.Height)
	case FitStretch:
	default:
		return nil, hint.Add(fmt.Errorf("%w: no way to fit a picture is called %q", data.ErrFormat, how),
			"%s, %s, %s or %s", FitCrop, FitPad, FitStretch, FitNone)
	}
	if p.Height == height && p.Width == width {
		return p, nil
	}
	q := *p
	q.Height, q.Width = height, width
	q.Planes = scale(p, from, to, image.Pt(width, height), background)
	return &q, nil
}

// middle returns the largest rectangle in the middle of r, which begins at 0, 0,
// whose sides are as width to height, rounded to whole pixels.
func middle(r image.Rectangle, width, height int) image.Rectangle {
	w, h := r.Dx(), r.Dy()
	if w*height > h*width {
		w = max(1, (h*width+height/2)/height)
	} else {
		h = max(1, (w*height+width/2)/width)
	}
	x, y := (r.Dx()-w)/2, (r.Dy()-h)/2
	return image.Rect(x, y, x+w, y+h)
}

// scale returns the planes of a picture of the given size that shows the part from
// of p in its part to. It computes in 16 bits, because colours are multiplied by
// alpha in between.
func scale(p *Picture, from, to image.Rectangle, size image.Point, background byte) []byte {
	target, kernel := image.NewRGBA64(image.Rectangle{Max: size}), draw.CatmullRom
	if p.Channels == 4 {
		kernel = draw.BiLinear
	}
	kernel.Scale(target, to, p.image(), from, draw.Src, nil)
	planes := make([]byte, p.Channels*size.X*size.Y)
	for i := range size.X * size.Y {
		pix := target.Pix[8*i : 8*i+8]
		alpha := uint32(pix[6])<<8 | uint32(pix[7])
		for c := range p.Channels {
			at := c*size.X*size.Y + i
			v := uint32(pix[2*c])<<8 | uint32(pix[2*c+1])
			switch {
			case c == 3:
				planes[at] = byte((v + 128) / 257)
			case alpha == 0:
				planes[at] = background
			default:
				planes[at] = byte(min(255, (v*255+alpha/2)/alpha))
			}
		}
	}
	return planes
}

// image returns p as an image of the standard library.
func (p *Picture) image() image.Image {
	bounds := image.Rect(0, 0, p.Width, p.Height)
	if p.Channels == 1 {
		return &image.Gray{Pix: p.Planes, Stride: p.Width, Rect: bounds}
	}
	img := image.NewNRGBA(bounds)
	for i := range p.Height * p.Width {
		pixel := img.Pix[4*i : 4*i+4]
		pixel[3] = 255
		for c := range p.Channels {
			pixel[c] = p.plane(c)[i]
		}
	}
	return img
}
