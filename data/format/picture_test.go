package format

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

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
		{"nothing", "", "begins \"\", which is not the beginning of a known kind of picture (hint: PNG, JPEG,"},
		{"text", "hello, world", "begins \"hello, w\", which is not the beginning of"},
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

// The inputs that people brought are read as a viewer shows them.
func TestPictureCases(t *testing.T) {
	read := func(name string) *Picture {
		p, err := DecodePicture(bytes.NewReader(readTestFile(t, filepath.Join("testdata", "pictures", name))))
		if err != nil {
			t.Fatal(err)
		}
		if p.Height != 16 || p.Width != 16 {
			t.Errorf("%s is %dx%d", name, p.Height, p.Width)
		}
		return p
	}
	if p := read("grey12in16.png"); p.Channels != 1 || !slices.Contains(p.Warnings, tooDark) {
		t.Errorf("12 bits in 16: %d channels, warnings %q", p.Channels, p.Warnings)
	}
	if p := read("cmyk.jpg"); p.Channels != 3 || p.Warnings != nil {
		t.Errorf("colours of print: %d channels, warnings %q", p.Channels, p.Warnings)
	}
	turned := read("exif.jpg")
	plain, err := jpeg.Decode(bytes.NewReader(readTestFile(t, filepath.Join("testdata", "pictures", "exif.jpg"))))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(turned.Planes, Planes(plain, 3)) {
		t.Error("the orientation is not looked at")
	}
}

// withChunk returns a PNG file with one more chunk after its header.
func withChunk(file []byte, kind, content string) []byte {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	chunk = append(chunk, kind+content...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	const header = 33 // signature and IHDR
	return slices.Insert(bytes.Clone(file), header, chunk...)
}

// Numbers of fewer than 16 bits are spread over all of them if the file tells how many
// there are, and are left alone if they are spread already.
func TestSignificantBits(t *testing.T) {
	deep := func(values ...uint16) []byte {
		img := image.NewGray16(image.Rect(0, 0, len(values), 1))
		for x, v := range values {
			img.SetGray16(x, 0, color.Gray16{v})
		}
		return pngBytes(t, img)
	}
	colour := image.NewNRGBA64(image.Rect(0, 0, 1, 1))
	colour.SetNRGBA64(0, 0, color.NRGBA64{0x0fff, 0x07ff, 3, 0x8000})
	for name, c := range map[string]struct {
		file    []byte
		want    []byte
		warning bool
	}{
		"lower bits":            {withChunk(deep(0, 0x7ff, 0xfff), "sBIT", "\x0c"), []byte{0, 127, 255}, false},
		"lower bits, colours":   {withChunk(pngBytes(t, colour), "sBIT", "\x0c\x0c\x0c\x10"), []byte{255, 127, 0, 128}, false},
		"upper bits":            {withChunk(deep(0, 0x7ff7, 0xffff), "sBIT", "\x0c"), []byte{0, 127, 255}, false},
		"upper bits of a night": {withChunk(deep(0, 0x0100, 0x0ff0), "sBIT", "\x0c"), []byte{0, 1, 15}, false},
		"bits not told":         {deep(0, 0x7ff, 0xfff), []byte{0, 7, 15}, true},
		"black":                 {deep(0, 0, 0), []byte{0, 0, 0}, false},
		"all bits":              {deep(0, 0x8000, 0x1000), []byte{0, 128, 16}, false},
	} {
		p, err := DecodePicture(bytes.NewReader(c.file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !bytes.Equal(p.Planes, c.want) || slices.Contains(p.Warnings, tooDark) != c.warning {
			t.Errorf("%s: %d, warnings %q; want %d", name, p.Planes, p.Warnings, c.want)
		}
	}
}

// A file of four channels that does not tell how they are kept is read like the many
// that do.
func TestInksWithoutAdobe(t *testing.T) {
	file := readTestFile(t, filepath.Join("testdata", "pictures", "cmyk.jpg"))
	want, err := DecodePicture(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	const segment = 16 // APP14 comes first
	got, err := DecodePicture(bytes.NewReader(slices.Delete(bytes.Clone(file), 2, 2+segment)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A frame of a GIF file that does not fill its screen is shown on it.
func TestScreenOfGIF(t *testing.T) {
	frame := image.NewPaletted(image.Rect(1, 0, 2, 1), color.Palette{color.NRGBA{9, 8, 7, 255}, color.NRGBA{0, 0, 0, 255}})
	var file bytes.Buffer
	err := gif.EncodeAll(&file, &gif.GIF{Image: []*image.Paletted{frame}, Delay: []int{0}, Config: image.Config{Width: 3, Height: 1}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := DecodePicture(&file)
	if err != nil {
		t.Fatal(err)
	}
	want := &Picture{Channels: 4, Height: 1, Width: 3, Planes: []byte{0, 9, 0, 0, 8, 0, 0, 7, 0, 0, 255, 0}, HasAlpha: true}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
}

// Where all pixels of a BMP file are transparent, none is meant to be.
func TestClearAlphaOfBMP(t *testing.T) {
	for alpha, channels := range map[byte]int{0: 3, 128: 4, 255: 3} {
		// A head of version 4, 108 bytes, which may have alpha: 1x1 pixel of 32 bits.
		head := binary.LittleEndian.AppendUint32([]byte("BM"), 14+108+4)
		for _, v := range []uint32{0, 14 + 108, 108, 1, 1, 32<<16 | 1} {
			head = binary.LittleEndian.AppendUint32(head, v)
		}
		content := append(head, make([]byte, 14+108-len(head))...)
		content = append(content, 3, 2, 1, alpha)
		if p, err := DecodePicture(bytes.NewReader(content)); err != nil || p.Channels != channels || p.Planes[0] != 1 {
			t.Errorf("alpha %d: %+v, %v", alpha, p, err)
		}
	}
}

// What is no picture, or none that is read, is named.
func TestUnreadPictures(t *testing.T) {
	for head, want := range map[string]string{
		"\x00\x00\x00\x18ftypheic":     "the kind of the file is HEIC, which is not read as a picture (hint: convert it to PNG)",
		"8BPS\x00\x01":                 "Photoshop",
		"<svg width=\"1\">":            "SVG, which is not read as a picture (hint: convert it to a PNG",
		"<!doctype html><html></html>": "web page, which is not read as a picture (hint: download the file itself",
		"II+\x00\x08\x00\x00\x00":      "TIFF: BigTIFF files, with offsets of 64 bits, are not read (hint: convert it to PNG)",
		"1,2\n":                        "which is not the beginning of a known kind of picture",
		"RIFF\x12\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00": "WebP: animations are not read",
	} {
		_, err := DecodePicture(strings.NewReader(head))
		if !errors.Is(err, data.ErrFormat) || !strings.Contains(hint.Text(err), want) {
			t.Errorf("%q: error %s, want %q", head, hint.Text(err), want)
		}
	}
}

// pictureSeeds are files of every kind of picture.
func pictureSeeds(f *testing.F) [][]byte {
	small := colours(3, 2, color.NRGBA{1, 2, 3, 255}, color.NRGBA{200, 0, 3, 128})
	var moving, bits, tif bytes.Buffer
	for _, err := range []error{gif.Encode(&moving, small, nil), bmp.Encode(&bits, small), tiff.Encode(&tif, small, nil)} {
		if err != nil {
			f.Fatal(err)
		}
	}
	exif := "II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00"
	// 1x1 pixel, lossless and lossy, as libwebp writes them.
	lossless := "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
	return [][]byte{
		pngBytes(f, grey(3, 2, 1, 2, 3)), jpegBytes(f, grey(3, 2, 1, 2, 3)), jpegBytes(f, small),
		withChunk(pngBytes(f, small), "eXIf", exif), withChunk(pngBytes(f, image.NewGray16(image.Rect(0, 0, 2, 1))), "sBIT", "\x0c"),
		moving.Bytes(), bits.Bytes(), tif.Bytes(), []byte(lossless),
		[]byte("P1 2 1 10"), []byte("P2 1 1 9 7"), []byte("P3 1 1 9 7 8 9"), []byte("P4 2 1 \x80"), []byte("P5 1 1 255 a"), []byte("P6 1 1 65535 abcdef"),
		[]byte("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 2\nMAXVAL 255\nTUPLTYPE GRAYSCALE_ALPHA\nENDHDR\nab"),
	}
}

func FuzzPicture(f *testing.F) {
	for _, file := range pictureSeeds(f) {
		if _, err := DecodePicture(bytes.NewReader(file)); err != nil {
			f.Errorf("%q: %v", file[:8], err)
		}
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := DecodePicture(bytes.NewReader(file))
		if err != nil {
			if !errors.Is(err, data.ErrFormat) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		if p.Width < 1 || p.Height < 1 || p.Channels != 1 && p.Channels != 3 && p.Channels != 4 || len(p.Planes) != p.Channels*p.Height*p.Width {
			t.Errorf("%d bytes of %dx%dx%d", len(p.Planes), p.Channels, p.Height, p.Width)
		}
	})
}

// The size of a JPEG file is known before it is decoded, whatever comes before it.
func TestHugeJPEG(t *testing.T) {
	const huge = "\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00" // a frame of 65535x65535
	for _, before := range []string{
		"",
		"\xff\xff",                     // a fill byte
		"\xff\xd0",                     // has no length
		"\xff\x00",                     // not a marker
		"junk",                         // is ignored
		"\xff\xfe\x00\x04\xff\xc0",     // a comment
		"\xff\xe1\x00\x08Exif\x00\x00", // Exif without tags
	} {
		_, err := DecodePicture(strings.NewReader("\xff\xd8\xff\xfe\x00\x02" + before + huge + "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"))
		if !errors.Is(err, data.ErrFormat) || !strings.Contains(fmt.Sprint(err), "65535x65535 pixels, want 1 to 268435456 in all") {
			t.Errorf("%q: %v", before, err)
		}
	}
}

// Pictures do not share memory with the files that are read after them.
func TestPicturesAreSeparate(t *testing.T) {
	read := func(name string) *Picture {
		p, err := DecodePicture(bytes.NewReader(readTestFile(t, filepath.Join("testdata", "pictures", name))))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	entries, err := os.ReadDir(filepath.Join("testdata", "pictures"))
	if err != nil {
		t.Fatal(err)
	}
	var first []*Picture
	var planes [][]byte
	var names []string
	for _, e := range entries {
		if Sniff(nil, e.Name()).IsPicture() {
			p := read(e.Name())
			names, first, planes = append(names, e.Name()), append(first, p), append(planes, bytes.Clone(p.Planes))
		}
	}
	if len(names) < 3 {
		t.Fatalf("only %d pictures", len(names))
	}
	for i, name := range names {
		if !bytes.Equal(first[i].Planes, planes[i]) || !bytes.Equal(read(name).Planes, planes[i]) {
			t.Errorf("%s has changed", name)
		}
	}
}
