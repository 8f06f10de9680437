package bench

import (
	"context"
	"math"
	"testing"
)

func TestParseProduct(t *testing.T) {
	for _, p := range Products() {
		if got, err := ParseProduct(p.String()); err != nil || got != p {
			t.Errorf("%v is read as %v, %v", p, got, err)
		}
	}
	if got, err := ParseProduct("2x3x4"); err != nil || got != (Product{2, 3, 4, "NN"}) {
		t.Errorf("2x3x4 is read as %v, %v", got, err)
	}
	for _, text := range []string{"", "2x3", "2x3x4:", "2x3x4:NX", "2x3x4x5", "0x3x4", "-1x3x4", "02x3x4", "2x3x4:NN ", "100000x1x100000", "9999999999x9999999999x1"} {
		if p, err := ParseProduct(text); err == nil {
			t.Errorf("%q is read as %v", text, p)
		}
	}
}

func TestRates(t *testing.T) {
	o := Options{Threads: 1, Steps: 1}
	for _, layout := range []string{"NN", "TN", "NT", "TT"} {
		r, err := Gemm(context.Background(), Product{5, 7, 3, layout}, o)
		if err != nil || math.Abs(r.GFLOPs*r.Ms*1e6-2*5*7*3) > 1e-9 {
			t.Errorf("%s: %+v, %v", layout, r, err)
		}
	}
	results, err := Conv(context.Background(), Convolution{Layer: "L", Transposed: true, In: 2, Size: 3, Out: 4, Kernel: 4, Stride: 2, Pad: 1}, o)
	if err != nil || len(results) != 3 || results[0].Name != "L 2x3->4x6 k4s2p1 forward" {
		t.Fatalf("%v, %v", results, err)
	}
	for _, r := range results { // 9 pixels of 2 channels are each multiplied by 4 kernels of 16 elements
		if want := float64(2 * defaultBatch * 9 * 2 * 4 * 16); math.Abs(r.GFLOPs*r.Ms*1e6-want) > 1e-3 {
			t.Errorf("%s: %g operations, want %g", r.Name, r.GFLOPs*r.Ms*1e6, want)
		}
	}
}
