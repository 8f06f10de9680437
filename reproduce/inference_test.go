package reproduce

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/run"
)

// TestBiganPage trains a tiny BiGAN to two marks. A second call uses the rows of the first.
func TestBiganPage(t *testing.T) {
	s := Settings{
		Out: t.TempDir(), Command: "gander reproduce bigan", Data: writeLabelled(t), Epochs: 2,
		Set: []string{"hidden=8", "batch=40", "latent=4", "train.tick_kimg=0.04", "train.grid=16"},
	}
	text := wantPage(t, bigan, s, `^\| 0 \| 0 \| - \| - \| `, `^\| 1(\.\d+)? \| \d+ \| 0\.`, `^\| 400 \| 0\.0545 \| 3\.8253 \| 92\.10 \|`,
		`^- .model.hidden = 8. instead of 1024$`, `Each of the 30 test images`, `It is (not )?reached`)
	kept, err := filepath.Glob(filepath.Join(s.Out, "runs", "seed-1-epoch-*.json"))
	if err != nil || len(kept) != 3 {
		t.Fatalf("rows %v are kept, error %v", kept, err)
	}
	if again := wantPage(t, bigan, s); untimed(again) != untimed(text) {
		t.Errorf("again it gives\n%s\nbefore\n%s", again, text)
	}
	if err := os.WriteFile(kept[0], []byte("{"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := bigan.Make(t.Context(), s); err == nil || !strings.Contains(hint.Text(err), "(hint: remove the folder, or give another --out)") {
		t.Errorf("a row that cannot be read gives %v", err)
	}
	s.Out, s.Data = t.TempDir(), "ring8"
	if err := bigan.Make(t.Context(), s); err == nil || !strings.Contains(err.Error(), "it generates images") {
		t.Errorf("points give %v", err)
	}
}

func TestALIPage(t *testing.T) {
	s := Settings{
		Out: t.TempDir(), Command: "gander reproduce ali-25gaussians", Trials: 2, hurry: 100,
		Set: []string{"hidden=8", "maxout=4", "pieces=2", "batch=20", "train.steps=60", "train.tick_kimg=0.4", "train.grid=16"},
	}
	wantPage(t, aliGaussians, s, `^\| \*\*ALI\*\* \| 2 \| `, `^\| \*\*ALI, usual Adam\*\* \| 2 \| `, `^\| \*\*GAN\*\* \| 2 \| `, `^\| real points \| \| 25 \| `,
		`^\| ALI, its own E \| `, `^\| GAN, E trained afterwards, adversarial, and 300 steps of descent \| `, `^\| GAN \| 2 \| \d+ \| `)
	s.Set = append(s.Set, "adam=usual")
	s.Out = t.TempDir()
	if err := aliGaussians.Make(t.Context(), s); err == nil || !strings.Contains(hint.Text(err), "the methods of ali-25gaussians differ in it") {
		t.Errorf("--set adam gives %v", err)
	}
}

// TestCountModes counts modes by their nearest samples, however far away.
func TestCountModes(t *testing.T) {
	m := &measure.Mixture{Means: [][]float64{{0, 0}, {10, 0}, {0, 10}}, SD: 1}
	c := countModes(m, &measure.Set{Field: data.Point(2), Values: []float32{1, 1, 6, 0, 7, 1, 0, 2}})
	if c.Modes != 2 || math.Abs(c.Good-.5) > 1e-9 {
		t.Errorf("%g modes and %g of high quality, want 2 and .5", c.Modes, c.Good)
	}
}

func TestInversionPage(t *testing.T) {
	s := Settings{
		Out: t.TempDir(), Command: "gander reproduce inversion", Data: writeLabelled(t), hurry: 300,
		Set: []string{"hidden=8", "latent=4", "batch=8", "train.steps=3", "train.grid=16"},
	}
	wantPage(t, inversion, s, `^\| regression \| E \| `, `^\| adversarial \| E and descent \| \*\*`, `^\| G\(E\(x\)\), regression \| `, `^\| the nearest of 1000 random samples \| `,
		`^- .model.hidden = 8. instead of 256$`, `each of the 4 numbers of z`)
	folders, err := run.List(filepath.Join(s.Out, "runs"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%d runs, %v", len(folders), err)
	}
	again := Settings{Out: t.TempDir(), Command: "gander reproduce inversion --run x", Run: folders[0].Path(), hurry: 300}
	wantPage(t, inversion, again, `^\| regression \| E \| `)
	again.Epochs = 3
	if err := inversion.Make(t.Context(), again); err == nil || !strings.Contains(hint.Text(err), "--run names an existing run") {
		t.Errorf("--run with --epochs gives %v", err)
	}
}
