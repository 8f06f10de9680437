package command

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/run"
)

// A process is gander, running. Its standard output is read line by line.
type process struct {
	*exec.Cmd
	t      *testing.T
	out    *bufio.Reader
	stderr bytes.Buffer // standard error, unless a test reads it itself
}

// launch starts gander in a process of its own, within the folder dir.
func launch(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	p := prepare(t, dir, args...)
	p.Stderr = &p.stderr
	p.begin()
	return p
}

// prepare returns a process that has not started.
func prepare(t *testing.T, dir string, args ...string) *process {
	p := &process{Cmd: exec.Command("gander", args...), t: t}
	p.Dir = dir
	return p
}

func (p *process) begin() {
	p.t.Helper()
	out, err := p.StdoutPipe()
	if err == nil {
		p.out = bufio.NewReader(out)
		err = p.Start()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { p.Process.Kill() })
}

// line waits for the next line of standard output; it is "" when there is none.
func (p *process) line() string {
	line, err := p.out.ReadString('\n')
	if err != nil && err != io.EOF {
		p.t.Fatal(err)
	}
	return line
}

// step waits for the line of the next tick and returns its step.
func (p *process) step() int64 {
	p.t.Helper()
	var r run.Record
	if line := p.line(); json.Unmarshal([]byte(line), &r) != nil {
		p.end()
		p.t.Fatalf("%q is not a record; gander says\n%s", line, p.stderr.String())
	}
	return r.Step
}

// end waits for the process and returns its exit status, -1 if it was killed.
func (p *process) end() int {
	p.t.Helper()
	if _, err := io.Copy(io.Discard, p.out); err != nil {
		p.t.Fatal(err)
	}
	err := p.Wait()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

// gander runs a command to its end, which must have the given status, and
// returns what it says.
func gander(t *testing.T, status int, dir string, args ...string) string {
	t.Helper()
	p := launch(t, dir, args...)
	if got := p.end(); got != status {
		t.Fatalf("gander %s: exit status %d, want %d; it says\n%s", strings.Join(args, " "), got, status, p.stderr.String())
	}
	return p.stderr.String()
}

// only returns the one run in dir/runs.
func only(t *testing.T, dir string) run.Folder {
	t.Helper()
	folders, err := run.List(filepath.Join(dir, "runs"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("runs %v, error %v", folders, err)
	}
	return folders[0]
}

// contents returns everything that is in a run's folder, by name, but the lock
// and the report, which tells the time, and without what the journal says of it.
func contents(t *testing.T, f run.Folder) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(f.Path(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "lock" || d.Name() == "report.html" {
			return err
		}
		name, err := filepath.Rel(f.Path(), path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		all[filepath.ToSlash(name)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var timeless strings.Builder
	err = run.ReadJournal(f.JournalFile(), func(line []byte) error {
		var r run.Record
		err := json.Unmarshal(line, &r)
		r.Seconds, r.SamplesPerS = 0, 0
		text, _ := json.Marshal(r)
		timeless.Write(append(text, '\n'))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all["journal.jsonl"] = timeless.String()
	return all
}

// wantSame compares the contents of folders, without showing those of binary
// files.
func wantSame(t *testing.T, want, got map[string]string) {
	t.Helper()
	names := func(m map[string]string) map[string]int {
		sizes := map[string]int{}
		for name, content := range m {
			sizes[name] = len(content)
		}
		return sizes
	}
	if diff := cmp.Diff(names(want), names(got)); diff != "" {
		t.Fatalf("files and their sizes: %s", diff)
	}
	for name := range want {
		if want[name] == got[name] {
			continue
		}
		if filepath.Ext(name) == ".jsonl" || filepath.Ext(name) == ".toml" {
			t.Errorf("%s: %s", name, cmp.Diff(want[name], got[name]))
		} else {
			t.Errorf("the bytes of %s differ", name)
		}
	}
}

// fewDigits writes 400 of the embedded digits, in the format of MNIST, and returns the folder.
func fewDigits(t *testing.T) string {
	t.Helper()
	const n = 400
	digits, dir := data.NewDigits(data.Train, 0), filepath.Join(t.TempDir(), "digits")
	row := digits.Info().NewRow()
	var images, labels []byte
	for i := range int64(n) {
		if err := digits.Read(row, i); err != nil {
			t.Fatal(err)
		}
		images, labels = append(images, row[0].Bytes...), append(labels, byte(row[1].Ints[0]))
	}
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, write := range map[string]func(io.Writer) error{
		"train-images-idx3-ubyte": func(w io.Writer) error { return format.EncodeIDX(w, []int{n, 28, 28}, images) },
		"train-labels-idx1-ubyte": func(w io.Writer) error { return format.EncodeIDX(w, []int{n}, labels) },
	} {
		var file bytes.Buffer
		if err := errors.Join(write(&file), os.WriteFile(filepath.Join(dir, name), file.Bytes(), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// small are the arguments that train a small system on the data of fewDigits, with a tick every
// so many steps.
func small(data string, steps, tick int) []string {
	const batch = 16
	return []string{
		"train", "digits", "--data", data, "--json", "--steps", strconv.Itoa(steps),
		"--set=hidden=100", "--set=batch=16", "--set=latent=8", "--set=train.grid=9", "--set=keep=2",
		"--set=tick_kimg=" + strconv.FormatFloat(float64(tick*batch)/1000, 'g', -1, 64),
	}
}

// wantSays checks that each pattern matches a line of what gander said.
func wantSays(t *testing.T, says string, patterns ...string) {
	t.Helper()
	for _, p := range patterns {
		if !regexp.MustCompile(`(?m)` + p).MatchString(says) {
			t.Errorf("gander says\n%s\nwant a line that matches %s", says, p)
		}
	}
}
