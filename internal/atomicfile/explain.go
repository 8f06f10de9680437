package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/gander-ml/gander/hint"
)

// Explain returns err as a failure to write path. It adds a hint where the user
// can solve the problem: a full disk, a missing folder, no permission, a
// read-only file system. The result wraps err. If package os has added path to
// err, it is removed, so that path is there once.
func Explain(path string, err error) error {
	if e, ok := err.(*fs.PathError); ok && e.Path == path {
		err = e.Err
	}
	return hint.Add(fmt.Errorf("writing %s: %w", path, err), "%s", advise(path, err))
}

// advise returns a hint for err, or "" if there is none.
func advise(path string, err error) string {
	folder := filepath.Dir(path)
	full := func(errno error) bool { return errors.Is(err, errno) }
	switch {
	case slices.ContainsFunc(diskFull, full):
		return "free some space on that disk, or choose a folder on another one"
	case errors.Is(err, syscall.EROFS):
		return "that file system is read-only: choose a folder elsewhere"
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("make %s writable for this user, or choose another folder", folder)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("make the folder %s first", folder)
	case errors.Is(err, syscall.ENOTDIR):
		return "a file is where that path has a folder: choose another path"
	}
	return ""
}

// bare returns err without the operation and the file name that package os
// adds.
func bare(err error) error {
	switch e := err.(type) {
	case *fs.PathError:
		return e.Err
	case *os.LinkError:
		return e.Err
	case *os.SyscallError:
		return e.Err
	}
	return err
}
