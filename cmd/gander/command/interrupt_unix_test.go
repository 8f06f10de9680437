//go:build unix

package command

import (
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/gander-ml/gander/run"
)

// TestInterrupted sends signals that end a run, some of them twice at once: the run
// finishes the step, saves and prints how to resume it. That command resumes it.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		sent  os.Signal
		times int
	}{
		{"interrupt", os.Interrupt, 1}, {"terminated", syscall.SIGTERM, 1}, {"hangup", syscall.SIGHUP, 1},
		{"interrupt twice", os.Interrupt, 2}, {"terminated twice", syscall.SIGTERM, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			if signal.Ignored(c.sent) {
				t.Skip("nohup ignores it, here and in all processes started from here")
			}
			dir := t.TempDir()
			p := launch(t, dir, small(fewDigits(t), 1_000_000, 10)...)
			p.step()
			for range c.times {
				if err := p.Process.Signal(c.sent); err != nil {
					t.Fatal(err)
				}
			}
			if status := p.end(); status != exitInterrupted {
				t.Errorf("exit status %d", status)
			}
			wantSays(t, p.stderr.String(),
				`^error: interrupted after [0-9]+ rounds; everything is saved$`,
				`^hint: gander train --resume runs.0001-digits-digits$`)
			last, err := run.LastRecord(only(t, dir).JournalFile())
			if err != nil {
				t.Fatal(err)
			}
			if saved, _ := newest(t, dir); saved != last.Step || !strings.Contains(p.stderr.String(), "after "+strconv.FormatInt(saved, 10)+" rounds") {
				t.Errorf("saved step %d, the journal ends with %d; gander says\n%s", saved, last.Step, p.stderr.String())
			}
			again := gander(t, 0, dir, "train", "--resume", "runs/0001-digits-digits", "--steps", strconv.FormatInt(last.Step+5, 10))
			wantSays(t, again, `^going on from step `+strconv.FormatInt(last.Step, 10)+` of `+strconv.FormatInt(last.Step+5, 10)+`$`)
		})
	}
}

// TestHintIsACommand has a shell do as an interrupted run advises, in a folder
// whose name a shell reads as more than a name.
func TestHintIsACommand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := launch(t, dir, append(small(fewDigits(t), 1_000_000, 10), "--out", "it's a (new) $HOME (")...)
	p.step()
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	p.end()
	_, hint, _ := strings.Cut(p.stderr.String(), "\nhint: ")
	_, after, _ := strings.Cut(p.stderr.String(), "interrupted after ")
	done, _, _ := strings.Cut(after, " rounds")
	rounds, err := strconv.Atoi(done)
	if err != nil {
		t.Fatalf("gander says\n%s", p.stderr.String())
	}
	again := exec.Command("/bin/sh", "-c", strings.TrimSpace(hint)+" --steps "+strconv.Itoa(rounds+5))
	again.Dir = dir
	says, err := again.CombinedOutput()
	if err != nil {
		t.Errorf("%s%v; it says\n%s", hint, err, says)
	}
	wantSays(t, string(says), `^going on from step `+done+` of `+strconv.Itoa(rounds+5)+`$`)
}
