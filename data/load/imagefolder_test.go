package load

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// putPicture writes a picture under a path that ends in its kind.
func putPicture(t *testing.T, img image.Image, path ...string) {
	t.Helper()
	name := filepath.Join(path...)
	var content bytes.Buffer
	err := png.Encode(&content, img)
	if strings.HasSuffix(name, ".jpg") {
		content.Reset()
		err = jpeg.Encode(&content, img, nil)
	}
	err = errors.Join(err, os.MkdirAll(filepath.Dir(name), 0o777))
	if err = errors.Join(err, os.WriteFile(name, content.Bytes(), 0o666)); err != nil {
		t.Fatal(err)
	}
}

func grey(w, h int, pixels ...byte) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, w, h))
	copy(img.Pix, pixels)
	return img
}

func TestReadImageFolder(t *testing.T) {
	dir := t.TempDir()
	putPicture(t, grey(2, 1, 30, 40), dir, "b.png")
	putPicture(t, grey(2, 1, 10, 20), dir, "a.PNG")
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	m, err := ReadImageFolder("set", dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Info{Name: "set", Channels: 1, Height: 1, Width: 2}, m.Info()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]byte{10, 20, 30, 40}, m.pixels); diff != "" {
		t.Error(diff)
	}
}

func TestImageFolderColours(t *testing.T) {
	opaque, clear := color.NRGBA{1, 2, 3, 255}, color.NRGBA{1, 2, 3, 128}
	colours := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	colours.Set(0, 0, opaque)
	colours.Set(1, 0, opaque)
	transparent := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	transparent.Set(0, 0, opaque)
	transparent.Set(1, 0, clear)
	deep := image.NewGray16(image.Rect(0, 0, 1, 1))
	deep.Set(0, 0, color.Gray16{0x80ff})
	palette := image.NewPaletted(image.Rect(0, 0, 1, 1), color.Palette{opaque})
	for _, test := range []struct {
		name     string
		img      image.Image
		channels int
		pixels   []byte
	}{
		{"colours", colours, 3, []byte{1, 1, 2, 2, 3, 3}},
		{"transparent", transparent, 4, []byte{1, 1, 2, 2, 3, 3, 255, 128}},
		{"16 bits", deep, 1, []byte{0x80}},
		{"palette", palette, 3, []byte{1, 2, 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			putPicture(t, test.img, dir, "a.png")
			m, err := ReadImageFolder("set", dir)
			if err != nil {
				t.Fatal(err)
			}
			if m.Info().Channels != test.channels || !bytes.Equal(m.pixels, test.pixels) {
				t.Errorf("%d channels, pixels %v", m.Info().Channels, m.pixels)
			}
		})
	}
}

// TestImageFolderTransparentColour reads a picture of three channels, one colour of
// which counts as transparent: a chunk after its header says so.
func TestImageFolderTransparentColour(t *testing.T) {
	dir := t.TempDir()
	img := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	img.Set(0, 0, color.NRGBA{1, 2, 3, 255})
	img.Set(1, 0, color.NRGBA{4, 5, 6, 255})
	putPicture(t, img, dir, "a.png")
	path := filepath.Join(dir, "a.png")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	chunk := []byte("\x00\x00\x00\x06tRNS\x00\x04\x00\x05\x00\x06")
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	const header = 33 // signature and IHDR
	if err := os.WriteFile(path, slices.Insert(content, header, chunk...), 0o666); err != nil {
		t.Fatal(err)
	}
	m, err := ReadImageFolder("set", dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := []byte{1, 4, 2, 5, 3, 6, 255, 0}; m.Info().Channels != 4 || !bytes.Equal(m.pixels, want) {
		t.Errorf("%d channels, pixels %v, want 4 and %v", m.Info().Channels, m.pixels, want)
	}
}

func TestImageFolderOfClasses(t *testing.T) {
	dir := t.TempDir()
	for class := range 3 {
		for i := range 10 {
			putPicture(t, grey(8, 8, byte(class)), dir, string(rune('a'+class)), string(rune('0'+i))+".jpg")
		}
	}
	putPicture(t, grey(1, 1), dir, ".hidden", "x.png")
	if err := os.Mkdir(filepath.Join(dir, "bare"), 0o777); err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "b")
	if err := errors.Join(os.Rename(filepath.Join(dir, "b"), elsewhere), os.Symlink(elsewhere, filepath.Join(dir, "b"))); err != nil {
		t.Fatal(err)
	}
	test, err := Open(dir, Test, 0)
	if err != nil {
		t.Fatal(err)
	}
	if test.Len() != 3 || test.Info().Classes != 3 {
		t.Errorf("%d images of %d classes, want 3 of 3", test.Len(), test.Info().Classes)
	}
	image := make([]byte, 64)
	for i := range int64(3) {
		if label, err := test.Read(image, i); err != nil || label != int(i) {
			t.Errorf("image %d has label %d, error %v", i, label, err)
		}
	}
}

func TestImageFolderFails(t *testing.T) {
	for _, test := range []struct {
		name string
		make func(dir string)
		want error
		say  string
	}{
		{"empty", func(string) {}, ErrEmpty, "holds no PNG or JPEG pictures"},
		{"sizes", func(dir string) {
			putPicture(t, grey(2, 2), dir, "a.png")
			putPicture(t, grey(2, 3), dir, "b.png")
		}, ErrFormat, "b.png is 1x3x2 (channels, height, width), but "},
		{"channels", func(dir string) {
			putPicture(t, grey(2, 2), dir, "a.png")
			putPicture(t, image.NewRGBA(image.Rect(0, 0, 2, 2)), dir, "b.png")
		}, ErrFormat, "b.png is 4x2x2"},
		{"both", func(dir string) {
			putPicture(t, grey(2, 2), dir, "a.png")
			putPicture(t, grey(2, 2), dir, "in", "b.png")
		}, ErrFormat, "pictures lie both in"},
		{"broken", func(dir string) {
			os.WriteFile(filepath.Join(dir, "a.png"), []byte("\x89PNG\r\n\x1a\n"), 0o666)
		}, ErrFormat, "a.png: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			test.make(dir)
			if _, err := ReadImageFolder("set", dir); !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.say) {
				t.Errorf("error %v, want one that says %q", err, test.say)
			}
		})
	}
}

func FuzzReadPicture(f *testing.F) {
	var whole bytes.Buffer
	if err := png.Encode(&whole, grey(3, 2, 1, 2, 3)); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	whole.Reset()
	if err := jpeg.Encode(&whole, grey(3, 2, 1, 2, 3), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	path := filepath.Join(f.TempDir(), "a.png")
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		img, channels, err := readPicture(path)
		if err != nil {
			return
		}
		if b := img.Bounds(); b.Dx() < 1 || b.Dy() < 1 || channels < 1 || channels > 4 {
			t.Errorf("%v with %d channels", b, channels)
		}
	})
}
