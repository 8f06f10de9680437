package run_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

func TestOpenNetwork(t *testing.T) {
	s := begin(t, t.TempDir(), tiny(t))
	end(t, s)
	D, _, err := run.OpenNetwork(s.Folder, "D")
	if err != nil {
		t.Fatal(err)
	}
	checkpoint, _, err := s.Folder.Checkpoints().Newest()
	if err != nil {
		t.Fatal(err)
	}
	if D.Step != checkpoint.Step || D.Config.Recipe.Name != s.Config.Recipe.Name {
		t.Errorf("step %d of %s", D.Step, D.Config.Recipe.Name)
	}
	for _, p := range D.Params {
		m, ok := D.Store.Memory(p.Value)
		found := false
		for _, saved := range checkpoint.Tensors {
			found = found || saved.Name == p.Name && bytes.Equal(saved.Data, m.Bytes)
		}
		if !ok || !found {
			t.Errorf("parameter %s is not that of the checkpoint", p.Name)
		}
	}
	if _, _, err := run.OpenNetwork(s.Folder, "E"); err == nil || !strings.Contains(hint.Text(err), `has no network "E" (hint: its networks are D, G)`) {
		t.Errorf("an unknown network gives %v", err)
	}
}
