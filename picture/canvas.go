package picture

import (
	"image"
	"image/color"
)

// A canvas is a picture that is being painted, with direct access to its pixels.
type canvas struct {
	image.Image
	pixels []byte
	stride int // bytes from one row to the next
	depth  int // bytes of a pixel: 1 grey, 4 RGBA
}

// newCanvas returns a canvas with the size of l for images with the given number of
// channels. It is filled with back.
func newCanvas(l layout, channels int, back color.Color) canvas {
	bounds := image.Rectangle{Max: l.size()}
	if back == nil {
		back = background
	}
	var c canvas
	switch channels {
	case 1:
		m := image.NewGray(bounds)
		c = canvas{m, m.Pix, m.Stride, 1}
	case 3:
		m := image.NewRGBA(bounds)
		c = canvas{m, m.Pix, m.Stride, 4}
	default:
		m := image.NewNRGBA(bounds)
		c = canvas{m, m.Pix, m.Stride, 4}
	}
	c.fill(bounds, back)
	return c
}

// fill paints a rectangle of the canvas in one colour. On a canvas without transparency, a
// transparent colour is painted over black.
func (c canvas) fill(area image.Rectangle, paint color.Color) {
	var pixel [4]byte
	switch c.Image.(type) {
	case *image.Gray:
		pixel[0] = color.GrayModel.Convert(paint).(color.Gray).Y
	case *image.RGBA:
		p := color.RGBAModel.Convert(paint).(color.RGBA)
		pixel = [4]byte{p.R, p.G, p.B, 255}
	default:
		p := color.NRGBAModel.Convert(paint).(color.NRGBA)
		pixel = [4]byte{p.R, p.G, p.B, p.A}
	}
	if area.Empty() {
		return
	}
	first := c.row(area, area.Min.Y)
	for x := 0; x < len(first); x += c.depth {
		copy(first[x:], pixel[:c.depth])
	}
	for y := area.Min.Y + 1; y < area.Max.Y; y++ {
		copy(c.row(area, y), first)
	}
}

// row returns the bytes of the pixels of a row that are in area.
func (c canvas) row(area image.Rectangle, y int) []byte {
	return c.pixels[y*c.stride+area.Min.X*c.depth : y*c.stride+area.Max.X*c.depth]
}

// paint paints image i in area. Each pixel becomes a square with side scale. A grey image
// may be painted on a colour canvas.
func (c canvas) paint(images Images, i int, area image.Rectangle, scale int) {
	plane := images.Height * images.Width
	pixels := images.Pixels[i*images.imageSize():]
	for y := area.Min.Y; y < area.Max.Y; y++ {
		to := c.row(area, y)
		if (y-area.Min.Y)%scale > 0 {
			copy(to, c.row(area, y-1))
			continue
		}
		row := (y - area.Min.Y) / scale * images.Width
		for x := range area.Dx() {
			from := row + x/scale
			pixel := [4]byte{pixels[from], pixels[from], pixels[from], 255}
			for k := 1; k < images.Channels; k++ {
				pixel[k] = pixels[from+k*plane]
			}
			copy(to[x*c.depth:], pixel[:c.depth])
		}
	}
}

// at returns the bytes of a pixel.
func (c canvas) at(x, y int) []byte {
	from := y*c.stride + x*c.depth
	return c.pixels[from : from+c.depth]
}
