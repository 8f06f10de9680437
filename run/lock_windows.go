package run

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"

	"github.com/gander-ml/gander/hint"
)

// tryLock takes the lock of the kernel on a byte far after the end of file, and
// reports whether it was free. Other processes can thus still read the start of the
// file. The kernel releases the lock when file is closed or the process ends.
func tryLock(file *os.File) (bool, error) {
	return lockFile(file, windows.LOCKFILE_EXCLUSIVE_LOCK)
}

// trySharedLock is tryLock for a lock that others can share.
func trySharedLock(file *os.File) (bool, error) { return lockFile(file, 0) }

func lockFile(file *os.File, how uint32) (bool, error) {
	err := windows.LockFileEx(windows.Handle(file.Fd()), how|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0,
		&windows.Overlapped{OffsetHigh: 1 << 30})
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		return false, nil
	}
	return false, hint.Add(fmt.Errorf("%s: %w", file.Name(), err), "if that file system has no locks, choose a folder on a local disk")
}
