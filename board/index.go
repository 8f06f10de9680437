package board

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Limits of a search for runs.
const (
	maxDepth   = 4      // folders below the folder of the board
	maxRuns    = 5000   // runs
	maxEntries = 200000 // files and folders that are looked at
)

// A search looks for the folders of runs. The id of a run is its path below the folder of
// the board, with slashes; it is "." for a board of a single run.
type search struct {
	dir     string
	known   map[string]*entry
	ids     []string
	left    int // entries that may still be looked at
	skipped []string
}

// findRuns returns the ids of the runs below dir. It does not follow symbolic links, and
// ignores folders with names that begin with a dot. The second result lists what was left
// out and why.
func findRuns(dir string, known map[string]*entry) (ids, skipped []string, err error) {
	s := &search{dir: dir, known: known, left: maxEntries}
	if err := s.visit(".", maxDepth); err != nil {
		return nil, nil, err
	}
	slices.SortFunc(s.ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(path.Dir(a), path.Dir(b)), cmp.Compare(path.Base(a), path.Base(b)))
	})
	if len(s.ids) > maxRuns {
		s.skipped = append(s.skipped, fmt.Sprintf("%d runs: only %d are shown", len(s.ids), maxRuns))
		s.ids = s.ids[:maxRuns]
	}
	return s.ids, s.skipped, nil
}

func (s *search) visit(id string, depth int) error {
	if s.known[id] != nil && isRegular(filepath.Join(s.dir, id, "config.toml")) {
		s.ids = append(s.ids, id)
		return nil
	}
	entries, err := os.ReadDir(filepath.Join(s.dir, id))
	if err != nil {
		if id == "." {
			return err
		}
		if !errors.Is(err, fs.ErrNotExist) { // it may have been deleted in the meantime
			s.skipped = append(s.skipped, err.Error())
		}
		return nil
	}
	if slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == "config.toml" && e.Type().IsRegular() }) {
		s.ids = append(s.ids, id)
		return nil
	}
	if s.left -= len(entries); s.left < 0 || depth == 0 {
		return nil
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			if err := s.visit(path.Join(id, e.Name()), depth-1); err != nil {
				return err
			}
		}
	}
	return nil
}

func isRegular(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().IsRegular()
}

// A stamp is what changes when a file changes.
type stamp struct {
	size, time int64
	exists     bool
}

func stampOf(path string) stamp {
	info, err := os.Lstat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info.Size(), info.ModTime().UnixNano(), true}
}
