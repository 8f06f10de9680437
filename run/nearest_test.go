package run_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

// TestNearest looks for the images nearest to one of the set, which is the nearest
// itself, and compares the others with all distances, sorted.
func TestNearest(t *testing.T) {
	set := data.NewDigits(data.Train, 1)
	field := set.Info().First()
	image := picture.Images{N: 1, Channels: field.Shape[0], Height: field.Shape[1], Width: field.Shape[2], Pixels: make([]byte, field.Size())}
	if err := set.Read(data.Row{{Bytes: image.Pixels}, {}}, 17); err != nil {
		t.Fatal(err)
	}
	nearest, list, err := run.Nearest(t.Context(), image, set, 40, 3)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 3 || list[0].Index != 17 || list[0].Distance != 0 || nearest.N != 3 || !slices.Equal(nearest.Slice(0, 1).Pixels, image.Pixels) {
		t.Errorf("the nearest are %v", list)
	}
	every, more, err := run.Nearest(t.Context(), image, set, 40, 100)
	if err != nil || len(more) != 40 || every.N != 40 {
		t.Fatalf("%d of 40 images are found, error %v", len(more), err)
	}
	if !slices.IsSortedFunc(more, func(a, b run.Neighbour) int { return int(min(max(a.Distance-b.Distance, -1), 1)) }) || !slices.Equal(more[:3], list) {
		t.Errorf("not the nearest: %v of %v", list, more)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, _, err := run.Nearest(ended, image, set, 40, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v after the end of the context", err)
	}
	image.Width, image.Height = image.Width/2, image.Height*2
	if _, _, err := run.Nearest(t.Context(), image, set, 40, 3); err == nil {
		t.Error("an image of another shape is accepted")
	}
}
