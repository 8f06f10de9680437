package reproduce

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// tinyImages is settings for a very short run of the recipe images.
var tinyImages = []string{"width=2", "batch=8", "train.steps=2", "train.tick_kimg=0.01", "train.grid=16"}

func TestTransferFeaturesPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce transfer-features", Data: writeLabelled(t), Trials: 2, Set: tinyImages}
	wantPage(t, transferFeatures, s, `^\| labels \| trained D \| untrained D \| pixels \| trained - untrained \| trained - pixels \|$`, `^\| 3 \| [0-9.]+ ± [0-9.]+ \| `,
		`^\| 90 \| `, `^\| all 200 \| [0-9.]+ \| `, `means over 2 draws`, `^- .model.width = 2. instead of 16$`, ` 256 \(pixels\)`)
	folders, err := run.List(filepath.Join(s.Out, "runs"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%d runs, %v", len(folders), err)
	}
	again := Settings{Out: t.TempDir(), Command: "gander reproduce transfer-features --run x", Run: folders[0].Path(), Trials: 2, Epochs: 3}
	if err := transferFeatures.Make(t.Context(), again); err == nil || !strings.Contains(hint.Text(err), "--run names an existing run") {
		t.Errorf("--run with --epochs gives %v", err)
	}
}
