package command

import (
	"image"
	"image/color"
	"testing"
)

func TestStack(t *testing.T) {
	grey := func(w, h int, y uint8) *image.Gray {
		m := image.NewGray(image.Rect(5, 5, 5+w, 5+h)) // the origin is not (0, 0)
		for i := range m.Pix {
			m.Pix[i] = y
		}
		return m
	}
	m := stack([]image.Image{grey(3, 2, 100), grey(2, 4, 200)})
	if size := m.Bounds(); size != image.Rect(0, 0, 3, 6) {
		t.Fatalf("size %v", size)
	}
	for y, want := range []uint8{100, 100, 200, 200, 200, 200} {
		if got := m.At(1, y).(color.Gray).Y; got != want {
			t.Errorf("row %d is %d, want %d", y, got, want)
		}
	}
	coloured := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	coloured.Set(0, 0, color.NRGBA{R: 9, A: 255})
	if got := color.NRGBAModel.Convert(stack([]image.Image{coloured, coloured}).At(0, 1)); got != (color.NRGBA{R: 9, A: 255}) {
		t.Errorf("colour %v", got)
	}
}

func TestPathOfSeed(t *testing.T) {
	for path, want := range map[string]string{"a/b.npy": "a/b-seed7.npy", "folder": "folder-seed7", "a.b/c": "a.b/c-seed7"} {
		if got := pathOfSeed(path, 7); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
