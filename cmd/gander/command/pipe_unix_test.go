//go:build unix

package command

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestPipe names a pipe, which nothing writes to, as data and as samples. It must
// not be waited for.
func TestPipe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := unix.Mkfifo(filepath.Join(dir, "pipe"), 0o666); err != nil {
		t.Skip(err)
	}
	for _, args := range [][]string{
		{"data", "show", "./pipe"}, {"train", "--data", "./pipe"}, {"measure", "--samples", "pipe", "--data", "digits"},
	} {
		wantSays(t, gander(t, 1, dir, args...), `^error: .*pipe is a named pipe`)
	}
}
