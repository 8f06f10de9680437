package picture

import (
	"encoding/binary"
	"image"
	"image/color"
)

// maxPalette is the largest number of colours of a palette of PNG.
const maxPalette = 256

// withPalette returns an equal picture with a palette, with colours in order of
// appearance, if the opaque picture has at most 256 colours. Then it is encoded as PNG three
// times faster. Otherwise it returns the picture.
func withPalette(full *image.RGBA) image.Image {
	size := full.Rect.Size()
	small := &image.Paletted{Pix: make([]byte, size.X*size.Y), Stride: size.X, Rect: full.Rect}
	places := map[uint32]byte{}
	last, place := uint32(0), byte(0) // no opaque colour is 0
	for y := range size.Y {
		row := full.Pix[y*full.Stride:][:4*size.X]
		for x := range size.X {
			if pixel := binary.LittleEndian.Uint32(row[4*x:]); pixel != last {
				known := false
				if place, known = places[pixel]; !known {
					if len(places) == maxPalette {
						return full
					}
					place = byte(len(places))
					places[pixel] = place
					small.Palette = append(small.Palette, color.RGBA{R: row[4*x], G: row[4*x+1], B: row[4*x+2], A: 255})
				}
				last = pixel
			}
			small.Pix[y*size.X+x] = place
		}
	}
	return small
}
