//go:build unix

package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestRefereeInterrupted sends a signal to a referee that waits for a pipe: one that nothing writes
// to, and one whose writer stops in the middle of the log.
func TestRefereeInterrupted(t *testing.T) {
	t.Parallel()
	for _, sent := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		for _, writes := range []bool{false, true} {
			dir := t.TempDir()
			path := filepath.Join(dir, "pipe")
			if err := unix.Mkfifo(path, 0o666); err != nil {
				t.Skip(err)
			}
			p := launch(t, dir, "referee", "--losses", "pipe")
			if writes {
				pipe, err := os.OpenFile(path, os.O_WRONLY, 0) // waits until gander reads
				if err != nil {
					t.Fatal(err)
				}
				defer pipe.Close()
				if _, err := pipe.Write(bytes.Repeat([]byte("d_loss: 1 g_loss: 1\n"), 10_000)); err != nil {
					t.Fatal(err)
				}
			} else {
				time.Sleep(300 * time.Millisecond) // gander has started, or the signal would end it
			}
			wantStopped(t, p, sent)
		}
	}
}

// TestRefereeStdin sends a signal to a referee whose standard input gives nothing.
func TestRefereeStdin(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/stdin"); err != nil {
		t.Skip(err)
	}
	p := prepare(t, t.TempDir(), "referee", "--losses", "/dev/stdin")
	in, err := p.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	p.Stderr = &p.stderr
	p.begin()
	if _, err := in.Write(bytes.Repeat([]byte("d_loss: 1 g_loss: 1\n"), 10_000)); err != nil { // more than a pipe holds
		t.Fatal(err)
	}
	wantStopped(t, p, os.Interrupt)
}

// wantStopped sends a signal, and wants the message and the exit status of an interrupted command.
func wantStopped(t *testing.T, p *process, sent os.Signal) {
	t.Helper()
	if err := p.Process.Signal(sent); err != nil {
		t.Fatal(err)
	}
	if status := p.end(); status != exitInterrupted || strings.TrimSpace(p.stderr.String()) != "error: interrupted" {
		t.Errorf("exit status %d; gander says\n%s", status, p.stderr.String())
	}
}
