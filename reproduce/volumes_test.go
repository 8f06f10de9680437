package reproduce

import (
	"archive/zip"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// writeBoxes writes volumes of two classes, flat and high boxes of several sizes, and returns the
// path of the file.
func writeBoxes(t *testing.T) string {
	t.Helper()
	const side = 8
	path := filepath.Join(t.TempDir(), "boxes.npz")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	for name, n := range map[string]int{"train": 160, "test": 40} {
		voxels, labels := make([]uint8, n*side*side*side), make([]int32, n)
		for i := range voxels {
			example, x, y, z := i/(side*side*side), i/(side*side)%side, i/side%side, i%side
			labels[example] = int32(example % 2)
			wide, high := 3+example/2%4, 2
			if example%2 == 1 {
				wide, high = 2, 4+example/2%4
			}
			if x < wide && y < wide && z < high {
				voxels[i] = 1
			}
		}
		x, errX := archive.Create("x_" + name + ".npy")
		errX = errors.Join(errX, format.EncodeNPY(x, []int{n, side, side, side}, voxels))
		y, errY := archive.Create("y_" + name + ".npy")
		if err := errors.Join(errX, errY, format.EncodeNPY(y, []int{n}, labels)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// tinyVolumes is settings for a very short run.
var tinyVolumes = []string{"width=2", "batch=8", "latent=4", "train.steps=4", "train.tick_kimg=0.01", "train.grid=4"}

func TestGAN3DPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce gan3d", Data: writeBoxes(t), Seeds: []uint64{3}, Set: tinyVolumes}
	wantPage(t, gan3d, s, `^\| D, trained without labels \| 16 \| `, `^\| D of the same shape, not trained \| 16 \| `,
		`^\| voxels, means of 8x8x8 blocks \| 512 \| [0-9.]+ \| \*\*100.0 ± 0.0\*\* \| 100.0 \|`, `of 4 rounds`, `^- .model.width = 2. instead of 0 .64 in the form paper, 16 in the form voxel.$`)
	folders, err := run.List(filepath.Join(s.Out, "runs"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%d runs, %v", len(folders), err)
	}
	again := Settings{Out: t.TempDir(), Command: "gander reproduce gan3d --run x", Run: folders[0].Path()}
	wantPage(t, gan3d, again, `^\| voxels`)
	again.Epochs = 3
	if err := gan3d.Make(t.Context(), again); err == nil || !strings.Contains(hint.Text(err), "--run names an existing run") {
		t.Errorf("--run with --epochs gives %v", err)
	}

	conditional := Settings{Out: t.TempDir(), Command: "gander reproduce gan3d", Data: s.Data, Set: append(slices.Clone(tinyVolumes), "conditional=yes", "gate=1")}
	if text := wantPage(t, gan3d, conditional, `^\| 1 \| [0-9.]+ \|$`, `the right class to 100.0 % of the test volumes`); strings.Contains(text, "The gate on D") || strings.Contains(text, "| D, trained") {
		t.Errorf("the page has a gate, or features of a conditional D:\n%s", text)
	}
}

// TestVolumesPage makes the page of the recipe volumes, without and with the class as condition.
func TestVolumesPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce volumes", Data: writeBoxes(t), Set: slices.Clone(tinyVolumes)}
	if text := wantPage(t, volumes, s, `^\| D, trained without labels \| 16 \| `, `^\| voxels, means of 8x8x8 blocks \| 512 \| `); strings.Contains(text, "The gate on D") || strings.Contains(text, "Changed settings:\n\n- `model.conditional") {
		t.Errorf("the page has a gate, or names a setting that was not changed:\n%s", text)
	}
	s.Out, s.Set = t.TempDir(), append(s.Set, "conditional=yes")
	wantPage(t, volumes, s, `^\| 1 \| [0-9.]+ \|$`, `^- .model.conditional = "yes". instead of "no"$`)
}
