package format

import (
	"fmt"
	"image"
	"image/color"

	"github.com/gander-ml/gander/hint"
)

// noPicture tells what a file is that is no picture, or none that is read.
func noPicture(kind Kind, file []byte) error {
	if kind != KindUnknown {
		return hint.Add(fmt.Errorf("a file of the kind %v, which is not read as a picture", kind), "%s", kind.Hint())
	}
	return hint.Add(fmt.Errorf("it begins %q, as no picture that is known", file[:min(len(file), 8)]),
		"PNG, JPEG, GIF, BMP, TIFF, WebP and netpbm are read")
}

// unread names the kind of a picture that its decoder gives up.
func unread(kind Kind, err error) error {
	return hint.Add(fmt.Errorf("%v: %w", kind, err), "if other programs show it, convert it to PNG")
}

// onScreen returns the first picture of a GIF file on its screen, which may be larger and is
// transparent where the picture is not.
func onScreen(img image.Image, screen image.Config) image.Image {
	whole := image.Rect(0, 0, screen.Width, screen.Height)
	if img.Bounds() == whole {
		return img
	}
	out := image.NewNRGBA(whole)
	b := img.Bounds().Intersect(whole)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			out.Set(x, y, img.At(x, y))
		}
	}
	return out
}

// ignoreClearAlpha makes a picture opaque whose pixels are all transparent: many
// programs leave the fourth byte of a pixel in BMP files 0.
func ignoreClearAlpha(img image.Image) {
	nrgba, ok := img.(*image.NRGBA)
	if !ok {
		return
	}
	for i := 3; i < len(nrgba.Pix); i += 4 {
		if nrgba.Pix[i] != 0 {
			return
		}
	}
	for i := 3; i < len(nrgba.Pix); i += 4 {
		nrgba.Pix[i] = 255
	}
}

// tooDark warns of numbers of 12 bits that are kept in 16.
const tooDark = "all values are below 1/16 of white: perhaps fewer bits than 16 are in use, and nothing tells how many"

// isDark reports whether most is the greatest of values of 16 bits that warrant
// the warning tooDark. Nothing but black does not.
func isDark(most uint16) bool { return most > 0 && most < 1<<12 }

// spread16 spreads the values of a picture of 16 bits whose lower bits alone are in
// use, as many as given, over all 16. An encoder should have done so (PNG
// specification, 12.4), and then the lowest bits repeat the highest and are 0 or
// nearly so in a dark picture. Without bits given, spread16 reports whether the
// picture is suspiciously dark.
func spread16(img image.Image, bits int) (dark bool) {
	pix, channels := pixels16(img)
	most, low := uint16(0), false
	for i := 0; i < len(pix); i += 2 {
		if i/2%channels == 3 { // alpha
			continue
		}
		v := uint16(pix[i])<<8 | uint16(pix[i+1])
		most = max(most, v)
		low = low || bits < 16 && v&(1<<(16-bits)-1) > 1
	}
	if bits < 1 || bits >= 16 {
		return isDark(most)
	}
	if most>>bits != 0 || !low {
		return false
	}
	for i := 0; i < len(pix); i += 2 {
		if i/2%channels == 3 {
			continue
		}
		v := (uint32(pix[i])<<8 | uint32(pix[i+1])) * (1<<16 - 1) / (1<<bits - 1)
		pix[i], pix[i+1] = byte(v>>8), byte(v)
	}
	return false
}

// pixels16 returns the bytes of a picture of 16 bits, high byte first, and its
// channels, of which a fourth is alpha. There are none of other pictures.
func pixels16(img image.Image) (pix []byte, channels int) {
	switch img := img.(type) {
	case *image.Gray16:
		return img.Pix, 1
	case *image.RGBA64:
		return img.Pix, 4
	case *image.NRGBA64:
		return img.Pix, 4
	}
	return nil, 1
}

// fromImage makes a Picture of an image as a decoder returns it, grey if it is known
// to be so.
func fromImage(img image.Image, grey, video bool) *Picture {
	p := &Picture{Height: img.Bounds().Dy(), Width: img.Bounds().Dx()}
	hasAlpha := false
	switch img := img.(type) {
	case *image.Gray, *image.Gray16:
		grey = true
	case *image.Paletted:
		grey, hasAlpha = readPalette(img.Palette)
	case *image.NRGBA, *image.NRGBA64, *image.NYCbCrA:
		hasAlpha = true
	case *image.RGBA:
		hasAlpha = !img.Opaque()
	case *image.RGBA64:
		hasAlpha = !img.Opaque()
	}
	switch {
	case hasAlpha:
		p.Channels = 4
	case grey:
		p.Channels = 1
	default:
		p.Channels = 3
	}
	if luma, alpha, ok := lumaAndChroma(img); ok {
		p.Planes = fromLuma(luma, alpha, video)
	} else {
		p.Planes = Planes(img, p.Channels)
	}
	return withoutOpaque(p, grey)
}

// readPalette tells whether all colours are greys, and whether one is not opaque.
func readPalette(palette color.Palette) (grey, hasAlpha bool) {
	grey = true
	for _, c := range palette {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		grey = grey && (n.A == 0 || n.R == n.G && n.G == n.B)
		hasAlpha = hasAlpha || n.A != 255
	}
	return grey, hasAlpha
}

// withoutOpaque returns p, which may have an alpha of 255 everywhere, without it:
// with one channel if it is grey, else with three.
func withoutOpaque(p *Picture, grey bool) *Picture {
	if p.Channels < 4 {
		return p
	}
	p.HasAlpha = true
	for _, alpha := range p.plane(3) {
		if alpha != 255 {
			return p
		}
	}
	p.Channels = 3
	if grey {
		p.Channels = 1
	}
	p.Planes = p.Planes[:p.Channels*p.Height*p.Width]
	return p
}
