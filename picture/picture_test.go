package picture_test

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/picture"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// blobs returns images of soft discs. The discs move from image to image, in another
// direction for each channel.
func blobs(n, channels, side int) picture.Images {
	m := picture.Images{N: n, Channels: channels, Height: side, Width: side}
	for i := range n {
		for k := range channels {
			cx := (float64((i*5+k*3)%11)/10*.6 + .2) * float64(side)
			cy := (float64((i*3+k*7)%7)/6*.6 + .2) * float64(side)
			for y := range side {
				for x := range side {
					d := math.Hypot(float64(x)-cx, float64(y)-cy) / float64(side)
					m.Pixels = append(m.Pixels, byte(255*math.Exp(-12*d*d)))
				}
			}
		}
	}
	return m
}

func TestGoldenPictures(t *testing.T) {
	grid := func(m picture.Images, columns int, o picture.Options) func() (image.Image, error) {
		return func() (image.Image, error) { return picture.Grid(m, columns, o) }
	}
	tests := []struct {
		name string
		draw func() (image.Image, error)
	}{
		{"grey", grid(blobs(7, 1, 8), 0, picture.Options{Scale: 3})},
		{"rgb", grid(blobs(6, 3, 8), 3, picture.Options{Scale: 2, Pad: 5, Background: color.White})},
		{"rgba", grid(blobs(4, 4, 8), 2, picture.Options{Scale: 2, Background: color.Transparent})},
		{"single", grid(blobs(1, 1, 8), 1, picture.Options{Scale: 1, Pad: -1})},
		{"neighbours", func() (image.Image, error) {
			all := blobs(13, 1, 8)
			return picture.Neighbours(all.Slice(0, 10), all.Slice(10, 12), picture.Options{Scale: 3})
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			drawn, err := test.draw()
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, filepath.Join("testdata", test.name+".png"), drawn)
		})
	}
}

func compareGolden(t *testing.T, path string, drawn image.Image) {
	t.Helper()
	var file bytes.Buffer
	if err := picture.EncodePNG(&file, drawn, nil); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, file.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(golden))
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(&file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the picture differs from %s", path)
	}
}

// TestGridPixels compares every pixel with the value that follows from its place in the
// grid.
func TestGridPixels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := picture.Images{
			N:        rapid.IntRange(1, 7).Draw(t, "n"),
			Channels: rapid.SampledFrom([]int{1, 3, 4}).Draw(t, "channels"),
			Height:   rapid.IntRange(1, 4).Draw(t, "height"),
			Width:    rapid.IntRange(1, 4).Draw(t, "width"),
		}
		size := m.N * m.Channels * m.Height * m.Width
		m.Pixels = rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, "pixels")
		columns := rapid.IntRange(1, 4).Draw(t, "columns")
		pad := rapid.IntRange(1, 3).Draw(t, "pad")
		scale := rapid.IntRange(1, 3).Draw(t, "scale")
		grid, err := picture.Grid(m, columns, picture.Options{Pad: pad, Scale: scale, Background: color.Black})
		if err != nil {
			t.Fatal(err)
		}
		rows := (m.N + columns - 1) / columns
		want := image.Rect(0, 0, columns*(m.Width*scale+pad)+pad, rows*(m.Height*scale+pad)+pad)
		if grid.Bounds() != want {
			t.Fatalf("bounds %v, want %v", grid.Bounds(), want)
		}
		for y := range want.Max.Y {
			for x := range want.Max.X {
				if got, want := grid.At(x, y), expected(m, columns, pad, scale, x, y); !sameColour(got, want) {
					t.Fatalf("pixel %d,%d is %v, want %v", x, y, got, want)
				}
			}
		}
	})
}

// expected returns the colour of a pixel of a grid on black.
func expected(m picture.Images, columns, pad, scale, x, y int) color.Color {
	column, inX := x/(m.Width*scale+pad), x%(m.Width*scale+pad)-pad
	row, inY := y/(m.Height*scale+pad), y%(m.Height*scale+pad)-pad
	i := row*columns + column
	if inX < 0 || inY < 0 || column >= columns || i >= m.N {
		return color.Black
	}
	value := func(k int) byte {
		return m.Pixels[((i*m.Channels+k)*m.Height+inY/scale)*m.Width+inX/scale]
	}
	switch m.Channels {
	case 1:
		return color.Gray{Y: value(0)}
	case 3:
		return color.RGBA{R: value(0), G: value(1), B: value(2), A: 255}
	}
	return color.NRGBA{R: value(0), G: value(1), B: value(2), A: value(3)}
}

func sameColour(a, b color.Color) bool {
	r, g, bl, al := a.RGBA()
	r2, g2, b2, al2 := b.RGBA()
	return r == r2 && g == g2 && bl == b2 && al == al2
}

func TestGridDefaults(t *testing.T) {
	tests := []struct {
		name          string
		m             picture.Images
		columns       int
		width, height int
	}{
		{"64 digits in a square", blobs(64, 1, 28), 0, 8*(84+2) + 2, 8*(84+2) + 2},
		{"10 digits in a near square", blobs(10, 1, 28), 0, 4*(196+2) + 2, 3*(196+2) + 2},
		{"a row of interpolations", blobs(10, 1, 28), 10, 10*(84+2) + 2, 84 + 4},
		{"large images are not shrunk", blobs(4, 1, 500), 2, 2*(500+2) + 2, 2*(500+2) + 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, err := picture.Grid(test.m, test.columns, picture.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if size := m.Bounds().Size(); size != image.Pt(test.width, test.height) {
				t.Errorf("size %v, want %dx%d", size, test.width, test.height)
			}
		})
	}
}

func TestNeighboursOutline(t *testing.T) {
	grey := picture.Images{N: 6, Channels: 1, Height: 2, Width: 2, Pixels: make([]byte, 24)}
	m, err := picture.Neighbours(grey.Slice(0, 4), grey.Slice(4, 6), picture.Options{Scale: 5, Background: color.White})
	if err != nil {
		t.Fatal(err)
	}
	if want := image.Pt(3*14+4, 2*14+4); m.Bounds().Size() != want {
		t.Fatalf("size %v, want %v", m.Bounds().Size(), want)
	}
	for _, p := range []struct {
		x, y   int
		yellow bool
	}{{31, 8, true}, {42, 8, true}, {35, 2, true}, {35, 15, true}, {29, 8, false}, {37, 8, false}, {3, 8, false}, {44, 8, false}} {
		r, g, b, _ := m.At(p.x, p.y).RGBA()
		if yellow := r>>8 == 255 && g>>8 == 214 && b>>8 == 10; yellow != p.yellow {
			t.Errorf("pixel %d,%d yellow: %t, want %t", p.x, p.y, yellow, p.yellow)
		}
	}
}

func TestRefusals(t *testing.T) {
	grid := func(m picture.Images, columns int, o picture.Options) error {
		_, err := picture.Grid(m, columns, o)
		return err
	}
	neighbours := func(a, b picture.Images) error {
		_, err := picture.Neighbours(a, b, picture.Options{})
		return err
	}
	short := blobs(2, 1, 4)
	short.Pixels = short.Pixels[1:]
	tests := []struct {
		name string
		err  error
		say  string
	}{
		{"no images", grid(picture.Images{}, 1, picture.Options{}), "no images"},
		{"two channels", grid(blobs(1, 2, 4), 1, picture.Options{}), "2 channels"},
		{"no width", grid(picture.Images{N: 1, Channels: 1, Height: 3}, 1, picture.Options{}), "0x3"},
		{"too few pixels", grid(short, 1, picture.Options{}), "31 pixel values are not 2 images"},
		{"huge cell", grid(picture.Images{N: 1, Channels: 1, Height: 1 << 40, Width: 1 << 40}, 1, picture.Options{}), "too large"},
		{"huge columns", grid(blobs(1, 1, 1), 1<<60, picture.Options{}), "too large"},
		{"huge scale", grid(blobs(1, 1, 100), 1, picture.Options{Scale: 200}), "(hint: "},
		{"uneven rows", neighbours(blobs(5, 1, 4), blobs(2, 1, 4)), "5 samples do not fill 2 rows"},
		{"other size", neighbours(blobs(4, 1, 4), blobs(2, 1, 5)), "5x5"},
		{"no neighbours", neighbours(blobs(4, 1, 4), picture.Images{}), "nearest images: no images"},
		{"no samples", neighbours(picture.Images{}, blobs(4, 1, 4)), "samples: no images"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.err == nil || !strings.Contains(hint.Text(test.err), test.say) {
				t.Errorf("error %v, want one with %q", test.err, test.say)
			}
		})
	}
}

func TestFromFloats(t *testing.T) {
	inf := float32(math.Inf(1))
	tests := []struct {
		name   string
		lo, hi float32
		pixels []float32
		want   []byte
	}{
		{"unit", 0, 1, []float32{0, 1, .5, .001, .002, .999}, []byte{0, 255, 128, 0, 1, 255}},
		{"signed", -1, 1, []float32{-1, 1, 0, -.5}, []byte{0, 255, 128, 64}},
		{"clamped", 0, 1, []float32{-3, 7, inf, -inf}, []byte{0, 255, 255, 0}},
		{"bytes", 0, 255, []float32{0, 7, 254, 255}, []byte{0, 7, 254, 255}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, err := picture.FromFloats(test.pixels, len(test.pixels), 1, 1, 1, test.lo, test.hi)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, m.Pixels); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFromFloatsRefuses(t *testing.T) {
	nan := float32(math.NaN())
	tests := []struct {
		name   string
		pixels []float32
		lo, hi float32
		say    string
	}{
		{"not a number", []float32{0, 0, 0, 0, 0, nan}, 0, 1, "image 2 has a pixel that is not a number"},
		{"empty range", make([]float32, 6), 1, 1, "range that rises"},
		{"falling range", make([]float32, 6), 1, 0, "range that rises"},
		{"endless range", make([]float32, 6), 0, float32(math.Inf(1)), "finite range"},
		{"range of NaN", make([]float32, 6), nan, 1, "finite range"},
		{"too many pixels", make([]float32, 7), 0, 1, "7 pixel values"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := picture.FromFloats(test.pixels, 3, 1, 1, 2, test.lo, test.hi)
			if err == nil || !strings.Contains(hint.Text(err), test.say) {
				t.Errorf("error %v, want one with %q", err, test.say)
			}
		})
	}
}
