package load

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// putPicture writes a picture under a path that ends in its kind.
func putPicture(t testing.TB, img image.Image, path ...string) {
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

// whole reads all pictures of a dataset in order of their paths, as the parts that
// are not given are dealt in turn.
func whole(t *testing.T, name string, o Options) (*data.Table, []string) {
	t.Helper()
	parts := New(name, 1, o)
	if _, err := parts.Open(t.Context(), data.Train); err != nil {
		t.Fatal(err)
	}
	return parts.read[data.Train].(*data.Table), parts.Notes()
}

func TestPictures(t *testing.T) {
	dir := t.TempDir()
	putPicture(t, grey(2, 1, 30, 40), dir, "b.png")
	putPicture(t, grey(2, 1, 10, 20), dir, "a.PNG")
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	m, notes := whole(t, dir, Options{})
	if diff := cmp.Diff(data.NewInfo(dir, data.Image(1, 1, 2)), m.Info()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]byte{10, 20, 30, 40}, m.Column("x").Bytes); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"not read: 1 file that is not a picture: notes.txt"}, notes); diff != "" {
		t.Error(diff)
	}
}

func TestImageFolderColours(t *testing.T) {
	dir := t.TempDir()
	for i, colour := range []color.NRGBA{{1, 2, 3, 255}, {4, 5, 6, 255}} {
		img := image.NewNRGBA(image.Rect(0, 0, 2, 1))
		img.Set(0, 0, colour)
		img.Set(1, 0, colour)
		putPicture(t, img, dir, fmt.Sprint(i)+".png")
	}
	set, _ := whole(t, dir, Options{})
	if diff := cmp.Diff([]byte{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6}, set.Column("x").Bytes); diff != "" {
		t.Error(diff)
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
	test, err := New(dir, 0, Options{Dealt: true}).Open(t.Context(), data.Test)
	if err != nil {
		t.Fatal(err)
	}
	if test.Len() != 3 || test.Info().Classes() != 3 {
		t.Errorf("%d images of %d classes, want 3 of 3", test.Len(), test.Info().Classes())
	}
	for i := range int64(3) {
		if label := class(t, test, i); label != int(i) {
			t.Errorf("image %d has label %d", i, label)
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
		{"empty", func(string) {}, data.ErrEmpty, "is empty"},
		{"sizes", func(dir string) {
			putPicture(t, grey(2, 2), dir, "a.png")
			putPicture(t, grey(2, 3), dir, "b.png")
		}, data.ErrFormat, "b.png is 3x2 (height x width), a.png is 2x2 (hint: --set data.size=2 crops"},
		{"both", func(dir string) {
			putPicture(t, grey(2, 2), dir, "a.png")
			putPicture(t, grey(2, 2), dir, "in", "b.png")
		}, data.ErrFormat, "pictures lie both in folders, as in in, and next to them, as a.png"},
		{"broken", func(dir string) {
			os.WriteFile(filepath.Join(dir, "a.png"), []byte("\x89PNG\r\n\x1a\n"), 0o666)
		}, data.ErrFormat, "a.png: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			test.make(dir)
			if _, err := Open(dir, data.Train, 1); !errors.Is(err, test.want) || !strings.Contains(hint.Text(err), test.say) {
				t.Errorf("error %v, want one that says %q", hint.Text(err), test.say)
			}
		})
	}
}

// rgb is a picture of one colour.
func rgb(w, h int, value byte) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = value
		if i%4 == 3 {
			img.Pix[i] = 255
		} else {
			img.Pix[i] = value + byte(i%4)
		}
	}
	return img
}
