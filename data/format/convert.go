package format

import "fmt"

// Convert returns p with the given channels: 1 grey, 3 colours, 4 colours and
// alpha. Where the result has no alpha, p is laid over the background, 0 black to
// 255 white, of which every pixel shows as much as its alpha leaves. Grey is the
// luma of image/color, .299 red + .587 green + .114 blue. What is opaque gets the
// alpha 255. Convert returns p itself if it has these channels, and panics on other
// numbers of channels.
func Convert(p *Picture, channels int, background byte) *Picture {
	if channels == p.Channels {
		return p
	}
	size := p.Height * p.Width
	q := *p
	q.Channels, q.Planes = channels, make([]byte, channels*size)
	red, green, blue := p.plane(0), p.plane(0), p.plane(0)
	if p.Channels >= 3 {
		green, blue = p.plane(1), p.plane(2)
	}
	if p.Channels == 4 {
		red, green, blue = over(red, p.plane(3), background), over(green, p.plane(3), background), over(blue, p.plane(3), background)
	}
	switch channels {
	case 1:
		for i := range size {
			q.Planes[i] = luma(red[i], green[i], blue[i])
		}
	case 3, 4:
		copy(q.plane(0), red)
		copy(q.plane(1), green)
		copy(q.plane(2), blue)
		for i := 3 * size; i < len(q.Planes); i++ {
			q.Planes[i] = 255
		}
	default:
		panic(fmt.Sprintf("format: a picture of %d channels, want 1, 3 or 4", channels))
	}
	return &q
}

// plane returns the pixels of channel c, [Height, Width], which share memory with p.
func (p *Picture) plane(c int) []byte {
	size := p.Height * p.Width
	return p.Planes[c*size : (c+1)*size]
}

// luma is the grey of a colour, as color.GrayModel computes it.
func luma(r, g, b byte) byte {
	return byte((19595*0x101*uint32(r) + 38470*0x101*uint32(g) + 7471*0x101*uint32(b) + 1<<15) >> 24)
}

// over returns the values of one channel over a background.
func over(values, alpha []byte, background byte) []byte {
	out := make([]byte, len(values))
	for i, v := range values {
		a := int(alpha[i])
		out[i] = byte((int(v)*a + int(background)*(255-a) + 127) / 255)
	}
	return out
}
