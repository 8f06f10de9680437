package reproduce

import (
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
)

func TestSimGANPage(t *testing.T) {
	s := Settings{
		Out: t.TempDir(), Command: "gander reproduce simgan", Seeds: []uint64{1}, Threads: 2, hurry: 100,
		Set: []string{"batch=4", "width=2", "width_d=2", "pretrain_r=3", "pretrain_d=3"},
	}
	wantPage(t, simGAN, s, `^\| 1 \| [0-9.]+ \|`, "^- `model.batch = 4` instead of 32$", `!\[Twelve simulated images, .*\]\(images.png\)`,
		`^\| mean of abs\(R\(x\) - x\), of greys from 0 to 1 \| 0 \| 0\.[0-9]+ \|`)
	err := simGAN.Make(t.Context(), Settings{Out: t.TempDir(), Set: []string{"data.name=ring8"}})
	if err == nil || !strings.Contains(hint.Text(err), "ring8") {
		t.Errorf("points are refined: %v", err)
	}
}

// TestCentroid moves a square in a noisy image.
func TestCentroid(t *testing.T) {
	const h, w = 10, 14
	pixels := make([]float32, h*w)
	for i := range pixels {
		pixels[i] = -.5 + .1*float32(i%3)
	}
	for y := 2; y < 6; y++ {
		for x := 7; x < 11; x++ {
			pixels[y*w+x] = .8
		}
	}
	if y, x := centroid(pixels, []int{1, h, w}); math.Abs(y-3.5) > .2 || math.Abs(x-8.5) > .2 {
		t.Errorf("the centroid is %.2f, %.2f, want 3.5, 8.5", y, x)
	}
}

// TestClassifier learns two classes that one pixel decides.
func TestClassifier(t *testing.T) {
	set, err := data.NewTable(data.NewInfo("two", data.Image(1, 8, 8), data.Label(2)),
		data.Values{Bytes: append(make([]byte, 64+27), append([]byte{255}, make([]byte, 36)...)...)}, data.Values{Ints: []int32{0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	images, err := readLabelled(set, 5)
	if err != nil || len(images.labels) != 2 || images.pixels[0] != -1 || images.pixels[64+27] != 1 {
		t.Fatalf("read %+v, error %v", images, err)
	}
	device := engine.NewDevice(1)
	defer device.Close()
	c, err := trainClassifier(t.Context(), device, images, 2, 60, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.accuracy(t.Context(), images); err != nil || got != 1 {
		t.Errorf("accuracy %g, error %v", got, err)
	}
}
