//go:build !windows

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// diskFull lists the errors of a disk, or a quota, without room.
var diskFull = []error{syscall.ENOSPC, syscall.EDQUOT}

// SyncFolder makes the names in folder survive a power cut. File systems that
// cannot sync a folder are left to their own care.
func SyncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}
