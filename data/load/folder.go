package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// A walk gathers the files below a folder. Links count as what they lead to.
type walk struct {
	ctx       context.Context
	found     collection
	hidden    []string
	irregular []string
	links     []string // that lead back to a folder above them
	progress  *meter
}

// walkFolder returns the files below dir.
func walkFolder(ctx context.Context, dir string, progress *meter) (*collection, error) {
	w := walk{ctx: ctx, progress: progress, found: collection{root: dir}}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if err := w.enter("", []fs.FileInfo{info}); err != nil {
		return nil, err
	}
	c := &w.found
	if err := c.stat(ctx); err != nil {
		return nil, err
	}
	c.close = func() error { return nil }
	c.noteUnread(w.hidden, "hidden file or folder", "hidden files and folders")
	c.noteUnread(w.irregular, "that is no file (a pipe, a device or a socket)", "that are no files (pipes, devices or sockets)")
	c.noteUnread(w.links, "link to a folder above it", "links to folders above them")
	c.sort()
	return c, nil
}

// enter gathers the files below a folder. Its path is relative to the root. above are
// the folders on the way, including this one.
func (w *walk) enter(folder string, above []fs.FileInfo) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(filepath.Join(w.found.root, filepath.FromSlash(folder)))
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if folder != "" {
			name = folder + "/" + name
		}
		if isHidden(e.Name()) {
			w.hidden = append(w.hidden, name)
			continue
		}
		if err := w.add(name, e, above); err != nil {
			return err
		}
	}
	return nil
}

// add gathers a file, or the files below a folder.
func (w *walk) add(name string, e fs.DirEntry, above []fs.FileInfo) error {
	full := filepath.Join(w.found.root, filepath.FromSlash(name))
	kind := e.Type()
	var info fs.FileInfo
	if kind.IsDir() || kind&fs.ModeSymlink != 0 {
		var err error
		info, err = os.Stat(full)
		switch {
		case errors.Is(err, fs.ErrNotExist): // a link that leads nowhere: opening it is an error
			kind = 0
		case err != nil:
			return err
		default:
			kind = info.Mode().Type()
		}
	}
	switch {
	case kind.IsDir() && slices.ContainsFunc(above, func(f fs.FileInfo) bool { return os.SameFile(f, info) }):
		w.links = append(w.links, name)
	case kind.IsDir():
		return w.enter(name, append(slices.Clip(above), info))
	case !kind.IsRegular():
		w.irregular = append(w.irregular, name)
	default:
		w.found.members = append(w.found.members, member{path: name, open: func() (io.ReadCloser, error) { return os.Open(full) }})
		w.progress.set("listing files", len(w.found.members), 0)
	}
	return nil
}

// stat reads the sizes and times of the files of a folder.
func (c *collection) stat(ctx context.Context) error {
	return inParallel(ctx, len(c.members), func(i int) error {
		m := &c.members[i]
		info, err := os.Stat(filepath.Join(c.root, filepath.FromSlash(m.path)))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		m.size, m.time = info.Size(), info.ModTime().UnixNano()
		return nil
	})
}

// checkRegular returns an error if path is neither a file nor a folder. Reading a pipe
// or a device might never end.
func checkRegular(path string, info fs.FileInfo) error {
	kind := "device"
	switch mode := info.Mode(); {
	case mode.IsRegular() || mode.IsDir():
		return nil
	case mode&fs.ModeNamedPipe != 0:
		kind = "named pipe"
	case mode&fs.ModeSocket != 0:
		kind = "socket"
	}
	return hint.Add(fmt.Errorf("%w: %s is a %s", data.ErrFormat, path, kind), "write it to a file first")
}
