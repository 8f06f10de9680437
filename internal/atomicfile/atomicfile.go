// Package atomicfile replaces files whole or not at all. It exists because a run
// must survive being killed, a full disk and a power cut at any moment: whoever
// opens a file written here finds all of the new content or all of the old. It
// must not know what is in the files.
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

// Write makes write's output the content of the file at path, replacing any file
// there. The output goes, through a buffer, to a temporary file in the same
// folder, which is synced to the disk and then renamed, and the folder synced
// (except on Windows, which has no such operation).
//
// perm is the new file's permission before the umask. A symbolic link at path is
// replaced, not followed. If anything fails, or write panics, the temporary file
// is removed and the file at path stays as it was; only after an error of the
// last step, the sync of the folder, is the new file in place. Errors name path;
// for a full disk, a missing folder and a lack of permission they say how to go
// on. A process killed within Write leaves the temporary file: see [Sweep].
func Write(path string, perm fs.FileMode, write func(io.Writer) error) error {
	f, err := createTemp(path, perm)
	if err != nil {
		return Explain(path, bare(err))
	}
	renamed := false
	defer func() {
		if !renamed { // also when write panics
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

// A target is the temporary file with errors that do not give its name, which
// would mean nothing to the user.
type target struct{ file *os.File }

func (t target) Write(p []byte) (int, error) {
	n, err := t.file.Write(p)
	return n, bare(err)
}

// createTemp creates a new file beside path.
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

// infix parts the name of a file from the random end of its temporary file's
// name.
const infix = ".tmp-"

// Sweep removes the temporary files that processes killed within [Write] of path
// have left. The last element of path may be a pattern of [filepath.Match]. The
// caller makes sure that nobody is writing there now. A missing folder has
// nothing to sweep.
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
