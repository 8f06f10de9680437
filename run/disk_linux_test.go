package run_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// TestFullDisk fills the disk of a run: what was written before stays whole, and
// the run goes on when there is room again.
func TestFullDisk(t *testing.T) {
	parent := t.TempDir()
	if err := unix.Mount("tmpfs", parent, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("no disk of our own to fill: mounting one: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(parent, unix.MNT_DETACH) })
	f := create(t, parent, "r", "d")
	j, err := run.OpenJournal(f.JournalFile())
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if err := j.Append(step{1}); err != nil {
		t.Fatal(err)
	}
	path := save(t, f.Checkpoints(), 1)
	ballast := filepath.Join(parent, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o666); !errors.Is(err, unix.ENOSPC) {
		t.Fatalf("filling the disk: error %v", err)
	}

	fails := func(what string, err error) {
		if !errors.Is(err, unix.ENOSPC) || !strings.Contains(hint.Text(err), "(hint: free some space") {
			t.Errorf("%s: error %v, want a full disk with a hint", what, err)
		}
	}
	fails("journal", j.Append(map[string]string{"text": strings.Repeat("x", 1<<16)}))
	wantContent(t, f.JournalFile(), "{\"step\":1}\n")
	big := checkpoint(1)
	big.Tensors[0].Shape, big.Tensors[0].Data = []int{1 << 16}, make([]byte, 1<<18)
	fails("checkpoint", run.SaveCheckpoint(path, big))
	if _, err := run.LoadCheckpoint(path); err != nil {
		t.Error(err)
	}

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := j.Append(step{2}); err != nil {
		t.Error(err)
	}
	wantContent(t, f.JournalFile(), "{\"step\":1}\n{\"step\":2}\n")
	save(t, f.Checkpoints(), 2)
}
