//go:build unix

package command

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/gander-ml/gander/run"
)

// TestInterruptedOnce sends Ctrl-C, or what else asks a process to end, to a run: it
// finishes the step, saves and says how to go on, and goes on so.
func TestInterruptedOnce(t *testing.T) {
	t.Parallel()
	for _, sent := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sent.String(), func(t *testing.T) {
			if signal.Ignored(sent) {
				t.Skip("nohup has it ignored, here and by what is started from here")
			}
			dir := t.TempDir()
			p := launch(t, dir, small(1_000_000, 10)...)
			p.step()
			if err := p.Process.Signal(sent); err != nil {
				t.Fatal(err)
			}
			if status := p.end(); status != exitInterrupted {
				t.Errorf("exit status %d", status)
			}
			wantSays(t, p.talk.String(),
				`^error: interrupted after [0-9]+ rounds; everything is saved$`,
				`^hint: gander train --resume runs.0001-digits-digits$`)
			last, err := run.LastRecord(only(t, dir).JournalFile())
			if err != nil {
				t.Fatal(err)
			}
			if saved, _ := newest(t, dir); saved != last.Step || !strings.Contains(p.talk.String(), "after "+strconv.FormatInt(saved, 10)+" rounds") {
				t.Errorf("saved step %d, the journal ends with %d; gander says\n%s", saved, last.Step, p.talk.String())
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
	p := launch(t, dir, append(small(1_000_000, 10), "--out", "it's a (new) $HOME (")...)
	p.step()
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	p.end()
	_, hint, _ := strings.Cut(p.talk.String(), "\nhint: ")
	_, after, _ := strings.Cut(p.talk.String(), "interrupted after ")
	done, _, _ := strings.Cut(after, " rounds")
	rounds, err := strconv.Atoi(done)
	if err != nil {
		t.Fatalf("gander says\n%s", p.talk.String())
	}
	again := exec.Command("sh", "-c", strings.TrimSpace(hint)+" --steps "+strconv.Itoa(rounds+5))
	again.Dir = dir
	says, err := again.CombinedOutput()
	if err != nil {
		t.Errorf("%s%v; it says\n%s", hint, err, says)
	}
	wantSays(t, string(says), `^going on from step `+done+` of `+strconv.Itoa(rounds+5)+`$`)
}

// TestInterruptedTwice sends Ctrl-C twice within one long step, which ends the
// process at once.
func TestInterruptedTwice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := prepare(t, dir, "train", "digits", "--steps", "9", "--threads", "1", "--set=batch=4000", "--set=hidden=300", "--set=train.grid=4")
	talk, err := p.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.begin()
	lines := bufio.NewScanner(talk)
	wait := func(begin string) {
		t.Helper()
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), begin) {
				if err := p.Process.Signal(os.Interrupt); err != nil {
					t.Fatal(err)
				}
				return
			}
		}
		t.Fatalf("gander does not say %q", begin)
	}
	wait("run folder")
	wait("finishing the step")
	if status := p.end(); status != exitInterrupted {
		t.Errorf("exit status %d", status)
	}
	rest, err := io.ReadAll(talk)
	if err == nil && len(rest) > 0 {
		t.Errorf("it took the time to say %q", rest)
	}
	if step, begun := newest(t, dir); step != 0 || !begun {
		t.Errorf("step %d, begun %v", step, begun)
	}
	wantSays(t, gander(t, 0, dir, "train", "--resume", "1", "--steps", "1"), `step 1/1`)
}
