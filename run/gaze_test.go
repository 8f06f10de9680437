package run_test

import (
	"archive/zip"
	"os"
	"path/filepath"
	"testing"

	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/run"
)

// TestSimGANOnEyes refines the sample of rendered eyes for a few rounds, towards the sample
// of real ones. They have other sizes and channels. It is skipped if they are not there.
func TestSimGANOnEyes(t *testing.T) {
	archive := filepath.Join(os.Getenv(load.DirVariable), "simgan-gaze-sample", "gaze-sample.zip")
	file, err := zip.OpenReader(archive)
	if err != nil {
		t.Skipf("needs %s: %v", archive, err)
	}
	defer file.Close()
	eyes := t.TempDir()
	if err := os.CopyFS(eyes, file); err != nil {
		t.Fatal(err)
	}
	c := configOf(t, "simgan", "steps=4", "batch=4", "width=4", "width_d=4", "history=2", "pretrain_r=3", "pretrain_d=3", "grid=4",
		"data.name="+filepath.Join(eyes, "SynthEyes_train_data"), "data.size=35x55", "data.fit=stretch", "data.channels=1",
		"data_real.name="+filepath.Join(eyes, "MPIIGaze_data"))
	s := begin(t, t.TempDir(), c)
	end(t, s)
	g := generator(t, s.Folder)
	sampler, err := g.Sampler("")
	if err != nil {
		t.Fatal(err)
	}
	eye := make([]float32, 3*35*55)
	made, err := sampler.Make(t.Context(), 3, run.Inputs{"x": {Floats: eye}})
	if err != nil || made.Field.String() != "1x35x55" || len(made.Values) != len(eye) {
		t.Errorf("refined %v, error %v", made, err)
	}
}
