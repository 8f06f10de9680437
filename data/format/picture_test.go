package format

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

func pngBytes(t testing.TB, img image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func jpegBytes(t testing.TB, img image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, nil); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func grey(w, h int, pixels ...byte) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, w, h))
	copy(img.Pix, pixels)
	return img
}

func colours(w, h int, pixels ...color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i, p := range pixels {
		img.Set(i%w, i/w, p)
	}
	return img
}

func TestDecodePicture(t *testing.T) {
	opaque, clear := color.NRGBA{1, 2, 3, 255}, color.NRGBA{1, 2, 3, 128}
	deep := image.NewGray16(image.Rect(0, 0, 1, 1))
	deep.Set(0, 0, color.Gray16{0x80ff})
	palette := image.NewPaletted(image.Rect(0, 0, 1, 1), color.Palette{opaque})
	seeThrough := image.NewPaletted(image.Rect(0, 0, 1, 1), color.Palette{opaque, clear})
	for _, c := range []struct {
		name string
		file []byte
		want Picture
	}{
		{"grey", pngBytes(t, grey(2, 3, 1, 2, 3, 4, 5, 6)), Picture{Channels: 1, Height: 3, Width: 2, Planes: []byte{1, 2, 3, 4, 5, 6}}},
		{"grey JPEG", jpegBytes(t, grey(8, 1, 7, 7, 7, 7, 7, 7, 7, 7)), Picture{Channels: 1, Height: 1, Width: 8, Planes: []byte{7, 7, 7, 7, 7, 7, 7, 7}}},
		{"colours", pngBytes(t, colours(2, 1, opaque, opaque)), Picture{Channels: 3, Height: 1, Width: 2, Planes: []byte{1, 1, 2, 2, 3, 3}}},
		{"colours in two rows", pngBytes(t, colours(1, 2, opaque, color.NRGBA{4, 5, 6, 255})), Picture{Channels: 3, Height: 2, Width: 1, Planes: []byte{1, 4, 2, 5, 3, 6}}},
		{"transparent", pngBytes(t, colours(2, 1, opaque, clear)), Picture{Channels: 4, Height: 1, Width: 2, Planes: []byte{1, 1, 2, 2, 3, 3, 255, 128}, HasAlpha: true}},
		{"16 bits", pngBytes(t, deep), Picture{Channels: 1, Height: 1, Width: 1, Planes: []byte{0x80}}},
		{"palette", pngBytes(t, palette), Picture{Channels: 3, Height: 1, Width: 1, Planes: []byte{1, 2, 3}}},
		{"palette with transparency", pngBytes(t, seeThrough), Picture{Channels: 3, Height: 1, Width: 1, Planes: []byte{1, 2, 3}, HasAlpha: true}},
	} {
		got, err := DecodePicture(iotest.HalfReader(bytes.NewReader(c.file)))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if diff := cmp.Diff(&c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestTransparentColour reads a picture of three channels, one colour of which
// counts as transparent: a chunk after its header says so.
func TestTransparentColour(t *testing.T) {
	file := pngBytes(t, colours(2, 1, color.NRGBA{1, 2, 3, 255}, color.NRGBA{4, 5, 6, 255}))
	chunk := []byte("\x00\x00\x00\x06tRNS\x00\x04\x00\x05\x00\x06")
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	const header = 33 // signature and IHDR
	got, err := DecodePicture(bytes.NewReader(slices.Insert(file, header, chunk...)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&Picture{Channels: 4, Height: 1, Width: 2, Planes: []byte{1, 4, 2, 5, 3, 6, 255, 0}, HasAlpha: true}, got); diff != "" {
		t.Error(diff)
	}
}

func TestBadPictures(t *testing.T) {
	huge := pngBytes(t, grey(1, 1))
	binary.BigEndian.PutUint32(huge[16:], 1<<20)
	binary.BigEndian.PutUint32(huge[20:], 1<<20)
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	whole := pngBytes(t, grey(9, 9))
	for _, c := range []struct{ name, file, want string }{
		{"nothing", "", "begins \"\", as no picture that is known (hint: PNG, JPEG,"},
		{"text", "hello, world", "begins \"hello, w\", as no picture"},
		{"a signature", "\x89PNG\r\n\x1a\n", "unexpected EOF"},
		{"half a picture", string(whole[:len(whole)-20]), "png: "},
		{"too large", string(huge), "1048576x1048576 pixels, want 1 to 268435456 in all"},
	} {
		_, err := DecodePicture(strings.NewReader(c.file))
		if !errors.Is(err, data.ErrFormat) || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

// An error of the disk is passed on as it is.
func TestPictureReadError(t *testing.T) {
	broken := errors.New("the disk is on fire")
	for _, file := range [][]byte{pngBytes(t, grey(9, 9)), jpegBytes(t, grey(9, 9))} {
		for _, n := range []int{0, 5, 30, len(file) / 2} {
			r := io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(broken))
			if _, err := DecodePicture(r); err != broken {
				t.Errorf("after %d bytes: error %v", n, err)
			}
		}
	}
}

func FuzzPicture(f *testing.F) {
	f.Add(pngBytes(f, grey(3, 2, 1, 2, 3)))
	f.Add(jpegBytes(f, grey(3, 2, 1, 2, 3)))
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := DecodePicture(bytes.NewReader(file))
		if err != nil {
			if !errors.Is(err, data.ErrFormat) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		if p.Width < 1 || p.Height < 1 || p.Channels < 1 || p.Channels > 4 || len(p.Planes) != p.Channels*p.Height*p.Width {
			t.Errorf("%d bytes of %dx%dx%d", len(p.Planes), p.Channels, p.Height, p.Width)
		}
	})
}
