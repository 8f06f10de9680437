// Package atomicfile replaces files completely or not at all. It exists because
// a run must survive a kill, a full disk and a power failure at any time: a
// reader of the file gets either the complete new content or the complete old
// content. It must not know the contents of the files.
package atomicfile

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Write replaces the content of the file at path by the output of write. The
// output goes through a buffer to a temporary file in the same folder. This
// file is synced to disk and renamed to path. Then the folder is synced, except
// on Windows, which cannot sync a folder.
//
// perm is the permission of the new file before the umask. A symbolic link at
// path is replaced, not followed. If an error occurs or write panics, the
// temporary file is removed and the file at path is unchanged. There is one
// exception: after an error of the last step, the sync of the folder, the new
// file is in place. Errors contain path. Errors for a full disk, a missing
// folder and a missing permission contain a hint. If the process is killed
// within Write, the temporary file remains: see [Sweep].
func Write(path string, perm fs.FileMode, write func(io.Writer) error) error {
	f, err := createTemp(path, perm)
	if err != nil {
		return Explain(path, bare(err))
	}
	renamed := false
	defer func() {
		if !renamed { // also after a panic of write
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := fill(f, write); err != nil {
		return Explain(path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return Explain(path, bare(err))
	}
	renamed = true
	if err := SyncFolder(filepath.Dir(path)); err != nil {
		return Explain(path, bare(err))
	}
	return nil
}

// fill writes, syncs and closes f.
func fill(f *os.File, write func(io.Writer) error) error {
	buffer := bufio.NewWriterSize(target{f}, 1<<16)
	if err := write(buffer); err != nil {
		return err
	}
	if err := buffer.Flush(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return bare(err)
	}
	return bare(f.Close())
}

// A target is the temporary file. Its errors do not contain its name, which
// means nothing to the user.
type target struct{ file *os.File }

func (t target) Write(p []byte) (int, error) {
	n, err := t.file.Write(p)
	return n, bare(err)
}

// createTemp creates a new file in the folder of path.
func createTemp(path string, perm fs.FileMode) (*os.File, error) {
	folder, base := filepath.Split(path)
	for tries := 1; ; tries++ {
		name := fmt.Sprintf(".%s%s%08x", base, infix, rand.Uint32())
		f, err := os.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
		if !os.IsExist(err) || tries == 100 {
			return f, err
		}
	}
}

// infix separates the name of a file from the random end in the name of its
// temporary file.
const infix = ".tmp-"

// Sweep removes the temporary files of [Write] for path that killed processes
// left behind. The last element of path may be a pattern of [filepath.Match].
// The caller must make sure that no process writes there at this time. It is
// not an error if the folder does not exist.
func Sweep(path string) error {
	folder, base := filepath.Split(path)
	names, err := os.ReadDir(filepath.Clean(folder))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("removing leftovers of killed processes: %w", err)
	}
	for _, name := range names {
		left, err := filepath.Match("."+base+infix+"????????", name.Name())
		if err != nil {
			return fmt.Errorf("removing leftovers of %s: %w", path, err)
		}
		if !left || !name.Type().IsRegular() {
			continue
		}
		if err := os.Remove(filepath.Join(folder, name.Name())); err != nil {
			return fmt.Errorf("removing leftovers of killed processes: %w", err)
		}
	}
	return nil
}
