package reproduce

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// writeCaptioned writes pictures of 16x16 pixels with captions, and returns their folder.
func writeCaptioned(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	table := "file,caption\n"
	for i := range 40 {
		m := image.NewGray(image.Rect(0, 0, 16, 16))
		for k := range m.Pix {
			m.Pix[k] = byte(i*k + i)
		}
		var file bytes.Buffer
		name := fmt.Sprintf("%02d.png", i)
		if err := errors.Join(png.Encode(&file, m), os.WriteFile(filepath.Join(dir, name), file.Bytes(), 0o666)); err != nil {
			t.Fatal(err)
		}
		table += fmt.Sprintf("%s,picture %d of many flags\n", name, i)
	}
	if err := os.WriteFile(filepath.Join(dir, "captions.csv"), []byte(table), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestStackGANPage(t *testing.T) {
	tiny := []string{"batch=4", "width_g=4", "width_g2=4", "width_d=2", "width_d2=2", "train.steps=2", "train.tick_kimg=0.01", "train.grid=4"}
	s := Settings{Out: t.TempDir(), Command: "gander reproduce stackgan", Data: writeCaptioned(t), Seeds: []uint64{3}, Set: tiny}
	wantPage(t, stackGAN, s, `^\| stage I \| training \| `, `^\| stage II \| held out \| [0-9.]+ \| [0-9.]+ \| [0-9.]+ \|$`,
		`^\| caption of the nearest training image, of samples for held-out captions \| held out \| \| \| `,
		`^\| stage I \| 0\.[0-9]*[1-9][0-9]* \| `, `^\| whole \| `, "^- `model.width_g = 4` instead of 32$")
	if info, err := os.Stat(filepath.Join(s.Out, "stackgan.png")); err != nil || info.Size() == 0 {
		t.Errorf("no picture: %v", err)
	}
	folders, err := run.List(filepath.Join(s.Out, "runs"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%d runs, %v", len(folders), err)
	}
	again := Settings{Out: t.TempDir(), Command: "gander reproduce stackgan --run x", Run: filepath.Join(s.Out, "runs", folders[0].Name())}
	wantPage(t, stackGAN, again, `^\| stage II \| held out \| `)
	again.Epochs = 3
	if err := stackGAN.Make(t.Context(), again); err == nil || !strings.Contains(hint.Text(err), "--run names an existing run") {
		t.Errorf("--run with --epochs gives %v", err)
	}
}

// TestPixelSD compares with the standard deviation by hand: each group of stackDraws images has
// the values 0 and 2 equally often.
func TestPixelSD(t *testing.T) {
	values := make([]float32, 2*stackDraws)
	if sd := pixelSD(values, 2*stackDraws); sd != 0 {
		t.Errorf("equal pixels have the standard deviation %v", sd)
	}
	for i := range values {
		values[i] = float32(i % 2 * 2)
	}
	if got, want := pixelSD(values, 2*stackDraws), math.Sqrt(float64(stackDraws)/(stackDraws-1)); math.Abs(got-want) > 1e-9 {
		t.Errorf("the standard deviation is %v, want %v", got, want)
	}
}
