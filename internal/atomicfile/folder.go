package atomicfile

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// WriteFolder makes a new folder at path with the files that fill writes. fill gets
// the path of a temporary folder next to path. When it returns, the folder is synced
// to disk once, with all its files, and renamed to path: thousands of files do not
// need a sync each. Only Linux can sync a folder with its files; on other systems
// files can be lost in a power failure, but not when the process is killed.
//
// perm is the permission of the new folder before the umask. It is an error if there
// is a file or folder at path. If an error occurs or fill panics, the temporary folder
// is removed. If the process is killed within WriteFolder, it remains.
func WriteFolder(path string, perm fs.FileMode, fill func(folder string) error) error {
	if _, err := os.Lstat(path); err == nil {
		return Explain(path, fs.ErrExist)
	}
	temporary, err := createTempFolder(path, perm)
	if err != nil {
		return Explain(path, bare(err))
	}
	renamed := false
	defer func() {
		if !renamed { // also after a panic of fill
			os.RemoveAll(temporary)
		}
	}()
	if err := fill(temporary); err != nil {
		return Explain(path, bare(err))
	}
	if err := syncTree(temporary); err != nil {
		return Explain(path, bare(err))
	}
	if err := os.Rename(temporary, path); err != nil {
		return Explain(path, bare(err))
	}
	renamed = true
	if err := SyncFolder(filepath.Dir(path)); err != nil {
		return Explain(path, bare(err))
	}
	return nil
}

// createTempFolder creates a new folder next to path.
func createTempFolder(path string, perm fs.FileMode) (string, error) {
	parent, base := filepath.Split(filepath.Clean(path))
	for tries := 1; ; tries++ {
		folder := filepath.Join(parent, fmt.Sprintf(".%s%s%08x", base, infix, rand.Uint32()))
		err := os.Mkdir(folder, perm)
		if !os.IsExist(err) || tries == 100 {
			return folder, err
		}
	}
}
