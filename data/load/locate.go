package load

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// DirVariable is the environment variable that names the folder of datasets. Each
// dataset has its own folder in it. Gander looks there first, and then in the user's
// cache.
const DirVariable = "GANDER_DATA"

// Dirs returns the folders in which Gander looks for a set of the catalogue, in order:
// first in the folder that [DirVariable] names, if it is set, then in the user's cache.
// Put a new copy of the set in the first of them. For a set that is made from another, see
// [data.Entry.Base], they are the folders of the other.
func Dirs(e data.Entry) []string {
	e = withFiles(e)
	var dirs []string
	if root := os.Getenv(DirVariable); root != "" {
		dirs = append(dirs, filepath.Join(root, e.Info.Name))
	}
	if cache, err := os.UserCacheDir(); err == nil {
		dirs = append(dirs, filepath.Join(cache, "gander", "data", e.Info.Name))
	}
	return dirs
}

// Locate returns the first of [Dirs] that holds all files of a set of the catalogue,
// packed or unpacked. If none does, the error wraps [fs.ErrNotExist]. A set that Gander
// generates has no files: dir is "" and err is nil. A set that is made from another is
// where the other is.
func Locate(e data.Entry) (dir string, err error) {
	if e.IsDrawn() {
		return "", nil
	}
	e = withFiles(e)
	where := "no folder to look in: neither $" + DirVariable + " nor a home folder is set"
	dirs := Dirs(e)
	if len(dirs) > 0 {
		where = "not in " + strings.Join(dirs, " or ")
	}
	for _, dir := range dirs {
		missing, err := missing(e, dir)
		if err != nil {
			return "", fmt.Errorf("dataset %s: %w", e.Info.Name, err)
		}
		if len(missing) == 0 {
			return dir, nil
		}
		if len(missing) < len(e.Files) {
			where = fmt.Sprintf("%s lacks %s", dir, strings.Join(missing, ", "))
		}
	}
	return "", hint.Add(fmt.Errorf("dataset %s: %s: %w", e.Info.Name, where, fs.ErrNotExist),
		"gander data get %s", e.Info.Name)
}

// withFiles returns the entry with the files that e needs: e, or the set that e is made
// from.
func withFiles(e data.Entry) data.Entry {
	if e.Base == "" {
		return e
	}
	base, err := data.Lookup(e.Base)
	if err != nil {
		panic(err) // the catalogue is tested
	}
	return base
}

// missing returns the names of the files of e that dir lacks.
func missing(e data.Entry, dir string) ([]string, error) {
	var names []string
	for _, f := range e.Files {
		if unpacked, err := isUnpacked(f, dir); err != nil || unpacked {
			if err != nil {
				return nil, err
			}
			continue
		}
		_, err := packedOrNot(dir, strings.TrimSuffix(f.Name, ".gz"))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			names = append(names, f.Name)
		case err != nil:
			return nil, err
		}
	}
	return names, nil
}

// isUnpacked reports whether dir, or one folder in it, holds all needed files of an
// archive.
func isUnpacked(f data.File, dir string) (bool, error) {
	if len(f.Holds) == 0 {
		return false, nil
	}
	folders := []string{dir}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	for _, e := range entries {
		if e.IsDir() {
			folders = append(folders, filepath.Join(dir, e.Name()))
		}
	}
	return slices.ContainsFunc(folders, func(folder string) bool {
		return !slices.ContainsFunc(f.Holds, func(name string) bool {
			_, err := packedOrNot(folder, name)
			return err != nil
		})
	}), nil
}

// packedOrNot returns the path of the file called name in dir. If it does not exist,
// it returns the path of name.gz.
func packedOrNot(dir, name string) (path string, err error) {
	path = filepath.Join(dir, name)
	if _, err = os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		path += ".gz"
		_, err = os.Stat(path)
	}
	return path, err
}
