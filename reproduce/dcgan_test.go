package reproduce

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// tinyDCGAN is settings for a very short run.
var tinyDCGAN = []string{"width=2", "hidden=8", "batch=8", "train.steps=2", "train.tick_kimg=0.01", "train.grid=16"}

func TestOneNNPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce dcgan-mnist-1nn", Data: writeLabelled(t), Seeds: []uint64{3}, Set: tinyDCGAN}
	text := wantPage(t, dcganOneNN, s, `^\| \*\*samples of Gander's dcgan, seed 3, [0-9.]+ epochs\*\* \| 10000 \| `, `Each of the 30 test images`,
		"^- `model.width = 2` instead of 0 .64 in the form mnist, 128 in the form faces.$")
	if strings.Contains(text, "13.10") {
		t.Error("the page of other data has errors of MNIST")
	}
	if info, err := os.Stat(filepath.Join(s.Out, "digits.png")); err != nil || info.Size() == 0 {
		t.Errorf("no picture: %v", err)
	}
}

// writeLabelled writes a small dataset of three classes, and returns its folder.
func writeLabelled(t *testing.T) string { return writeClasses(t, 3, 16) }

// writeClasses writes images of side x side pixels of some classes as IDX files, 240 for
// training and 30 for test, and returns their folder.
func writeClasses(t *testing.T, classes, side int) string {
	t.Helper()
	set := t.TempDir()
	for name, n := range map[string]int{"train": 240, "t10k": 30} {
		writeIDX(t, filepath.Join(set, name+"-images-idx3-ubyte"), n, side)
		labels := binary.BigEndian.AppendUint32(nil, 2049)
		labels = binary.BigEndian.AppendUint32(labels, uint32(n))
		for i := range n {
			labels = append(labels, byte(i%classes))
		}
		if err := os.WriteFile(filepath.Join(set, name+"-labels-idx1-ubyte"), labels, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return set
}

func TestFeaturesPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce dcgan-features", Data: writeLabelled(t), Trials: 2, Set: tinyDCGAN, hurry: 20}
	text := wantPage(t, dcganFeatures, s, `^\| D, trained without labels \| [0-9]+ \| `, `^\| D of the same shape, not trained \| [0-9]+ \| `,
		`^\| pixels \| 256 \| `, `means over 2 draws`, `from 15 labelled images`)
	if strings.Contains(text, "JPEG") {
		t.Error("the page says that MNIST was compressed")
	}
	folders, err := run.List(filepath.Join(s.Out, "runs"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%d runs, %v", len(folders), err)
	}
	again := Settings{Out: t.TempDir(), Command: "gander reproduce dcgan-features --run x", Run: filepath.Join(s.Out, "runs", folders[0].Name()), Trials: 2, hurry: 20}
	wantPage(t, dcganFeatures, again, `means over 2 draws`)
	again.Epochs = 3
	if err := dcganFeatures.Make(t.Context(), again); err == nil || !strings.Contains(hint.Text(err), "--run names an existing run") {
		t.Errorf("--run with --epochs gives %v", err)
	}
}

// TestFeaturesOfConditionalD wants an error for a D that reads the class.
func TestFeaturesOfConditionalD(t *testing.T) {
	r, err := recipe.Find("dcgan")
	if err != nil {
		t.Fatal(err)
	}
	c := run.NewConfig(r)
	c.Data.Name = writeLabelled(t)
	if err := c.Set("conditional=yes"); err != nil {
		t.Fatal(err)
	}
	for _, set := range tinyDCGAN {
		if err := c.Set(set); err != nil {
			t.Fatal(err)
		}
	}
	s := Settings{Out: t.TempDir(), Threads: 1}
	j := newJob(s, dcganFeatures)
	folder, err := j.trainOne(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	err = dcganFeatures.Make(t.Context(), Settings{Out: t.TempDir(), Run: folder.Path(), hurry: 20})
	if err == nil || !strings.Contains(hint.Text(err), "it reads the condition class") {
		t.Errorf("a conditional D gives %v", err)
	}
}
