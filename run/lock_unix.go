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
func tryLock(file *os.File) (bool, error) {
	for {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
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
