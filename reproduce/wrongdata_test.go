package reproduce

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// TestWrongData gives data of the wrong kind to all targets that take data. The error comes before the
// training. Its hint names data that fit, and neither settings nor recipes, which the user did not
// choose.
func TestWrongData(t *testing.T) {
	dir := t.TempDir()
	points, pictures := filepath.Join(dir, "points.csv"), filepath.Join(dir, "pictures.npy")
	text := strings.Repeat("1,2\n2,5\n3,4\n", 150)
	if err := errors.Join(os.WriteFile(points, []byte("x,y\n"+text), 0o666), os.WriteFile(pictures, npy(t, 400, 28), 0o666)); err != nil {
		t.Fatal(err)
	}
	unlabelled := []string{"dcgan-features", "cgan", "acgan", "infogan", "ssl", "badgan", "sgan", "inpainting", "stackgan", "volumes", "gan3d", "bigan", "transfer-features", "transfer-latents", "transfer-samples"}
	ctx, stop := context.WithCancel(t.Context())
	stop() // none may train
	for _, target := range targets {
		if !slices.Contains(target.Uses, "data") {
			continue
		}
		for path, wrong := range map[string]bool{points: target.Name != "gain", pictures: slices.Contains(unlabelled, target.Name) || target.Name == "gain" || target.Name == "tfd"} {
			err := target.Make(ctx, Settings{Out: t.TempDir(), Data: path, Again: "again", hurry: 100})
			switch {
			case !wrong && target.Name == fineTuning.Name && errors.Is(err, fs.ErrNotExist): // it also reads a dataset that this machine does not have
			case wrong == errors.Is(err, run.ErrInterrupted):
				t.Errorf("%s, %s: %v", target.Name, filepath.Base(path), hint.Text(err))
			case wrong && !strings.HasPrefix(hint.Of(err), "--data "):
				t.Errorf("%s, %s: %v, want a hint of --data", target.Name, filepath.Base(path), hint.Text(err))
			}
		}
	}
}

// TestWrongSize gives images of a size that the recipe wgan does not make. The hint does not name a setting that only
// a training has.
func TestWrongSize(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pictures.npy")
	if err := os.WriteFile(file, npy(t, 400, 30), 0o666); err != nil {
		t.Fatal(err)
	}
	err := wganCurve.Make(t.Context(), Settings{Out: t.TempDir(), Data: file, Again: "again", hurry: 100})
	if want := "--data with files of another size: "; !errors.Is(err, data.ErrSize) || !strings.HasPrefix(hint.Of(err), want) {
		t.Errorf("%v, want a hint that begins with %q", hint.Text(err), want)
	}
}
