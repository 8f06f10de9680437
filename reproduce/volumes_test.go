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

// writeBoxes writes flat and high boxes of several sizes, which are two classes or one, and
// returns the path of the file.
func writeBoxes(t *testing.T, classes int) string {
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
			labels[example] = int32(example % classes)
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
	s := Settings{Out: t.TempDir(), Command: "gander reproduce gan3d", Data: writeBoxes(t, 2), Seeds: []uint64{3}, Set: tinyVolumes}
	wantPage(t, gan3d, s, `^\| D, trained without labels \| 16 \| `, `^\| D of the same shape, not trained \| 16 \| `,
		`^\| voxels, averaged to 8x8x8 \| 512 \| [0-9.]+ \| \*\*100.0 ± 0.0\*\* \| 100.0 \|`, `of 4 rounds`, `^- .model.width = 2. instead of 0 .64 in the form paper, 16 in the form voxel.$`)
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
	if text := wantPage(t, gan3d, conditional, `^\| 1 \| [0-9.]+ \|$`, `the right class to 100.0 % of the test volumes`, `^\| D, trained with the class as condition \| 16 \| `, `8x8x8 voxels and not 64x64x64`); strings.Contains(text, "The gate on D") {
		t.Errorf("the page has a gate:\n%s", text)
	}
	other := Settings{Out: t.TempDir(), Run: folders[0].Path()}
	if err := volumes.Make(t.Context(), other); err == nil || !strings.Contains(hint.Text(err), "is of recipe gan3d, and volumes judges runs of the recipe with its name (hint: --run with a run of volumes)") {
		t.Errorf("a run of another recipe gives %v", err)
	}
}

// TestVolumesPage makes the page of the recipe volumes, without and with the class as condition.
func TestVolumesPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce volumes", Data: writeBoxes(t, 2), Set: slices.Clone(tinyVolumes)}
	if text := wantPage(t, volumes, s, `^\| D, trained without labels \| 16 \| `, `^\| voxels, averaged to 8x8x8 \| 512 \| `); strings.Contains(text, "The gate on D") || strings.Contains(text, "Changed settings:\n\n- `model.conditional") {
		t.Errorf("the page has a gate, or names a setting that was not changed:\n%s", text)
	}
	s.Out, s.Set = t.TempDir(), append(s.Set, "conditional=yes")
	wantPage(t, volumes, s, `^\| 1 \| [0-9.]+ \|$`, `^\| D, trained with the class as condition \| 16 \| `, `^- .model.conditional = "yes". instead of "no"$`)
}

// TestVolumesRefuses wants errors before the training, which is lost if its run cannot be judged.
func TestVolumesRefuses(t *testing.T) {
	boxes := writeBoxes(t, 2)
	for _, c := range []struct {
		data string
		set  string
		want string
	}{
		{boxes + ":x_train", "width=2", "it has no classes, and a classifier is trained on them (hint: --data with volumes and their labels in an npz file, as arrays x and y)"},
		{writeBoxes(t, 1), "width=2", "it has 1 class, and a classifier is trained on them (hint: --data with "},
		{boxes, "pack=2", "--set model.pack = 2: volumes does not allow this change (hint: it takes --out, "},
	} {
		s := Settings{Out: t.TempDir(), Data: c.data, Set: append(slices.Clone(tinyVolumes), c.set)}
		if err := volumes.Make(t.Context(), s); err == nil || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%s, %s: error %v, want %q", c.data, c.set, err, c.want)
		}
		if left, err := os.ReadDir(s.Out); err != nil || len(left) > 0 {
			t.Errorf("%s, %s: %v is left, %v", c.data, c.set, left, err)
		}
	}
}

// TestRunsThatCannotBeJudged gives finished runs to targets that judge features of D.
func TestRunsThatCannotBeJudged(t *testing.T) {
	boxes := writeBoxes(t, 2)
	train := func(data string, settings ...string) string {
		c, err := newConfig("volumes", data, 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range append(slices.Clone(tinyVolumes), settings...) {
			if err := c.Set(s); err != nil {
				t.Fatal(err)
			}
		}
		j := newJob(Settings{Out: t.TempDir()}, volumes)
		folders, err := j.trainAll(t.Context(), []*run.Config{c})
		if err != nil {
			t.Fatal(err)
		}
		return folders[0].Path()
	}
	packed, unlabelled, whole := train(boxes, "conditional=no", "pack=2"), train(boxes+":x_train"), train(boxes)
	for _, c := range []struct {
		target Target
		run    string
		want   string
	}{
		{volumes, packed, "reads [2 8 8 8], and an example is 1x8x8x8 (hint: --run with a run of pack = 1)"},
		{transferFeatures, packed, "reads [2 8 8 8], and an example is 1x8x8x8 (hint: --run with a run of pack = 1)"},
		{volumes, unlabelled, "it has no classes, and a classifier is trained on them (hint: --run with a run on data with classes)"},
		{dcganFeatures, whole, "its examples are 1x8x8x8 (hint: --run with a run on images in a folder for each class)"},
	} {
		err := c.target.Make(t.Context(), Settings{Out: t.TempDir(), Run: c.run})
		if err == nil || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%s: error %v, want %q", c.target.Name, err, c.want)
		}
	}
}
