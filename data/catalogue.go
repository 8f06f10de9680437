package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/suggest"
)

// DirVariable is the environment variable that names the folder of datasets, one
// folder a set. It is looked into before the user's cache.
const DirVariable = "GANDER_DATA"

// An Entry describes a dataset that is known by its name.
type Entry struct {
	Info        Info
	Title       string
	Train, Test int64    // examples that come as training (and validation) and as test
	ClassNames  []string // [Info.Classes]
	Files       []File   // to download; none if Gander draws the set
	Terms       string   // on which it may be used, as far as known
	Citation    string   // what to cite
}

// A File is one file of a dataset.
type File struct {
	Name   string
	URL    string
	Bytes  int64
	SHA256 string // lower-case hexadecimal
}

// List returns the catalogue, the sets that Gander draws itself first.
func List() []Entry {
	return []Entry{digitsEntry(), ring8.entry(), grid25.entry(), mnistEntry(), fashionEntry()}
}

// Lookup returns the catalogue's entry called name. The error for another name
// wraps [ErrUnknown] and suggests a way on.
func Lookup(name string) (Entry, error) {
	if e, ok := find(name); ok {
		return e, nil
	}
	return Entry{}, unknown(name)
}

func find(name string) (Entry, bool) {
	for _, e := range List() {
		if e.Info.Name == name {
			return e, true
		}
	}
	return Entry{}, false
}

func unknown(name string) error {
	var names []string
	for _, e := range List() {
		names = append(names, e.Info.Name)
	}
	advice := "gander data list, or give a path"
	if near, ok := suggest.Nearest(name, names); ok {
		advice = fmt.Sprintf("did you mean %q? See gander data list", near)
	}
	return hint.Add(fmt.Errorf("dataset %s: %w, the known ones are %s", name, ErrUnknown, strings.Join(names, ", ")),
		"%s", advice)
}

// Bytes returns the bytes of all files together.
func (e Entry) Bytes() int64 {
	var sum int64
	for _, f := range e.Files {
		sum += f.Bytes
	}
	return sum
}

// Dirs returns the folders in which the set is looked for, in order: in the folder
// that [DirVariable] names, if it does, then in the user's cache. The first is
// where it should be put.
func (e Entry) Dirs() []string {
	var dirs []string
	if root := os.Getenv(DirVariable); root != "" {
		dirs = append(dirs, filepath.Join(root, e.Info.Name))
	}
	if cache, err := os.UserCacheDir(); err == nil {
		dirs = append(dirs, filepath.Join(cache, "gander", "data", e.Info.Name))
	}
	return dirs
}

// Locate returns the first of Dirs that holds all files, packed or unpacked. The
// error if there is none wraps [fs.ErrNotExist]. A set that Gander draws is in no
// folder: it is always there, and dir is "".
func (e Entry) Locate() (dir string, err error) {
	if len(e.Files) == 0 {
		return "", nil
	}
	where := "no folder to look in: neither $" + DirVariable + " nor a home folder is set"
	if dirs := e.Dirs(); len(dirs) > 0 {
		where = "not in " + strings.Join(dirs, " or ")
	}
	for _, dir := range e.Dirs() {
		missing, err := e.missing(dir)
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

// missing returns the names of the files that dir lacks.
func (e Entry) missing(dir string) ([]string, error) {
	var names []string
	for _, f := range e.Files {
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

// packedOrNot returns the path of the file in dir called name, or else name.gz.
func packedOrNot(dir, name string) (path string, err error) {
	path = filepath.Join(dir, name)
	if _, err = os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		path += ".gz"
		_, err = os.Stat(path)
	}
	return path, err
}
