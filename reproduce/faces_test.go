package reproduce

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

func TestFacesPage(t *testing.T) {
	s := Settings{
		Out: t.TempDir(), Command: "gander reproduce faces", Data: writeClasses(t, 3, 16),
		Set: []string{"width=2", "batch=8", "train.steps=2", "train.tick_kimg=0.01", "train.grid=16"}, hurry: 20,
	}
	wantPage(t, facePictures, s, `^## 32 x 32 pixels$`, `^## 64 x 64 pixels$`, `^\| swd \| 64x64 \(1/1000\) \| [0-9.]+ ± [0-9.]+ \| [0-9.]+ \| lower \|$`,
		`^\| memorisation \| ratio \| [0-9.]+ ± [0-9.e-]+ \| `, "^- `model.width = 2` instead of 0 .32 for images up to 32 pixels, 16 up to 128, otherwise 8.$")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	s.Again = "again"
	s.Stderr = writerFunc(func(said []byte) {
		if strings.HasPrefix(string(said), "measuring ") {
			stop()
		}
	})
	if err := facePictures.Make(ctx, s); !errors.Is(err, run.ErrInterrupted) || hint.Of(err) != "again" {
		t.Errorf("interrupted while it measures: %v", hint.Text(err))
	}
}

// TestFacesNeedPictures asks for faces without pictures, and with too few to measure: the error
// comes before the training.
func TestFacesNeedPictures(t *testing.T) {
	few := filepath.Join(t.TempDir(), "few.npy")
	if err := os.WriteFile(few, npy(t, 60, 16), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := facePictures.Make(t.Context(), Settings{Out: t.TempDir(), Data: few}); err == nil || !strings.Contains(err.Error(), "want at least 200") {
		t.Errorf("60 pictures: %v", err)
	}
	err := facePictures.Make(t.Context(), Settings{Out: t.TempDir()})
	if err == nil || hint.Of(err) == "" {
		t.Errorf("without data: %v, want an error with a hint", err)
	}
}

// npy returns n grey pictures with a side, as an array.
func npy(t *testing.T, n, side int) []byte {
	t.Helper()
	pixels := make([]uint8, n*side*side)
	for i := range pixels {
		pixels[i] = uint8(i * 7919)
	}
	var file bytes.Buffer
	if err := format.EncodeNPY(&file, []int{n, side, side}, pixels); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}
