package atomicfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
)

// names returns the names in a folder.
func names(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return strings.Join(list, " ")
}

// twoFiles writes two files to a folder.
func twoFiles(folder string) error {
	return errors.Join(
		os.WriteFile(filepath.Join(folder, "a"), []byte("1"), 0o666),
		os.WriteFile(filepath.Join(folder, "b"), []byte("2"), 0o666))
}

func TestWriteFolder(t *testing.T) {
	parent := t.TempDir()
	var seen string
	err := atomicfile.WriteFolder(filepath.Join(parent, "new")+"/", 0o777, func(folder string) error {
		seen = names(t, parent)
		return twoFiles(folder)
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(seen, ".new.tmp-") || strings.Contains(seen, " ") {
		t.Errorf("before it is complete, the parent contains %q", seen)
	}
	if got := names(t, parent); got != "new" {
		t.Errorf("the parent contains %q", got)
	}
	if got := names(t, filepath.Join(parent, "new")); got != "a b" {
		t.Errorf("the folder contains %q", got)
	}
}

// TestFailedFolderLeavesNothing stops in the middle, by an error and by a panic.
func TestFailedFolderLeavesNothing(t *testing.T) {
	parent := t.TempDir()
	path := filepath.Join(parent, "new")
	failure := errors.New("failure")
	err := atomicfile.WriteFolder(path, 0o777, func(folder string) error { return errors.Join(twoFiles(folder), failure) })
	if !errors.Is(err, failure) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
	func() {
		defer func() { recover() }()
		atomicfile.WriteFolder(path, 0o777, func(folder string) error { twoFiles(folder); panic("failure") })
	}()
	if got := names(t, parent); got != "" {
		t.Errorf("the parent contains %q", got)
	}
}

func TestImpossibleFolders(t *testing.T) {
	parent := t.TempDir()
	for _, name := range []string{"a", "b"} {
		path := filepath.Join(parent, name)
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		err := atomicfile.WriteFolder(path, 0o777, func(string) error { t.Error("called"); return nil })
		if !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	err := atomicfile.WriteFolder(filepath.Join(parent, "missing", "new"), 0o777, twoFiles)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(hint.Text(err), "(hint: make the folder ") {
		t.Errorf("error %v", err)
	}
}

// BenchmarkWriteFolder writes 1000 small files.
func BenchmarkWriteFolder(b *testing.B) {
	parent := b.TempDir()
	for b.Loop() {
		path := filepath.Join(parent, "new")
		err := atomicfile.WriteFolder(path, 0o777, func(folder string) error {
			for i := range 1000 {
				if err := os.WriteFile(filepath.Join(folder, string(rune('a'+i))), make([]byte, 500), 0o666); err != nil {
					return err
				}
			}
			return nil
		})
		if err = errors.Join(err, os.RemoveAll(path)); err != nil {
			b.Fatal(err)
		}
	}
}
