package command

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
)

// TestRealDigits trains the system of the 2014 paper, made small, on MNIST.
func TestRealDigits(t *testing.T) {
	mnist, err := data.Lookup("mnist")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := load.Locate(mnist); err != nil {
		t.Skipf("no MNIST here to train on: %v", err)
	}
	root, err := filepath.Abs(os.Getenv(load.DirVariable))
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv(load.DirVariable) != "" {
		t.Setenv(load.DirVariable, root)
	}
	dir := t.TempDir()
	says := gander(t, 0, dir, "train", "goodfellow2014", "--steps", "20",
		"--set=hidden=32", "--set=maxout=16", "--set=batch=20", "--set=train.grid=16")
	wantSays(t, says, `^goodfellow2014 on mnist, 1x28x28: `, `step 20/20`)
	says = gander(t, 0, dir, "sample", "1", "--neighbours", "-n", "9", "-o", "near.png")
	wantSays(t, says, `^wrote near.png: step 20 of 0001-goodfellow2014-mnist, seed 0$`)
	file, err := os.Open(filepath.Join(dir, "near.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if size := picture.Bounds().Size(); size.X*3 <= size.Y*4-40 || size.X*3 >= size.Y*4+40 {
		t.Errorf("the picture has size %v, want three rows of three samples and a neighbour", size)
	}
}
