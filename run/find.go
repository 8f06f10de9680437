package run

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/shell"
	"github.com/gander-ml/gander/internal/suggest"
)

// Open returns the folder of an existing run. name is the path of its folder, or its
// name or its number within parent. If parent is "runs", then
// "runs/0003-goodfellow2014-mnist", "0003-goodfellow2014-mnist", "0003" and "3" are
// the same run. Open looks for a name without a path separator within parent first.
// It resolves "." and ".." and symbolic links, so that [Folder.Name] is the name of
// the folder. It returns an error if the folder does not exist, or is not a run because it has no
// config.toml.
func Open(parent, name string) (Folder, error) {
	if name == "" {
		return Folder{}, hint.Add(errors.New("no run is named"), "gander runs lists the runs")
	}
	runs, err := List(parent)
	if err != nil {
		return Folder{}, err
	}
	var found []Folder
	for _, f := range runs {
		n, ok := numberOf(f.Name())
		if wanted, err := strconv.Atoi(name); f.Name() == name || err == nil && ok && n == wanted {
			found = append(found, f)
		}
	}
	switch {
	case len(found) == 1:
		return found[0].resolved(), nil
	case len(found) > 1:
		return Folder{}, hint.Add(fmt.Errorf("run %s: both %s and %s have that number", name, found[0].Name(), found[1].Name()),
			"give the whole name")
	}
	if f, err := OpenFolder(name); err == nil {
		return f, nil
	}
	return Folder{}, notFound(parent, Folder{filepath.Clean(name)}, runs)
}

// OpenFolder returns the run in the folder with the given path. It resolves "." and ".."
// and a symbolic link, as [Open] does. It returns an error that wraps [fs.ErrNotExist] if
// the folder is not one of a run.
func OpenFolder(path string) (Folder, error) {
	f := Folder{filepath.Clean(path)}
	if !isRun(f) {
		return Folder{}, fmt.Errorf("%s is not the folder of a run: %w", path, fs.ErrNotExist)
	}
	return f.resolved(), nil
}

// resolved returns the folder with a path that ends with its name.
func (f Folder) resolved() Folder {
	path := f.path
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		path, err = filepath.EvalSymlinks(path)
		if err != nil {
			return f
		}
	}
	if base := filepath.Base(path); base == "." || base == ".." {
		full, err := filepath.Abs(path)
		if err != nil {
			return f
		}
		path = full
	}
	return Folder{path}
}

// notFound returns the error if f is not a run. runs are the runs within parent.
func notFound(parent string, f Folder, runs []Folder) error {
	if info, err := os.Stat(f.path); err == nil && info.IsDir() {
		return hint.Add(fmt.Errorf("%s is not the folder of a run: it has no config.toml", f.path), "%s", lister(parent))
	}
	var names []string
	for _, r := range runs {
		names = append(names, r.Name())
	}
	if near, ok := suggest.Nearest(f.Name(), names); ok {
		return hint.Add(fmt.Errorf("no run %q: %w", f.path, fs.ErrNotExist), "did you mean %q?", near)
	}
	return hint.Add(fmt.Errorf("no run %q in %s: %w", f.path, parent, fs.ErrNotExist), "%s", lister(parent))
}

// lister returns a hint with the command that lists the runs within parent.
func lister(parent string) string {
	command := []string{"gander", "runs"}
	if parent != "runs" { // the default of the command
		command = append(command, "--runs", parent)
	}
	return shell.Join(command...) + " lists the runs"
}

// List returns the runs within parent. First are those that were renamed and have no
// number, in the order of their names, then the others in the order of their numbers.
// It returns none if parent does not exist.
func List(parent string) ([]Folder, error) {
	entries, err := os.ReadDir(parent)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing runs: %w", err)
	}
	var runs []Folder
	for _, e := range entries {
		f := Folder{filepath.Join(parent, e.Name())}
		if isRun(f) {
			runs = append(runs, f)
		}
	}
	slices.SortFunc(runs, func(a, b Folder) int {
		m, _ := numberOf(a.Name()) // 0 without a number
		n, _ := numberOf(b.Name())
		return cmp.Or(cmp.Compare(m, n), strings.Compare(a.Name(), b.Name()))
	})
	return runs, nil
}

func isRun(f Folder) bool {
	info, err := os.Stat(f.ConfigFile())
	return err == nil && info.Mode().IsRegular()
}
