package board_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFullDisk fills the disk of the runs: tags stay as they were, the page gets the
// error, and everything else is still shown.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("no disk of our own to fill: mounting one: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	write(t, line(10, 1, "0.5"), fake(t, dir, "0001-a"), "journal.jsonl")
	s := newSite(t, dir)
	s.rows()
	s.read("/api/tags", `{"id":"0001-a","tags":["before"]}`, 200, nil)
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o666); !errors.Is(err, unix.ENOSPC) {
		t.Fatalf("filling the disk: error %v", err)
	}
	s.refuses("/api/tags", `{"id":"0001-a","tags":["after"]}`, 500, "(hint: free some space")
	if r := s.rows()["0001-a"]; len(r.Tags) != 1 || r.Tags[0] != "before" || r.Step != 10 || r.Errors != nil {
		t.Errorf("row %+v", r)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	s.read("/api/tags", `{"id":"0001-a","tags":["after"]}`, 200, nil)
}
