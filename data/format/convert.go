package format

import "fmt"

// Convert returns p with the given number of channels: 1 grey, 3 colours, 4 colours and
// alpha. If the result has no alpha, a transparent p is blended with the background, from
// 0 black to 255 white. Grey is the luma of image/color, .299 red + .587 green + .114
// blue. If p has no alpha, a new alpha is 255. If p has this number of channels already,
// Convert returns p itself. It panics on another number of channels.
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
		panic(fmt.Sprintf("format: cannot convert to %d channels, want 1, 3 or 4", channels))
	}
	return &q
}

// plane returns the pixels of channel c, [Height, Width]. They share memory with p.
func (p *Picture) plane(c int) []byte {
	size := p.Height * p.Width
	return p.Planes[c*size : (c+1)*size]
}

// luma returns the grey of a colour, computed like color.GrayModel.
func luma(r, g, b byte) byte {
	return byte((19595*0x101*uint32(r) + 38470*0x101*uint32(g) + 7471*0x101*uint32(b) + 1<<15) >> 24)
}

// over returns the values of one channel, blended with a background.
func over(values, alpha []byte, background byte) []byte {
	out := make([]byte, len(values))
	for i, v := range values {
		a := int(alpha[i])
		out[i] = byte((int(v)*a + int(background)*(255-a) + 127) / 255)
	}
	return out
}
