package command

import (
	"image"
	"image/color"
	"path/filepath"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/picture"
)

// TestManySingles writes single pictures and reads the folder as a dataset. Each picture is
// there once, and the pictures are in order.
func TestManySingles(t *testing.T) {
	const n = 500
	images := picture.Images{N: n, Channels: 1, Height: 1, Width: 2}
	for i := range n {
		images.Pixels = append(images.Pixels, byte(i>>8), byte(i))
	}
	folder := filepath.Join(t.TempDir(), "singles")
	if err := writeSingles(t.Context(), folder, images, map[string]string{"gander:seed": "1"}); err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	parts := load.NewParts(folder, 1)
	for split := data.Train; split <= data.Test; split++ {
		set, err := parts.Open(t.Context(), split)
		if err != nil {
			t.Fatal(err)
		}
		row, before := set.Info().NewRow(), -1
		for i := range set.Len() {
			if err := set.Read(row, i); err != nil {
				t.Fatal(err)
			}
			number := int(row[0].Bytes[0])<<8 + int(row[0].Bytes[1])
			if number <= before {
				t.Fatalf("%v: sample %d follows sample %d", split, number, before)
			}
			before = number
		}
		total += set.Len()
	}
	if total != n {
		t.Errorf("%d pictures, want %d", total, n)
	}
}

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
