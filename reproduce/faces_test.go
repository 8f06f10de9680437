package reproduce

import (
	"testing"

	"github.com/gander-ml/gander/hint"
)

func TestFacesPage(t *testing.T) {
	s := Settings{
		Out: t.TempDir(), Command: "gander reproduce faces", Data: writeClasses(t, 3, 16),
		Set: []string{"width=2", "batch=8", "train.steps=2", "train.tick_kimg=0.01", "train.grid=16"}, hurry: 20,
	}
	wantPage(t, facePictures, s, `^## 32 x 32 pixels$`, `^## 64 x 64 pixels$`, `^\| swd \| 64x64 \(1/1000\) \| [0-9.]+ ± [0-9.]+ \| [0-9.]+ \| lower \|$`,
		`^\| memorisation \| ratio \| [0-9.]+ ± [0-9.e-]+ \| `, "^- `model.width = 2` instead of 0$")
}

func TestFacesNeedPictures(t *testing.T) {
	err := facePictures.Make(t.Context(), Settings{Out: t.TempDir()})
	if err == nil || hint.Of(err) == "" {
		t.Errorf("without data: %v, want an error with a hint", err)
	}
}
