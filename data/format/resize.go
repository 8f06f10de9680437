package format

import (
	"fmt"
	"image"

	"golang.org/x/image/draw"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// A Fit is a way to change the size of a picture.
type Fit string

// The ways to change the size of a picture.
const (
	FitNone    Fit = "none"    // no change: another size is an error
	FitCrop    Fit = "crop"    // scale until it fills the size, cut off the rest on both sides
	FitPad     Fit = "pad"     // scale until it fits in the size, add borders on both sides
	FitStretch Fit = "stretch" // scale width and height by different factors
)

// Resize returns p with the given height and width in pixels. If p has this size already, it
// returns p itself. It scales with the cubic kernel of Catmull and Rom. With alpha it uses
// the linear kernel, because the cubic one makes colours brighter next to transparent
// pixels. When the picture becomes smaller, the kernel becomes wider, so that fine detail
// is averaged and does not alias. Colours are weighted by their alpha. The borders of
// [FitPad] have the background, from 0 black to 255 white. If p has alpha, they are
// transparent.
//
// These are errors that wrap [data.ErrFormat]: another size with [FitNone], an unknown Fit,
// and a size that is below 1 or too large.
func Resize(p *Picture, height, width int, how Fit, background byte) (*Picture, error) {
	if height < 1 || width < 1 || width > mostPixels/height {
		return nil, fmt.Errorf("%w: cannot resize to %dx%d pixels, want 1 to %d in all", data.ErrFormat, height, width, mostPixels)
	}
	from, to := image.Rect(0, 0, p.Width, p.Height), image.Rect(0, 0, width, height)
	switch how {
	case FitNone:
		if p.Height != height || p.Width != width {
			return nil, fmt.Errorf("%w: the picture has %dx%d pixels (height, width), want %dx%d", data.ErrFormat, p.Height, p.Width, height, width)
		}
	case FitCrop:
		from = centred(from, width, height)
	case FitPad:
		to = centred(to, p.Width, p.Height)
	case FitStretch:
	default:
		return nil, hint.Add(fmt.Errorf("%w: unknown way to resize a picture %q", data.ErrFormat, how),
			"use %s, %s, %s or %s", FitCrop, FitPad, FitStretch, FitNone)
	}
	if p.Height == height && p.Width == width {
		return p, nil
	}
	q := *p
	q.Height, q.Width = height, width
	q.Planes = scale(p, from, to, image.Pt(width, height), background)
	return &q, nil
}

// centred returns the largest rectangle in the centre of r with the ratio width : height,
// rounded to whole pixels. The corner of r must be 0, 0.
func centred(r image.Rectangle, width, height int) image.Rectangle {
	w, h := r.Dx(), r.Dy()
	if w*height > h*width {
		w = max(1, (h*width+height/2)/height)
	} else {
		h = max(1, (w*height+width/2)/width)
	}
	x, y := (r.Dx()-w)/2, (r.Dy()-h)/2
	return image.Rect(x, y, x+w, y+h)
}

// scale returns the planes of a picture of the given size. The part from of p is scaled to
// the part to of it. The computation has 16 bits, because colours are multiplied by alpha
// and later divided by it.
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
