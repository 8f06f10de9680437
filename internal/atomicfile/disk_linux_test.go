package atomicfile_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
)

// tinyDisk mounts a disk of size bytes; this needs root.
func tinyDisk(t *testing.T, options string) string {
	t.Helper()
	folder := t.TempDir()
	if err := unix.Mount("tmpfs", folder, "tmpfs", 0, options); err != nil {
		t.Skipf("no disk of our own to fill: mounting one: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(folder, unix.MNT_DETACH) })
	return folder
}

func TestFullDisk(t *testing.T) {
	folder := tinyDisk(t, "size=256k")
	path := filepath.Join(folder, "f")
	if err := atomicfile.Write(path, 0o666, text("old")); err != nil {
		t.Fatal(err)
	}
	err := atomicfile.Write(path, 0o666, func(w io.Writer) error {
		_, err := w.Write(make([]byte, 1<<20))
		return err
	})
	if !errors.Is(err, unix.ENOSPC) || !strings.Contains(hint.Text(err), "(hint: free some space") {
		t.Errorf("error %v, want a full disk with a hint", err)
	}
	if strings.Contains(hint.Text(err), ".tmp-") {
		t.Errorf("error %q shows the temporary file", err)
	}
	wantFolder(t, folder, map[string]string{"f": "old"})
}

func TestReadOnlyDisk(t *testing.T) {
	folder := tinyDisk(t, "size=64k")
	if err := os.WriteFile(filepath.Join(folder, "f"), []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("", folder, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Skipf("no read-only disk: %v", err)
	}
	err := atomicfile.Write(filepath.Join(folder, "f"), 0o666, text("new"))
	if !errors.Is(err, unix.EROFS) || !strings.Contains(hint.Text(err), "read-only") || !strings.Contains(hint.Text(err), "(hint: ") {
		t.Errorf("error %v, want a read-only file system with a hint", err)
	}
	wantFolder(t, folder, map[string]string{"f": "old"})
}
