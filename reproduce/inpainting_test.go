package reproduce

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
)

// TestInpaintingMasks counts the observed pixels of the masks of the protocol.
func TestInpaintingMasks(t *testing.T) {
	const n = 20
	want := []float64{.5, .75, .25, .5, .2}
	for i, m := range inpaintingMasks {
		sum := 0.
		for _, v := range m.draw(n, 28, 28, 1) {
			sum += float64(v) / (n * 28 * 28)
		}
		if allowed := 4 * math.Sqrt(m.share*(1-m.share)/(n*28*28)); math.Abs(sum-want[i]) > allowed+1e-9 {
			t.Errorf("%s: the share of observed pixels is %.4f, want %.4f", m.Name, sum, want[i])
		}
	}
}

// TestInpaintingFigures judges completions with known figures.
func TestInpaintingFigures(t *testing.T) {
	a, b, masks := []float32{0, 1, .5, .25}, []float32{.5, 0, .5, .75}, []float32{0, 1, 0, 0}
	if got, want := rmsWhereMissing(a, b, masks), math.Sqrt((.25+0+.25)/3); math.Abs(got-want) > 1e-7 {
		t.Errorf("difference %v, want %v", got, want)
	}
	if got := (completed{RMSE: .4, Diversity: .3}).Ratio(); math.Abs(got-.75) > 1e-12 {
		t.Errorf("ratio %v", got)
	}
	row := inpaintingRow{Completed: []completed{{Accuracy: .5}, {Accuracy: .7}}, Baselines: []completed{{RMSE: .3}, {RMSE: .2}}}
	if m := row.Mean("accuracy"); math.Abs(m.Mean-.6) > 1e-12 || m.N != 2 {
		t.Errorf("mean %+v", m)
	}
	if s := row.Sampled(); math.Abs(s-.2*math.Sqrt2) > 1e-12 {
		t.Errorf("RMSE of samples %v", s)
	}
}

// TestInpaintingNearest completes an image by the training image that is nearest where both
// are observed, and not by one that is nearer elsewhere.
func TestInpaintingNearest(t *testing.T) {
	field := data.Image(1, 1, 4)
	test := &inpaintingTest{
		train: &measure.Set{Name: "train", Field: field, Values: []float32{1, 1, 0, 0, 0, 0, 1, 1}},
		test:  &measure.Set{Name: "test", Field: field, Values: []float32{1, .8, 1, 1}},
	}
	filled, err := test.nearest(context.Background(), []float32{1, 1, 0, 0})
	if err != nil || filled[0] != 1 || filled[1] != .8 || filled[2] != 0 || filled[3] != 0 {
		t.Errorf("filled %v, error %v", filled, err)
	}
	if mean := test.mean([]float32{1, 0, 0, 1}); mean[0] != 1 || mean[1] != .5 || mean[2] != .5 || mean[3] != 1 {
		t.Errorf("filled with the mean %v", mean)
	}
}

// TestInpaintingPage makes the page after a short training on few images of ten classes.
func TestInpaintingPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce inpainting", Data: writeClasses(t, 10, 28), Epochs: 1, Threads: 1, hurry: 20,
		Set: []string{"width=4", "hidden=8"}}
	wantPage(t, inpainting, s, `^# Inpainting`, `^\| right half missing \| [0-9.]+ \| [0-9.]+ \| 0\.[0-9]+ \|`, `^\| 80% of the pixels missing \|`,
		`^\| centre missing \| nearest neighbour \| 30 \| 0\.[0-9]+ \| [0-9.]+ \|`, `^- .model.width = 4.$`, "completions.png")
	s = Settings{Out: t.TempDir(), Data: "cifar10-none", Epochs: 1}
	if err := inpainting.Make(t.Context(), s); err == nil {
		t.Error("unknown data was taken")
	}
	s.Data = "stacked-mnist"
	err := inpainting.Make(t.Context(), s)
	if err == nil || !strings.Contains(hint.Text(err), "are judged by no classifier") && !strings.Contains(err.Error(), "mnist") {
		t.Errorf("error %v", err)
	}
}

// TestInpaintingBaselines computes the baselines on 5000 training and 300 test images of
// MNIST. With all 60,000 and all test images they are, in numpy: for the mean image .2677,
// .4163 and .1794, for the linear regression .2091, .3220 and .1263, for the joint Gaussian
// .2101, .3242 and .1275, and for the nearest neighbour .2580, .3986 and .1560.
func TestInpaintingBaselines(t *testing.T) {
	if testing.Short() {
		t.Skip("computes a large covariance")
	}
	device := engine.NewDevice(1)
	defer device.Close()
	config, err := newConfig("inpainting", "mnist", 1, 1)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("MNIST is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	test, err := newInpaintingTest(t.Context(), device, config)
	if err != nil {
		t.Fatal(err)
	}
	test.train = test.train.Slice(0, 5000)
	f := inpaintingFound{Images: 300, Few: 20}
	if err := f.baselines(t.Context(), &job{}, test); err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]float64{{.2677, .2091, .2101, .2580}, {.4163, .3220, .3242, .3986}, {.1794, .1263, .1275, .1560}, {.2598, .1045}, {.2597, .1480}} {
		for k, b := range f.Masks[i].Baselines {
			if math.Abs(b.RMSE-want[k]) > .06*want[k] {
				t.Errorf("%s, %s: RMSE %.4f, want about %.4f", f.Masks[i].Mask, b.Method, b.RMSE, want[k])
			}
			if !(b.Accuracy > .05 && b.Accuracy <= 1) {
				t.Errorf("%s, %s: accuracy %.3f", f.Masks[i].Mask, b.Method, b.Accuracy)
			}
		}
	}
}
