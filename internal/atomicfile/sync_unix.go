//go:build !windows

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// diskFull lists the errors of a full disk or a full quota.
var diskFull = []error{syscall.ENOSPC, syscall.EDQUOT}

// SyncFolder syncs folder, so that its names survive a power failure. It does
// nothing on file systems that cannot sync a folder.
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
