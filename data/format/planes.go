package format

import (
	"image"
	"image/color"
)

// Planes returns img as bytes, [channels, height, width], top row first. Channels is 1 to 4:
// the first of red, green, blue and alpha. If a picture is grey, the red channel is the grey.
func Planes(img image.Image, channels int) []byte {
	b := img.Bounds()
	size := b.Dx() * b.Dy()
	planes := make([]byte, channels*size)
	at := 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			p := nonPremultiplied(img, x, y)
			values := [4]byte{p.R, p.G, p.B, p.A}
			for c := range channels {
				planes[c*size+at] = values[c]
			}
			at++
		}
	}
	return planes
}

// nonPremultiplied returns a pixel with colours that are not multiplied by its alpha. For
// the usual kinds of images it does not allocate memory.
func nonPremultiplied(img image.Image, x, y int) color.NRGBA {
	switch img := img.(type) {
	case *image.NRGBA:
		return img.NRGBAAt(x, y)
	case *image.NRGBA64:
		p := img.NRGBA64At(x, y)
		return color.NRGBA{byte(p.R >> 8), byte(p.G >> 8), byte(p.B >> 8), byte(p.A >> 8)}
	case image.RGBA64Image:
		p := img.RGBA64At(x, y)
		if p.A == 0xffff {
			return color.NRGBA{byte(p.R >> 8), byte(p.G >> 8), byte(p.B >> 8), 255}
		}
		return color.NRGBAModel.Convert(p).(color.NRGBA)
	}
	return color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
}
