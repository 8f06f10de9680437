package atomicfile_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// wantFolder fails unless folder contains exactly the files of want, with these
// names and contents.
func wantFolder(t *testing.T, folder string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if expect, ok := want[e.Name()]; !ok || string(content) != expect {
			t.Errorf("%s holds %q, want %q (present: %t)", e.Name(), content, expect, ok)
		}
	}
	if len(entries) != len(want) {
		t.Errorf("%d files in the folder, want %d", len(entries), len(want))
	}
}

func TestWriteCreatesAndReplaces(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "config.toml")
	for _, content := range []string{"first", "", strings.Repeat("long ", 100_000), "short"} {
		if err := atomicfile.Write(path, 0o640, text(content)); err != nil {
			t.Fatal(err)
		}
		wantFolder(t, folder, map[string]string{"config.toml": content})
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&^0o640 != 0 {
		t.Errorf("permission %v exceeds 0640", info.Mode().Perm())
	}
}

func TestWriteInTheCurrentFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := atomicfile.Write("bare.txt", 0o666, text("x")); err != nil {
		t.Fatal(err)
	}
	wantFolder(t, ".", map[string]string{"bare.txt": "x"})
}

func TestFailedWriteLeavesTheOldFile(t *testing.T) {
	own := errors.New("tensor w holds a NaN")
	tests := []struct {
		name  string
		write func(io.Writer) error
		is    error
		say   string
	}{
		{"own error", func(w io.Writer) error { text("half")(w); return own }, own, "tensor w holds a NaN"},
		{"full disk", func(w io.Writer) error {
			text("half")(w)
			return fmt.Errorf("tensor w: %w", syscall.ENOSPC)
		}, nil, "no space"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "f")
			if err := atomicfile.Write(path, 0o666, text("old")); err != nil {
				t.Fatal(err)
			}
			err := atomicfile.Write(path, 0o666, test.write)
			if err == nil || test.is != nil && !errors.Is(err, test.is) {
				t.Fatalf("error %v, want %v", err, test.is)
			}
			if !strings.HasPrefix(hint.Text(err), "writing "+path+": ") {
				t.Errorf("error %q does not begin with the path", err)
			}
			if runtime.GOOS != "windows" && !strings.Contains(hint.Text(err), test.say) {
				t.Errorf("error %q does not contain %q", err, test.say)
			}
			wantFolder(t, folder, map[string]string{"f": "old"})
		})
	}
}

func TestPanicLeavesTheOldFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "f")
	if err := atomicfile.Write(path, 0o666, text("old")); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if recover() != "midway" {
				t.Error("the panic did not pass through")
			}
		}()
		atomicfile.Write(path, 0o666, func(w io.Writer) error { text("half")(w); panic("midway") })
	}()
	wantFolder(t, folder, map[string]string{"f": "old"})
}

func TestImpossiblePlaces(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, path, hint string }{
		{"no such folder", filepath.Join(folder, "missing", "f"), "(hint: make the folder "},
		{"under a file", filepath.Join(file, "f"), "(hint: "},
	}
	if runtime.GOOS == "linux" {
		tests = append(tests, struct{ name, path, hint string }{"not even root", "/proc/f", "(hint: "})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := atomicfile.Write(test.path, 0o666, text("x"))
			if err == nil || !strings.Contains(hint.Text(err), test.path) || !strings.Contains(hint.Text(err), test.hint) {
				t.Errorf("error %v, want one with %q and %q", err, test.path, test.hint)
			}
			if err != nil && strings.Contains(hint.Text(err), ".tmp-") {
				t.Errorf("error %q shows the temporary file", err)
			}
		})
	}
	wantFolder(t, folder, map[string]string{"file": ""})
}

func TestUnwritableFolder(t *testing.T) {
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("a folder's permission binds neither root nor Windows")
	}
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(folder, 0o755) })
	err := atomicfile.Write(filepath.Join(folder, "f"), 0o666, text("x"))
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(hint.Text(err), "(hint: make "+folder+" writable") {
		t.Errorf("error %v, want a lack of permission with a hint", err)
	}
}

func TestFolderInTheWay(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "taken")
	if err := os.MkdirAll(filepath.Join(path, "full"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(path, 0o666, text("x")); err == nil {
		t.Error("a folder was replaced")
	}
	if names, _ := os.ReadDir(folder); len(names) != 1 {
		t.Errorf("%d names left, want 1", len(names))
	}
}

func TestConcurrentWritersLeaveOneWholeFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "f")
	const size = 1 << 17
	var writers sync.WaitGroup
	for i := range 4 {
		writers.Go(func() {
			for range 5 {
				if err := atomicfile.Write(path, 0o666, text(strings.Repeat(string(rune('a'+i)), size))); err != nil && runtime.GOOS != "windows" {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(content) != size || strings.Trim(string(content), string(content[:1])) != "" {
		t.Error("the file mixes two writers")
	}
	wantFolder(t, folder, map[string]string{"f": string(content)})
}

// TestKilledProcess kills a process in the middle of Write. The old file must
// remain, and Sweep must remove the temporary file of the process.
func TestKilledProcess(t *testing.T) {
	const pathVar = "GANDER_TEST_KILLED_WRITER"
	if path := os.Getenv(pathVar); path != "" {
		err := atomicfile.Write(path, 0o666, func(w io.Writer) error {
			text(strings.Repeat("half", 1<<16))(w)
			fmt.Println("writing")
			select {} // until killed
		})
		t.Fatal("Write returned", err)
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "step-1.safetensors")
	if err := atomicfile.Write(path, 0o666, text("old")); err != nil {
		t.Fatal(err)
	}
	writer := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$")
	writer.Env = append(os.Environ(), pathVar+"="+path)
	out, err := writer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	writer.Process.Kill()
	writer.Wait()

	if names, _ := os.ReadDir(folder); len(names) != 2 {
		t.Fatalf("%d names, want the old file and the half one", len(names))
	}
	if err := atomicfile.Sweep(filepath.Join(folder, "step-*.safetensors")); err != nil {
		t.Fatal(err)
	}
	wantFolder(t, folder, map[string]string{"step-1.safetensors": "old"})
}

func TestSweepTakesOnlyItsOwn(t *testing.T) {
	folder := t.TempDir()
	keep := map[string]string{"a.txt": "", ".a.txt": "", ".b.txt.tmp-0123abcd": "", "a.txt.tmp-0123abcd": "", ".a.txt.tmp-123": ""}
	for name := range keep {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, ".a.txt.tmp-0123abcd"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Sweep(filepath.Join(folder, "a.txt")); err != nil {
		t.Fatal(err)
	}
	wantFolder(t, folder, keep)
	if err := atomicfile.Sweep(filepath.Join(folder, "missing", "a.txt")); err != nil {
		t.Error(err)
	}
	if err := atomicfile.Sweep(filepath.Join(folder, "a[")); err == nil {
		t.Error("a malformed pattern passed")
	}
}
