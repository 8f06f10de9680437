//go:build !linux

package atomicfile

// syncTree syncs the names in folder, but not the contents of the files.
func syncTree(folder string) error { return SyncFolder(folder) }
