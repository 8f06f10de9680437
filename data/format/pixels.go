package format

import (
	"fmt"
	"image"
	"image/color"

	"github.com/gander-ml/gander/hint"
)

// noPicture returns the error for a file that is not a picture, or of a kind that is not read.
func noPicture(kind Kind, file []byte) error {
	if kind != KindUnknown {
		return hint.Add(fmt.Errorf("the kind of the file is %v, which is not read as a picture", kind), "%s", kind.Hint())
	}
	return hint.Add(fmt.Errorf("it begins %q, which is not the beginning of a known kind of picture", file[:min(len(file), 8)]),
		"PNG, JPEG, GIF, BMP, TIFF, WebP and netpbm are read")
}

// unread returns the error of a decoder, with the kind of the picture.
func unread(kind Kind, err error) error {
	return hint.Add(fmt.Errorf("%v: %w", kind, err), "if other programs can show it, save it again as PNG")
}

// onScreen returns the first picture of a GIF file on the logical screen of the file. The
// screen may be larger than the picture. Outside the picture it is transparent.
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

// ignoreClearAlpha makes a picture opaque if all its pixels are transparent. Many programs
// write a 0 as the fourth byte of a pixel in BMP files.
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

// tooDark is the warning for numbers of 12 bits that are stored in 16 bits.
const tooDark = "all values are below 1/16 of white: perhaps fewer than 16 bits are in use, but the file does not state the number"

// isDark reports whether 16-bit values with the maximum most deserve the warning tooDark. A
// black picture does not.
func isDark(most uint16) bool { return most > 0 && most < 1<<12 }

// scale16 scales the values of a 16-bit picture to all 16 bits if only the lower bits are
// in use. bits is the number of these bits. An encoder should scale the values itself (PNG
// specification, 12.4). Then the lowest bits repeat the highest, and in a dark picture they
// are almost 0. scale16 does not change such a picture. If bits is 0, scale16 reports
// whether the picture is too dark.
func scale16(img image.Image, bits int) (dark bool) {
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

// pixels16 returns the bytes of a 16-bit picture, high byte first, and the number of its
// channels. A fourth channel is alpha. For other pictures there are no bytes.
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

// fromImage converts the image of a decoder to a Picture. If grey is true, the picture is
// known to be grey.
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

// readPalette reports whether all colours are grey, and whether one is not opaque.
func readPalette(palette color.Palette) (grey, hasAlpha bool) {
	grey = true
	for _, c := range palette {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		grey = grey && (n.A == 0 || n.R == n.G && n.G == n.B)
		hasAlpha = hasAlpha || n.A != 255
	}
	return grey, hasAlpha
}

// withoutOpaque removes the alpha of p if it is 255 everywhere. The result has one channel if
// grey is true, else three.
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
