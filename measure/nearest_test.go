package measure

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
)

func TestNearest(t *testing.T) {
	set := data.NewDigits(data.Train, 3)
	size := set.Info().First().Size()
	const first = 40
	pixels := make([]byte, 5*size)
	for i := range 5 {
		image := pixels[i*size : (i+1)*size]
		row := set.Info().RowOf(data.ExampleField)
		row[0].Bytes = image
		if err := set.Read(row, int64(first+7*i)); err != nil {
			t.Fatal(err)
		}
		for p := range image { // noise that leaves the image its own nearest
			image[p] ^= byte(p % 3)
		}
	}
	got, err := Nearest(context.Background(), pixels, set, 200)
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range got {
		if k != int64(first+7*i) {
			t.Errorf("the image nearest to number %d with noise is %d", first+7*i, k)
		}
	}
}

func TestNearestRefusesOtherSets(t *testing.T) {
	if _, err := Nearest(context.Background(), make([]byte, 4), data.NewRing8(data.Train, 3), 10); !errors.Is(err, data.ErrKind) {
		t.Errorf("among points: error %v", err)
	}
	volumes, err := data.NewTable(data.NewInfo("volumes", data.Field{Name: "x", Kind: data.Pixels, Shape: []int{1, 1, 2, 2}}), data.Values{Bytes: make([]byte, 4)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Nearest(context.Background(), make([]byte, 4), volumes, 10); !errors.Is(err, data.ErrKind) || !strings.Contains(err.Error(), "holds volumes") {
		t.Errorf("among volumes: error %v", err)
	}
	if _, err := Nearest(context.Background(), make([]byte, 784), data.NewDigits(data.Train, 3), 0); !errors.Is(err, data.ErrEmpty) {
		t.Errorf("among none: error %v", err)
	}
}

func TestNearestRefusesOtherSizes(t *testing.T) {
	if _, err := Nearest(context.Background(), make([]byte, 100), data.NewDigits(data.Train, 3), 10); err == nil {
		t.Error("100 bytes were taken for images of 784")
	}
}
