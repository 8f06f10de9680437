//go:build unix

package run

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/gander-ml/gander/hint"
)

// tryLock takes the lock of the kernel on file, and reports whether it was free. The
// kernel releases the lock when file is closed or the process ends.
func tryLock(file *os.File) (bool, error) { return flock(file, unix.LOCK_EX) }

// trySharedLock is tryLock for a lock that others can share.
func trySharedLock(file *os.File) (bool, error) { return flock(file, unix.LOCK_SH) }

func flock(file *os.File, how int) (bool, error) {
	for {
		err := unix.Flock(int(file.Fd()), how|unix.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, unix.EWOULDBLOCK):
			return false, nil
		case !errors.Is(err, unix.EINTR):
			return false, hint.Add(fmt.Errorf("%s: %w", file.Name(), err), "if that file system has no locks, choose a folder on a local disk")
		}
	}
}
