package main

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/measure/internal/lenet"
)

// TestSameSeedSameBytes trains briefly with one thread and with two threads.
func TestSameSeedSameBytes(t *testing.T) {
	test, err := data.Subset(data.NewDigits(data.Test, 1), 0, 50)
	if err != nil {
		t.Fatal(err)
	}
	weights := func(threads int, seed uint64) []byte {
		device := engine.NewDevice(threads)
		defer device.Close()
		var b bytes.Buffer
		trained := lenet.Training{Data: "digits", Seed: seed, Kimg: .3}
		if err := train(context.Background(), device, data.NewDigits(data.Train, 1), test, trained, &b, io.Discard); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	one := weights(1, 1)
	if !bytes.Equal(one, weights(2, 1)) {
		t.Error("two threads give other weights than one")
	}
	if bytes.Equal(one, weights(1, 2)) {
		t.Error("two seeds give the same weights")
	}
}

func TestShift(t *testing.T) {
	const side = lenet.Side
	src := make([]float32, side*side)
	for i := range src {
		src[i] = float32(i + 1)
	}
	for _, d := range [][2]int{{0, 0}, {1, 0}, {-1, 1}, {2, -2}} {
		dst := used(side * side)
		shift(dst, src, d[0], d[1])
		for y := range side {
			for x := range side {
				want := float32(0)
				if u, v := x-d[0], y-d[1]; u >= 0 && u < side && v >= 0 && v < side {
					want = src[v*side+u]
				}
				if got := dst[y*side+x]; got != want {
					t.Fatalf("shifted by %v, pixel %d,%d is %v, want %v", d, x, y, got, want)
				}
			}
		}
	}
}

// used returns memory that another image was written to.
func used(n int) []float32 {
	image := make([]float32, n)
	for i := range image {
		image[i] = -7
	}
	return image
}
