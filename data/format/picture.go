package format

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // the two kinds of picture that are read
	_ "image/png"
	"io"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// A Picture is the content of a PNG or JPEG file.
type Picture struct {
	Channels, Height, Width int    // channels: 1 grey; 3 red, green, blue; 4 alpha too
	Planes                  []byte // [Channels, Height, Width], top row first, 0 to 255
}

// mostPixels bounds a picture's width times height: 16384 x 16384.
const mostPixels = 1 << 28

// DecodePicture reads a PNG or JPEG picture: grey, colours, or colours with
// transparency, which are not multiplied by it. 16 bits are cut to 8. How the file
// keeps its colours decides the channels, not the colours that are there: an
// opaque picture whose pixels could be transparent has four. Anything else is an
// error that wraps [data.ErrFormat]; an error of r is passed on as it is.
func DecodePicture(r io.Reader) (*Picture, error) {
	from := &faultReader{r: r}
	img, err := decodeImage(from)
	if from.err != nil {
		return nil, from.err
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", data.ErrFormat, err)
	}
	channels, err := channelsOf(img.ColorModel()) // the header does not tell of a PNG's transparent colour
	if err != nil {
		return nil, fmt.Errorf("%w: %w", data.ErrFormat, err)
	}
	return &Picture{channels, img.Bounds().Dy(), img.Bounds().Dx(), Planes(img, channels)}, nil
}

// decodeImage looks at the size first, for which no memory is allocated.
func decodeImage(r io.Reader) (image.Image, error) {
	var read bytes.Buffer // what the first look takes
	head, _, err := image.DecodeConfig(io.TeeReader(r, &read))
	if err != nil {
		return nil, err
	}
	if head.Width < 1 || head.Height < 1 || head.Width > mostPixels/head.Height {
		return nil, fmt.Errorf("%dx%d pixels, want 1 to %d in all", head.Width, head.Height, mostPixels)
	}
	img, _, err := image.Decode(io.MultiReader(&read, r))
	return img, err
}

// A faultReader keeps the error of r, which package image may replace by its own.
type faultReader struct {
	r   io.Reader
	err error // but for the end of r
}

func (f *faultReader) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}

// channelsOf tells the channels of a picture from its colour model.
func channelsOf(m color.Model) (int, error) {
	if palette, ok := m.(color.Palette); ok {
		for _, c := range palette {
			if _, _, _, alpha := c.RGBA(); alpha != 0xffff {
				return 4, nil
			}
		}
		return 3, nil
	}
	switch m {
	case color.GrayModel, color.Gray16Model:
		return 1, nil
	case color.RGBAModel, color.RGBA64Model, color.YCbCrModel:
		return 3, nil
	case color.NRGBAModel, color.NRGBA64Model:
		return 4, nil
	}
	return 0, hint.Add(errors.New("its colours are neither grey nor red, green and blue"), "convert it to PNG")
}

// Planes returns img as bytes, [channels, height, width], top row first: the first
// channels, 1 to 4, of red, green, blue and alpha. Of a grey picture red is grey.
func Planes(img image.Image, channels int) []byte {
	b := img.Bounds()
	size := b.Dx() * b.Dy()
	pixels := make([]byte, channels*size)
	at := 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			p := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			values := [4]byte{p.R, p.G, p.B, p.A}
			for c := range channels {
				pixels[c*size+at] = values[c]
			}
			at++
		}
	}
	return pixels
}
