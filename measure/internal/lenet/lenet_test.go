package lenet_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure/internal/lenet"
)

// asked is the accuracy that the weights of each dataset must have on its test images.
var asked = map[string]float64{"mnist": .992, "fashion-mnist": .91}

func open(t *testing.T, name string) *lenet.Classifier {
	t.Helper()
	device := engine.NewDevice(2)
	t.Cleanup(device.Close)
	c, err := lenet.Open(device, name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// images returns images lo to hi-1 of a set, [n, 28, 28] from 0 to 1, and their
// labels.
func images(t *testing.T, set data.Set, lo, hi int64) (pixels []float32, labels []int32) {
	t.Helper()
	row := set.Info().RowOf(data.ExampleField, data.ClassField)
	for i := lo; i < hi; i++ {
		if err := set.Read(row, i); err != nil {
			t.Fatal(err)
		}
		labels = append(labels, row[1].Ints[0])
		for _, v := range row[0].Bytes {
			pixels = append(pixels, float32(v)/255)
		}
	}
	return pixels, labels
}

// TestAccuracy computes the accuracy on the real test images and compares it with the
// metadata of the weights.
func TestAccuracy(t *testing.T) {
	for _, name := range lenet.Names {
		t.Run(name, func(t *testing.T) {
			set, err := load.Open(name, data.Test, 0)
			if errors.Is(err, fs.ErrNotExist) {
				t.Skipf("%s is not here (hint: gander data get %s)", name, name)
			}
			if err != nil {
				t.Fatal(err)
			}
			c := open(t, name)
			pixels, labels := images(t, set, 0, set.Len())
			got, err := c.Accuracy(context.Background(), pixels, labels)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%.2f %% of %d test images are right", 100*got, len(labels))
			// Another instruction set rounds differently, which may change one or two images.
			if d := math.Abs(got - c.Trained.Accuracy); d > 2.5/float64(len(labels)) {
				t.Errorf("the accuracy is %.4f, the weights say %.4f", got, c.Trained.Accuracy)
			}
			if got < asked[name] {
				t.Errorf("the accuracy is %.4f, want at least %.3f", got, asked[name])
			}
		})
	}
}

func TestWeightsSayWhereTheyAreFrom(t *testing.T) {
	for _, name := range lenet.Names {
		trained := open(t, name).Trained
		command := fmt.Sprintf("go run ./measure/internal/lenet/train -data %s ", name)
		if trained.Data != name || trained.Kimg <= 0 || trained.Accuracy < asked[name] || !strings.HasPrefix(trained.Command, command) {
			t.Errorf("the weights for %s say %+v", name, trained)
		}
		info, err := os.Stat(name + ".safetensors")
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > 2e6 {
			t.Errorf("the weights for %s take %d bytes, want less than 2 MB", name, info.Size())
		}
	}
}

var update = flag.Bool("update", false, "write the logits in testdata anew")

// TestLogits compares logits with those computed when the weights were made.
func TestLogits(t *testing.T) {
	pixels, _ := images(t, data.NewDigits(data.Test, 1), 0, 3)
	for _, name := range lenet.Names {
		look, err := open(t, name).Run(context.Background(), pixels, nil)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(table(look.Logits)), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Fields(string(text))
		if len(want) != len(look.Logits) {
			t.Fatalf("%s: %d logits, want %d", name, len(look.Logits), len(want))
		}
		for i, v := range look.Logits {
			// Instruction sets round differently.
			if w, err := strconv.ParseFloat(want[i], 64); err != nil || math.Abs(float64(v)-w) > 1e-3 {
				t.Errorf("%s: logit %d of digit %d is %.5f, want %s", name, i%lenet.Classes, i/lenet.Classes, v, want[i])
			}
		}
	}
}

// table writes one line of logits for each image.
func table(logits []float32) string {
	var b strings.Builder
	for i, v := range logits {
		end := " "
		if i%lenet.Classes == lenet.Classes-1 {
			end = "\n"
		}
		fmt.Fprintf(&b, "%.5f%s", v, end)
	}
	return b.String()
}

// TestRunInBatches runs one image more than a batch has, and some of them again
// in a batch of one.
func TestRunInBatches(t *testing.T) {
	const n, size = 251, lenet.Side * lenet.Side
	pixels, _ := images(t, data.NewDigits(data.Test, 1), 0, n)
	c := open(t, "mnist")
	calls := 0
	all, err := c.Run(context.Background(), pixels, func(done, total int) { calls++ })
	if err != nil {
		t.Fatal(err)
	}
	if len(all.Features) != n*lenet.Features || len(all.Logits) != n*lenet.Classes || calls != 2 {
		t.Fatalf("%d features and %d logits in %d batches", len(all.Features), len(all.Logits), calls)
	}
	for _, i := range []int{0, 249, 250} {
		one, err := c.Run(context.Background(), pixels[i*size:][:size], nil)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range one.Features {
			if want := all.Features[i*lenet.Features+k]; v != want {
				t.Fatalf("feature %d of image %d is %v alone and %v among others", k, i, v, want)
			}
		}
	}
}

func TestLookRefuses(t *testing.T) {
	c := open(t, "mnist")
	if _, err := c.Run(context.Background(), make([]float32, 100), nil); err == nil {
		t.Error("100 numbers were taken for images")
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := c.Run(ctx, make([]float32, 784), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a look that was stopped returned %v", err)
	}
	device := engine.NewDevice(1)
	defer device.Close()
	if _, err := lenet.Open(device, "cifar"); err == nil || !strings.Contains(hint.Text(err), "hint: ") {
		t.Errorf("weights for cifar: %v", err)
	}
}
