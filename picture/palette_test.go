package picture

import (
	"image"
	"testing"

	"pgregory.net/rapid"
)

// TestWithPalette compares every pixel, with 1 to 300 colours in any order.
func TestWithPalette(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		area := image.Rect(3, 2, 3+rapid.IntRange(1, 40).Draw(t, "width"), 2+rapid.IntRange(1, 20).Draw(t, "height"))
		full := image.NewRGBA(area)
		colours := rapid.IntRange(1, 300).Draw(t, "colours")
		used := map[int]bool{}
		for i := 0; i < len(full.Pix); i += 4 {
			c := rapid.IntRange(0, colours-1).Draw(t, "colour")
			used[c] = true
			full.Pix[i], full.Pix[i+1], full.Pix[i+3] = byte(c), byte(c>>8), 255
		}
		small := withPalette(full)
		if _, has := small.(*image.Paletted); has != (len(used) <= 256) {
			t.Fatalf("%d colours gave a %T", len(used), small)
		}
		if small.Bounds() != area {
			t.Fatalf("bounds %v, want %v", small.Bounds(), area)
		}
		for y := area.Min.Y; y < area.Max.Y; y++ {
			for x := area.Min.X; x < area.Max.X; x++ {
				if small.At(x, y) != full.At(x, y) {
					t.Fatalf("(%d, %d) is %v, want %v", x, y, small.At(x, y), full.At(x, y))
				}
			}
		}
	})
}
