package format

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"sync"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// A Picture is the content of a picture file.
type Picture struct {
	Channels, Height, Width int    // channels: 1 grey; 3 red, green, blue; 4 alpha too
	Planes                  []byte // [Channels, Height, Width], top row first, 0 to 255; colours are not multiplied by alpha

	// HasAlpha is true if the file has alpha. If all pixels are opaque, Planes has no
	// alpha even then.
	HasAlpha bool

	// Warnings are reasons why the picture may be wrong, each a phrase: "the first of
	// several pictures in the file".
	Warnings []string
}

// mostPixels is the largest number of pixels of a picture, 16384 x 16384. mostFile is the
// largest number of bytes of its file.
const (
	mostPixels = 1 << 28
	mostFile   = 1 << 31
)

// DecodePicture reads a picture as a viewer shows it. The formats are PNG, JPEG, GIF, BMP,
// TIFF, WebP, and PBM, PGM, PPM and PAM of netpbm. If a file has several pictures, it reads
// the first.
//
// The picture is rotated and mirrored by its Exif orientation. The number of channels
// depends on the colours of the file. Grey has 1, and so has a palette that has only greys.
// Colours have 3. Colours for print (CMYK, YCCK) are converted to red, green and blue
// without a profile. If a pixel is not opaque, there are 4.
//
// If values have 16 bits, the upper 8 are used. An sBIT chunk of a PNG file may state that
// fewer bits are in use. If then the pixels have only the lower bits, the upper 8 of these
// bits are used. Gamma and colour profiles are not applied.
//
// Anything else is an error that wraps [data.ErrFormat]. A picture of more than 2^28 pixels
// is such an error too. An error of r is returned unchanged.
func DecodePicture(r io.Reader) (*Picture, error) {
	file := files.Get().(*bytes.Buffer)
	defer putFile(file)
	if err := readInto(file, r, mostFile); err != nil {
		return nil, err
	}
	p, err := decodePicture(file.Bytes())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", data.ErrFormat, err)
	}
	return p, nil
}

// files are buffers for the content of files. No Picture shares memory with them.
var files = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// putFile keeps a buffer for the next file, unless it is too large to be kept.
func putFile(b *bytes.Buffer) {
	if b.Cap() <= 1<<20 {
		b.Reset()
		files.Put(b)
	}
}

// decoders has the decoders of the standard library and of golang.org/x/image.
var decoders = map[Kind]struct {
	size   func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}{
	KindPNG:  {png.DecodeConfig, png.Decode},
	KindJPEG: {jpeg.DecodeConfig, jpeg.Decode},
	KindGIF:  {gif.DecodeConfig, gif.Decode},
	KindBMP:  {bmp.DecodeConfig, bmp.Decode},
	KindTIFF: {tiff.DecodeConfig, tiff.Decode},
	KindWebP: {webp.DecodeConfig, webp.Decode},
}

func decodePicture(file []byte) (*Picture, error) {
	kind := sniffContent(file[:min(len(file), SniffLen)])
	if kind == KindNetpbm {
		return decodeNetpbm(file)
	}
	decoder, ok := decoders[kind]
	if !ok {
		return nil, noPicture(kind, file)
	}
	meta := readMeta(kind, file)
	if meta.unread != "" {
		return nil, hint.Add(fmt.Errorf("%v: %s", kind, meta.unread), toPicture)
	}
	head := meta.size
	if head.Height*head.Width == 0 {
		var err error
		if head, err = decoder.size(bytes.NewReader(meta.file)); err != nil {
			return nil, unread(kind, err)
		}
	}
	if err := checkSize(head.Width, head.Height); err != nil {
		return nil, err
	}
	img, err := decoder.decode(bytes.NewReader(meta.file))
	if err != nil {
		return nil, unread(kind, err)
	}
	if kind == KindGIF {
		img = onScreen(img, head)
	}
	return meta.finish(img), nil
}

// checkSize returns an error for a size that needs too much memory.
func checkSize(width, height int) error {
	if width < 1 || height < 1 || width > mostPixels/height {
		return fmt.Errorf("%dx%d pixels, want 1 to %d in all", width, height, mostPixels)
	}
	return nil
}
