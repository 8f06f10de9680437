package recipe

import (
	"context"
	"testing"

	"github.com/gander-ml/gander/data"
)

// TestStackedParameters compares the numbers of parameters with the table of layers: D with
// a quarter and with half of G's channels, and with packs of 4.
func TestStackedParameters(t *testing.T) {
	triples := Examples{Info: data.NewInfo("triples", data.Image(3, 28, 28)), Epoch: 128_000}
	const g = 256*1024 + 2*64 + 9*(64*32+32*16+16*8) + 2*(32+16+8) + 9*8*3 + 3
	for _, c := range []struct {
		change func(*Stacked)
		d      int
	}{
		{func(*Stacked) {}, 9*(3*2+2*4+4*8) + 2*(2+4+8) + 8*16 + 1},
		{func(s *Stacked) { s.WidthD = 4 }, 9*(3*4+4*8+8*16) + 2*(4+8+16) + 16*16 + 1},
		{func(s *Stacked) { s.Pack = 4 }, 9*(12*2+2*4+4*8) + 2*(2+4+8) + 8*16 + 1},
	} {
		system, err := built(t, "stacked", triples, c.change)
		if err != nil {
			t.Fatal(err)
		}
		if sizes := trainable(t, system); sizes["G"] != g || sizes["D"] != c.d {
			t.Errorf("G has %d parameters and D %d, want %d and %d", sizes["G"], sizes["D"], g, c.d)
		}
	}
}

// TestStackedPlays trains packs, unrolled updates and another size of images.
func TestStackedPlays(t *testing.T) {
	for name, change := range map[string]func(*Stacked){
		"packs":    func(s *Stacked) { s.Pack = 4 },
		"unrolled": func(s *Stacked) { s.Unroll = 2 },
	} {
		info := data.NewInfo("some", data.Image(1, 33, 33))
		system, err := built(t, "stacked", Examples{Info: info, Epoch: 64}, func(s *Stacked) { s.Batch = 8; change(s) })
		if err != nil {
			t.Fatal(err)
		}
		if made := makes(t, system, 3); made.Size() != 3*33*33 {
			t.Errorf("%s: 3 samples are %v", name, made)
		}
		if err := trainerOf(t, system, imitation(t, info, 64)).Train(context.Background(), 2, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStackedRefuses(t *testing.T) {
	for want, f := range map[string]data.Field{
		"images of 28x32: its networks make square images, from 16 to 64 pixels (hint: --set data.size=32)": data.Image(3, 28, 32),
		"images of 96x96: its networks make square images, from 16 to 64 pixels (hint: --set data.size=64)": data.Image(3, 96, 96),
		"it generates images, and the data are points":                                                      data.Point(2),
	} {
		_, err := built(t, "stacked", Examples{Info: data.NewInfo("some", f)}, func(*Stacked) {})
		wantError(t, err, want)
	}
}
