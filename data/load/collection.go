package load

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// A member is a file of a collection.
type member struct {
	path string // within the collection, with slashes
	size int64  // bytes
	time int64  // of its last change, nanoseconds since 1970; 0 in an archive and for a file that is not there
	open func() (io.ReadCloser, error)
}

// A collection is many files: those below a folder, or those in archives.
type collection struct {
	root     string // the path of the folder or the archive
	members  []member
	unread   []string // why files are no members, for notes: "not read: 1 hidden file: .git"
	archives []stamp
	close    func() error
}

// A stamp detects that a file has changed.
type stamp struct {
	path       string
	size, time int64 // as those of a member
}

// check returns an error if the file is not as it was.
func (s stamp) check() error {
	info, err := os.Stat(s.path)
	if err != nil {
		return err
	}
	if info.Size() != s.size || info.ModTime().UnixNano() != s.time {
		return hint.Add(fmt.Errorf("%w: %s was changed while it was read", data.ErrFormat, s.path), "try again when nothing writes there")
	}
	return nil
}

// unchanged returns an error if one of the files has changed since it was listed.
func (c *collection) unchanged(ctx context.Context, items []item) error {
	for _, s := range c.archives {
		if err := s.check(); err != nil {
			return err
		}
	}
	return inParallel(ctx, len(items), func(i int) error {
		m := items[i].member
		if m.time == 0 {
			return nil
		}
		return stamp{filepath.Join(c.root, filepath.FromSlash(m.path)), m.size, m.time}.check()
	})
}

// noteUnread keeps that some files are no members, if there are any.
func (c *collection) noteUnread(names []string, one, many string) {
	if len(names) > 0 {
		c.unread = append(c.unread, "not read: "+counted(names, one, many))
	}
}

// sort puts the members in order of their paths, folder by folder. Of members with
// the same path the last one counts, as it does when an archive is unpacked.
func (c *collection) sort() {
	slices.SortStableFunc(c.members, func(a, b member) int { return comparePaths(a.path, b.path) })
	kept := c.members[:0]
	var twice []string
	for i, m := range c.members {
		if i+1 < len(c.members) && c.members[i+1].path == m.path {
			twice = append(twice, m.path)
			continue
		}
		kept = append(kept, m)
	}
	c.members = kept
	c.noteUnread(twice, "file that is stored again later", "files that are stored again later")
}

// comparePaths orders paths as the folders of a tree, each by name.
func comparePaths(a, b string) int {
	for i := range min(len(a), len(b)) {
		switch {
		case a[i] == b[i]:
		case a[i] == '/':
			return -1
		case b[i] == '/':
			return 1
		default:
			return int(a[i]) - int(b[i])
		}
	}
	return len(a) - len(b)
}

// isHidden reports whether a file or folder of that name is none of the user's:
// hidden ones, and those that macOS adds to archives.
func isHidden(name string) bool { return strings.HasPrefix(name, ".") || name == "__MACOSX" }

// isBelowHidden reports whether a path has a hidden folder or file in it.
func isBelowHidden(name string) bool { return slices.ContainsFunc(strings.Split(name, "/"), isHidden) }

// isPicture reports whether a file has the name of a picture.
func isPicture(name string) bool { return format.Sniff(nil, path.Base(name)).IsPicture() }

// clean returns a path of an archive with slashes and without "./" before it.
func clean(name string) string {
	return strings.TrimPrefix(path.Clean(strings.ReplaceAll(name, `\`, "/")), "/")
}
