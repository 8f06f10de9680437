package reproduce

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// tinyDigits is settings for a very short run of the recipe digits.
var tinyDigits = []string{"hidden=8", "latent=4", "batch=8", "train.steps=3", "train.grid=16"}

// tinyImages is settings for a very short run of the recipe images.
var tinyImages = []string{"width=2", "batch=8", "train.steps=2", "train.tick_kimg=0.01", "train.grid=16"}

func TestTransferFeaturesPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce transfer-features", Data: writeLabelled(t), Trials: 2, Set: tinyDigits}
	wantPage(t, transferFeatures, s, `^\| labels \| trained D \| untrained D \| pixels \| trained - untrained \| trained - pixels \|$`, `^\| 3 \| [0-9.]+ ± [0-9.]+ \| `,
		`^\| 90 \| `, `^\| all 200 \| [0-9.]+ \| `, `means over 2 draws`, `^- .model.hidden = 8. instead of 256$`, ` 256 \(pixels\)`)
	folders, err := run.List(filepath.Join(s.Out, "runs"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%d runs, %v", len(folders), err)
	}
	again := Settings{Out: t.TempDir(), Command: "gander reproduce transfer-features --run x", Run: folders[0].Path(), Trials: 2, Epochs: 3}
	if err := transferFeatures.Make(t.Context(), again); err == nil || !strings.Contains(hint.Text(err), "--run names an existing run") {
		t.Errorf("--run with --epochs gives %v", err)
	}
}

func TestFineTuningPage(t *testing.T) {
	defer func(before []string) { fineTuningSources = before }(fineTuningSources)
	fineTuningSources = []string{"digits"}
	s := Settings{Out: t.TempDir(), Command: "gander reproduce fine-tuning", Data: writeLabelled(t), Seeds: []uint64{3, 4}, Set: append(slices.Clone(tinyImages), "train.steps=1"), hurry: 40}
	wantPage(t, fineTuning, s, `^\| nothing \| 002 \| from scratch \| [0-9.]+ ± [0-9.]+ \| `, `^\| digits \| 002 \| D alone \| `, `^## digits, then 002$`,
		`these arrays of the other run: G: [0-9]+ of [0-9]+ arrays; D: `, `^- .model.width = 2. instead of 16$`, `one z in|the same z in each column`)
	for _, method := range []string{"002-from-scratch", "002-from-digits-GD", "002-from-digits-D", "002-from-digits-G"} {
		if folders, err := run.List(filepath.Join(s.Out, "runs", method)); err != nil || len(folders) != 2 {
			t.Errorf("%s: %d runs, %v", method, len(folders), err)
		}
	}
}

// TestReach finds the first measuring that is as good as the last one from scratch.
func TestReach(t *testing.T) {
	scratch := tunedRow{Kimg: []float64{1, 2, 3}, Runs: [][]float64{{9, 5, 4}, {9, 2, 3}}}
	tuned := tunedRow{Kimg: []float64{1, 2, 3}, Runs: [][]float64{{4, 2, 1}, {8, 7, 6}}}
	scratch.reach(scratch)
	tuned.reach(scratch)
	if scratch.Reached.Mean != 2.5 || scratch.Never != 0 || tuned.Reached.Mean != 1 || tuned.Never != 1 || tuned.Faster(scratch) {
		t.Errorf("scratch %+v, tuned %+v", scratch, tuned)
	}
}

func TestTransferSamplesPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce transfer-samples", Data: writeLabelled(t), Trials: 2, Set: tinyImages, hurry: 20}
	wantPage(t, transferSamples, s, `^\| 50 \| [0-9.]+ ± [0-9.]+ \| \*\*[0-9.]+ ± [0-9.]+\*\* \| `, `Means over 2 classifiers`, `75 updates`, `^- .model.width = 2. instead of 16$`)
	s.Out, s.Set = t.TempDir(), append(slices.Clone(tinyImages), "conditional=no")
	if err := transferSamples.Make(t.Context(), s); err == nil || !strings.Contains(hint.Text(err), "its G does not read the 3 classes") {
		t.Errorf("a G without classes gives %v", err)
	}
}

func TestTransferLatentsPage(t *testing.T) {
	s := Settings{
		Out: t.TempDir(), Command: "gander reproduce transfer-latents", Data: writeLabelled(t), Trials: 2, hurry: 30,
		Set: tinyDigits,
	}
	wantPage(t, transferLatents, s, `^\| features \| number \| accuracy %, 3 labels \| accuracy %, 9 labels \|$`, `^\| pixels \| 256 \| `, `^\| z of G, from E \| 4 \| `,
		`^\| hidden activations of untrained G at that z \| 16 \| `, `^\| untrained G \| [0-9.]+ ± `, `at most 10 steps`)
}
