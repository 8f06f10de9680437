package run_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

func TestLockIsExclusive(t *testing.T) {
	f := create(t, t.TempDir(), "r", "d")
	if _, held, err := f.Holder(); err != nil || held {
		t.Errorf("before the first lock: held %v, error %v", held, err)
	}
	first, err := f.Lock()
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Lock()
	if !errors.Is(err, run.ErrLocked) {
		t.Fatalf("second lock: error %v", err)
	}
	for _, say := range []string{f.Name(), fmt.Sprint("process ", os.Getpid(), " on "), "(hint: "} {
		if !strings.Contains(hint.Text(err), say) {
			t.Errorf("error %q does not say %q", err, say)
		}
	}
	if err := os.WriteFile(filepath.Join(f.Path(), "lock"), []byte("not signed"), 0o666); err == nil {
		if _, err := f.Lock(); !errors.Is(err, run.ErrLocked) || strings.Contains(hint.Text(err), "process 0") {
			t.Errorf("holder unknown: error %v", err)
		}
	}
	if err := first.Unlock(); err != nil {
		t.Fatal(err)
	}
	again, err := f.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Unlock(); err != nil {
		t.Fatal(err)
	}
}

func TestLockSweeps(t *testing.T) {
	f := create(t, t.TempDir(), "r", "d")
	left := []string{
		filepath.Join(f.Path(), ".config.toml.tmp-0123abcd"),
		filepath.Join(f.Path(), ".journal.jsonl.tmp-0123abcd"),
		filepath.Join(string(f.Checkpoints()), ".step-00000001.safetensors.tmp-0123abcd"),
		filepath.Join(f.SampleFolder(), ".init.png.tmp-0123abcd"),
		filepath.Join(f.SampleFolder(), "second", ".init.png.tmp-0123abcd"),
	}
	if err := os.Mkdir(filepath.Join(f.SampleFolder(), "second"), 0o777); err != nil {
		t.Fatal(err)
	}
	kept := []string{filepath.Join(f.Path(), ".report.html.tmp-0123abcd"), f.ConfigFile()}
	for _, path := range append(left, kept...) {
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	l, err := f.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Unlock()
	for _, path := range left {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is still there", path)
		}
	}
	for _, path := range kept {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

// TestLockDiesWithItsProcess locks a run in another process and kills it.
func TestLockDiesWithItsProcess(t *testing.T) {
	const runVar = "GANDER_TEST_LOCKED_RUN"
	if path := os.Getenv(runVar); path != "" {
		f, err := run.Open(".", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Lock(); err != nil {
			t.Fatal(err)
		}
		fmt.Println("locked")
		select {} // until killed
	}
	f := create(t, t.TempDir(), "r", "d")
	other := exec.Command(os.Args[0], "-test.run=^TestLockDiesWithItsProcess$")
	other.Env = append(os.Environ(), runVar+"="+f.Path())
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer other.Process.Kill()
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "locked\n" {
		t.Fatalf("the other process says %q, error %v", line, err)
	}
	_, err = f.Lock()
	if !errors.Is(err, run.ErrLocked) || !strings.Contains(hint.Text(err), fmt.Sprint("process ", other.Process.Pid)) {
		t.Errorf("while it lives: error %v", err)
	}
	h, held, err := f.Holder()
	if err != nil || !held || h.PID != other.Process.Pid || h.Since.IsZero() {
		t.Errorf("while it lives: holder %+v, held %v, error %v", h, held, err)
	}
	other.Process.Kill()
	other.Wait()
	if h, held, err := f.Holder(); err != nil || held || h.PID != other.Process.Pid {
		t.Errorf("after its death: holder %+v, held %v, error %v", h, held, err)
	}
	l, err := f.Lock()
	if err != nil {
		t.Fatalf("after its death: %v", err)
	}
	l.Unlock()
	if h, held, err := f.Holder(); err != nil || held || h != (run.Holder{}) {
		t.Errorf("after a normal end: holder %+v, held %v, error %v", h, held, err)
	}
}
