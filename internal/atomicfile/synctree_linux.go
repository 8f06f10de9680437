package atomicfile

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// syncTree writes all files in folder to disk. It syncs the whole file system, which
// takes about as long as to sync one file.
func syncTree(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer f.Close()
	err = unix.Syncfs(int(f.Fd()))
	if errors.Is(err, unix.ENOSYS) { // not in every sandbox
		return SyncFolder(folder)
	}
	return err
}
