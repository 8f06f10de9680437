package format

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// pictureOf returns a picture of the given shape whose values f tells.
func pictureOf(channels, height, width int, f func(c, y, x int) byte) *Picture {
	p := &Picture{Channels: channels, Height: height, Width: width}
	for c := range channels {
		for y := range height {
			for x := range width {
				p.Planes = append(p.Planes, f(c, y, x))
			}
		}
	}
	return p
}

func resize(t *testing.T, p *Picture, height, width int, how Fit, background byte) *Picture {
	t.Helper()
	q, err := Resize(p, height, width, how, background)
	if err != nil {
		t.Fatal(err)
	}
	if q.Channels != p.Channels || q.Height != height || q.Width != width || len(q.Planes) != q.Channels*height*width {
		t.Fatalf("%d bytes of %dx%dx%d", len(q.Planes), q.Channels, q.Height, q.Width)
	}
	return q
}

// Detail that is too fine for the new size becomes its mean.
func TestResizeDoesNotAlias(t *testing.T) {
	for _, c := range []struct{ from, to int }{{64, 32}, {64, 23}, {63, 16}, {64, 48}} {
		board := pictureOf(1, c.from, c.from, func(_, y, x int) byte { return byte((x + y) % 2 * 255) })
		small := resize(t, board, c.to, c.to, FitStretch, 0)
		lo, hi := slices.Min(inner(small)), slices.Max(inner(small))
		if lo < 100 || hi > 155 {
			t.Errorf("a checkerboard of %d pixels becomes %d to %d in %d, want 127", c.from, lo, hi, c.to)
		}
	}
}

// inner returns the pixels of the first channel that are not near the edge.
func inner(p *Picture) []byte {
	var pixels []byte
	for y := 3; y < p.Height-3; y++ {
		pixels = append(pixels, p.plane(0)[y*p.Width+3:(y+1)*p.Width-3]...)
	}
	return pixels
}

// A picture of one colour stays so at every size, and transparent pixels of another colour do not
// show in it.
func TestResizeKeepsColours(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		side := rapid.IntRange(1, 40)
		v, background := rapid.Byte().Draw(rt, "colour"), rapid.Byte().Draw(rt, "background")
		channels := rapid.SampledFrom([]int{1, 3, 4}).Draw(rt, "channels")
		how := rapid.SampledFrom([]Fit{FitCrop, FitStretch}).Draw(rt, "how")
		p := pictureOf(channels, side.Draw(rt, "h"), side.Draw(rt, "w"), func(c, y, x int) byte {
			clear := channels == 4 && x > 0 && y > 0
			switch {
			case c == 3 && clear:
				return 0
			case c == 3:
				return 255
			case clear:
				return ^v
			}
			return v
		})
		q, err := Resize(p, side.Draw(rt, "height"), side.Draw(rt, "width"), how, background)
		if err != nil {
			rt.Fatal(err)
		}
		for c := range min(3, channels) {
			for i, got := range q.plane(c) {
				if channels == 4 && q.plane(3)[i] < 4 {
					continue // rounding of what cannot be seen
				}
				if got > v && got-v > 1 || got < v && v-got > 1 {
					rt.Fatalf("channel %d: %d became %d", c, v, got)
				}
			}
		}
	})
}

func TestResizeFits(t *testing.T) {
	// Three columns of 2 pixels: black, grey, white.
	wide := pictureOf(1, 2, 6, func(_, _, x int) byte { return byte(x / 2 * 100) })
	if got, want := resize(t, wide, 2, 2, FitCrop, 0).Planes, []byte{100, 100, 100, 100}; !bytes.Equal(got, want) {
		t.Errorf("cropped: %d, want %d", got, want)
	}
	padded := resize(t, wide, 6, 6, FitPad, 7)
	for _, y := range []int{0, 1, 4, 5} {
		if row := padded.Planes[6*y : 6*y+6]; !bytes.Equal(row, []byte{7, 7, 7, 7, 7, 7}) {
			t.Errorf("row %d of the border is %d", y, row)
		}
	}
	if diff := cmp.Diff(wide.Planes, padded.Planes[12:24]); diff != "" {
		t.Error(diff)
	}
	if resize(t, wide, 2, 6, FitNone, 0) != wide || resize(t, wide, 2, 6, FitStretch, 0) != wide {
		t.Error("a picture of the size wanted is not returned as it is")
	}
	clear := pictureOf(4, 1, 3, func(int, int, int) byte { return 200 })
	if got := resize(t, clear, 3, 3, FitPad, 9); got.plane(3)[0] != 0 || got.plane(0)[0] != 9 || got.plane(3)[4] != 200 || got.plane(0)[4] != 200 {
		t.Errorf("a border of a transparent picture: %d", got.Planes)
	}
}

func TestResizeFails(t *testing.T) {
	p := pictureOf(1, 2, 3, func(int, int, int) byte { return 0 })
	for _, c := range []struct {
		height, width int
		how           Fit
		want          string
	}{
		{3, 2, FitNone, "the picture has 2x3 pixels (height, width), want 3x2"},
		{0, 2, FitCrop, "cannot resize to 0x2 pixels"},
		{1 << 20, 1 << 20, FitCrop, "want 1 to 268435456"},
		{2, 2, "zoom", `unknown way to resize a picture "zoom" (hint: use crop, pad, stretch or none)`},
	} {
		if _, err := Resize(p, c.height, c.width, c.how, 0); !errors.Is(err, data.ErrFormat) || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%dx%d %s: error %v, want %q", c.height, c.width, c.how, err, c.want)
		}
	}
}

func TestConvert(t *testing.T) {
	p := &Picture{Channels: 4, Height: 1, Width: 3, Planes: []byte{200, 200, 10, 100, 100, 20, 0, 0, 30, 255, 0, 51}}
	for _, c := range []struct {
		channels   int
		background byte
		want       []byte
	}{
		{4, 255, p.Planes},
		{3, 255, []byte{200, 255, 206, 100, 255, 208, 0, 255, 210}},
		{3, 0, []byte{200, 0, 2, 100, 0, 4, 0, 0, 6}},
		{1, 255, []byte{118, 255, 208}}, // (299 x 200 + 587 x 100) / 1000 = 118.5, cut off
	} {
		if got := Convert(p, c.channels, c.background); !bytes.Equal(got.Planes, c.want) || got.Channels != c.channels {
			t.Errorf("%d channels over %d: %d, want %d", c.channels, c.background, got.Planes, c.want)
		}
	}
	grey := &Picture{Channels: 1, Height: 1, Width: 2, Planes: []byte{5, 250}}
	for channels, want := range map[int][]byte{1: {5, 250}, 3: {5, 250, 5, 250, 5, 250}, 4: {5, 250, 5, 250, 5, 250, 255, 255}} {
		if got := Convert(grey, channels, 0); !bytes.Equal(got.Planes, want) {
			t.Errorf("grey in %d channels: %d, want %d", channels, got.Planes, want)
		}
		if got := Convert(Convert(grey, channels, 0), 1, 0); !bytes.Equal(got.Planes, grey.Planes) {
			t.Errorf("grey through %d channels: %d", channels, got.Planes)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a picture of 2 channels did not panic")
		}
	}()
	Convert(grey, 2, 0)
}

func BenchmarkResize(b *testing.B) {
	for _, channels := range []int{1, 3} {
		p := pictureOf(channels, 512, 512, func(c, y, x int) byte { return byte(x ^ y + c) })
		b.Run(map[int]string{1: "grey", 3: "colours"}[channels], func(b *testing.B) {
			for b.Loop() {
				if _, err := Resize(p, 64, 64, FitCrop, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
