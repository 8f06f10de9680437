package gander_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/safetensors"
	"github.com/gander-ml/gander/run"
)

// TestOutside builds the module in testdata/outside, which has a recipe and an
// initialiser of its own, and does with it all that is done with Gander's own
// recipes: it trains a run, kills it, resumes it, and draws from it.
func TestOutside(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command")
	}
	m := buildOutside(t)
	if list := m.run("mine", "recipes"); !strings.Contains(list, "\nring ") {
		t.Errorf("the recipe is not among\n%s", list)
	}

	broken, step := m.trainAndKill()
	steps := fmt.Sprint(step + 300)
	m.run("mine", "train", "--resume", broken.Path(), "--steps", steps)
	m.run("mine", append(trainRing, "--out", "unbroken", "--steps", steps)...)
	unbroken := m.only("unbroken")
	want, got := tensors(t, unbroken, step+300), tensors(t, broken, step+300)
	if len(want) < 3*12 { // 12 parameters, each with two moments of Adam
		t.Errorf("a checkpoint of %d tensors", len(want))
	}
	if !cmp.Equal(want, got) {
		t.Errorf("killed at step %d and resumed, the run ends with other numbers", step)
	}

	m.run("mine", "sample", broken.Path(), "-n", "10", "--seed", "1", "-o", "points.csv")
	points, err := os.ReadFile(filepath.Join(m.dir, "points.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(points), "x1,x2\n"+m.run("draw", unbroken.Path())); diff != "" {
		t.Errorf("sample, and a program that opens the run: %s", diff)
	}
	if _, err := gander.Open(broken.Path()); err == nil || !strings.Contains(hint.Text(err), `recipe "ring" is not known to this program`) {
		t.Errorf("opened by a program without the recipe: error %v", err)
	}
}

// trainRing trains small networks, with a tick every ten steps.
var trainRing = []string{
	"train", "ring", "--seed", "5",
	"--set=hidden=16", "--set=batch=16", "--set=inputs=3", "--set=tick_kimg=.16", "--set=train.grid=16",
}

// An outside is a module outside of Gander, built.
type outside struct {
	t   *testing.T
	dir string // the module; its programs run there
}

// buildOutside copies the module into a new folder, tells it where Gander lies, and
// builds it without the network.
func buildOutside(t *testing.T) outside {
	t.Helper()
	m := outside{t, t.TempDir()}
	root, err := filepath.Abs(".")
	if err == nil {
		err = os.CopyFS(m.dir, os.DirFS(filepath.Join("testdata", "outside")))
	}
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(m.dir, "go.mod.template"))
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		t.Fatal(err)
	}
	file = bytes.ReplaceAll(file, []byte("=> GANDER"), fmt.Appendf(nil, "=> %q", filepath.ToSlash(root)))
	file = append(file, requirements(t)...)
	err = errors.Join(os.WriteFile(filepath.Join(m.dir, "go.mod"), file, 0o666), os.WriteFile(filepath.Join(m.dir, "go.sum"), sums, 0o666))
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"build", "-ldflags=-s -w", "-o", "bin/", "./..."}, {"vet", "./..."}} {
		command := exec.Command("go", args...)
		command.Dir = m.dir
		command.Env = append(os.Environ(), "GOFLAGS=-mod=mod -buildvcs=false", "GOPROXY=off", "GOWORK=off")
		if says, err := command.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, says)
		}
	}
	return m
}

// command returns a program of the module, to be run in its folder.
func (m outside) command(program string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(m.dir, "bin", program), args...)
	c.Dir = m.dir
	return c
}

// run runs a program to its end and returns its standard output.
func (m outside) run(program string, args ...string) string {
	m.t.Helper()
	var says bytes.Buffer
	c := m.command(program, args...)
	c.Stderr = &says
	out, err := c.Output()
	if err != nil {
		m.t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, says.String())
	}
	return string(out)
}

// trainAndKill begins a run, kills it when its journal has two lines, and returns
// its folder and the step of its newest checkpoint.
func (m outside) trainAndKill() (f run.Folder, step int64) {
	m.t.Helper()
	var says bytes.Buffer
	c := m.command("mine", append(trainRing, "--out", "broken", "--steps", "1000000")...)
	c.Stderr = &says
	if err := c.Start(); err != nil {
		m.t.Fatal(err)
	}
	trains := m.awaitLines("broken", 2)
	c.Process.Kill()
	if err := c.Wait(); err == nil || !trains {
		m.t.Fatalf("not killed while it trains: %v\n%s", err, says.String())
	}
	f = m.only("broken")
	checkpoint, _, err := f.Checkpoints().Newest()
	if err != nil {
		m.t.Fatal(err)
	}
	if checkpoint.Step < 10 {
		m.t.Fatalf("killed with step %d saved", checkpoint.Step)
	}
	return f, checkpoint.Step
}

// awaitLines waits until the journal of the one run in a folder of runs has n
// lines, and reports whether it has them within a minute.
func (m outside) awaitLines(runs string, n int) bool {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		journals, _ := filepath.Glob(filepath.Join(m.dir, runs, "*", "journal.jsonl"))
		if len(journals) != 1 {
			continue
		}
		if lines, err := os.ReadFile(journals[0]); err == nil && bytes.Count(lines, []byte("\n")) >= n {
			return true
		}
	}
	return false
}

// only returns the one run in a folder of runs.
func (m outside) only(runs string) run.Folder {
	m.t.Helper()
	folders, err := run.List(filepath.Join(m.dir, runs))
	if err != nil || len(folders) != 1 {
		m.t.Fatalf("runs %v, error %v", folders, err)
	}
	return folders[0]
}

// tensors returns what the checkpoint of a step holds.
func tensors(t *testing.T, f run.Folder, step int64) []safetensors.Tensor {
	t.Helper()
	c, err := run.LoadCheckpoint(f.Checkpoints().Path(step))
	if err != nil {
		t.Fatal(err)
	}
	return c.Tensors
}
