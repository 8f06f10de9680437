//go:build unix

package load

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/gander-ml/gander/data"
)

// A pipe is refused, or left out of a folder, and not waited for.
func TestPipe(t *testing.T) {
	dir := tree(t, []string{"a.png"}, nil)
	pipe := filepath.Join(dir, "pipe.png")
	if err := unix.Mkfifo(pipe, 0o666); err != nil {
		t.Skip(err)
	}
	_, err := Open(pipe, data.Train, 1)
	if !errors.Is(err, data.ErrFormat) || !strings.Contains(err.Error(), "pipe.png is a named pipe") {
		t.Errorf("error %v", err)
	}
	if _, err := ReadSamples(pipe, data.Field{}); !errors.Is(err, data.ErrFormat) {
		t.Errorf("samples: %v", err)
	}
	parts := New(dir, 1, Options{})
	if _, err := parts.Open(t.Context(), data.Train); err != nil {
		t.Fatal(err)
	}
	if notes := parts.Notes(); len(notes) != 1 || notes[0] != "not read: 1 that is no file (a pipe, a device or a socket): pipe.png" {
		t.Errorf("notes %q", notes)
	}
}
