package format

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// A Picture is the content of a file of a picture.
type Picture struct {
	Channels, Height, Width int    // channels: 1 grey; 3 red, green, blue; 4 alpha too
	Planes                  []byte // [Channels, Height, Width], top row first, 0 to 255; colours are not multiplied by alpha

	// HasAlpha says that the file can make pixels transparent, be it that all are
	// opaque and the picture has no alpha here.
	HasAlpha bool

	// Warnings tell what may be other than meant, each a phrase: "the first of
	// several pictures in the file".
	Warnings []string
}

// mostPixels bounds a picture's width times height: 16384 x 16384. mostFile bounds
// the bytes of its file.
const (
	mostPixels = 1 << 28
	mostFile   = 1 << 31
)

// DecodePicture reads a picture as a viewer shows it: PNG, JPEG, GIF, BMP, TIFF,
// WebP, or PBM, PGM, PPM and PAM of netpbm. Of several pictures in a file it is the
// first.
//
// A picture that is turned by its Exif orientation is turned. How the file keeps its
// colours decides the channels: grey has 1, also a palette of nothing but greys;
// colours have 3, also those of print (CMYK, YCCK), which are turned to red, green
// and blue without regard to profiles; with a pixel that is not opaque there are 4.
// Of 16 bits the upper 8 are taken, or, where an sBIT chunk of a PNG file tells that
// fewer are in use and the pixels have only the lower ones, the upper 8 of these.
// Gamma and colour profiles are not applied.
//
// Anything else is an error that wraps [data.ErrFormat], a picture of more than
// 2^28 pixels among it; an error of r is passed on as it is.
func DecodePicture(r io.Reader) (*Picture, error) {
	file, err := readFile(r, mostFile)
	if err != nil {
		return nil, err
	}
	p, err := decodePicture(file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", data.ErrFormat, err)
	}
	return p, nil
}

// decoders are those of package image and others like it.
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
	head, err := decoder.size(bytes.NewReader(meta.file))
	if err != nil {
		return nil, unread(kind, err)
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

// checkSize refuses a size for which too much memory would be allocated.
func checkSize(width, height int) error {
	if width < 1 || height < 1 || width > mostPixels/height {
		return fmt.Errorf("%dx%d pixels, want 1 to %d in all", width, height, mostPixels)
	}
	return nil
}
