package plot

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"io"
	"time"
)

// GIF writes figures of equal size as an animation that repeats forever. Each figure is
// shown for the duration frame, the last for hold. Durations are rounded to hundredths of
// a second.
func GIF(w io.Writer, frame, hold time.Duration, figures ...*Figure) error {
	if len(figures) == 0 {
		return errors.New("an animation needs a figure")
	}
	if frame < 20*time.Millisecond || hold < frame {
		return fmt.Errorf("an animation of %v a frame and %v for the last cannot be shown, want at least 20ms and no less for the last", frame, hold)
	}
	var all gif.GIF
	seen := map[color.RGBA]uint8{}
	for i, f := range figures {
		if f.width != figures[0].width || f.height != figures[0].height {
			return fmt.Errorf("frame %d of an animation has another size than the first", i)
		}
		all.Image = append(all.Image, paletted(f.raster(gifDPI), seen))
		all.Delay = append(all.Delay, int(frame/(10*time.Millisecond)))
	}
	all.Delay[len(figures)-1] = int(hold / (10 * time.Millisecond))
	return gif.EncodeAll(w, &all)
}

// shades is the palette: white, and several mixtures of white with each colour of the
// style, for smooth edges.
var shades = func() color.Palette {
	const steps = 12
	colours := color.Palette{color.White}
	for _, c := range append([]color.RGBA{{A: 0xFF}}, inOrder...) {
		for i := 1; i <= steps; i++ {
			mix := func(v uint8) uint8 { return uint8(255 + (int(v)-255)*i/steps) }
			colours = append(colours, color.RGBA{mix(c.R), mix(c.G), mix(c.B), 0xFF})
		}
	}
	return colours
}()

// paletted returns a picture in the nearest shades. The map keeps the shades found so
// far.
func paletted(m image.Image, seen map[color.RGBA]uint8) *image.Paletted {
	out := image.NewPaletted(m.Bounds(), shades)
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			c := color.RGBAModel.Convert(m.At(x, y)).(color.RGBA)
			index, ok := seen[c]
			if !ok {
				index = uint8(shades.Index(c))
				seen[c] = index
			}
			out.SetColorIndex(x, y, index)
		}
	}
	return out
}
