package atomicfile

import "golang.org/x/sys/windows"

// diskFull lists the errors of a full disk.
var diskFull = []error{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL}

// SyncFolder does nothing: Windows cannot sync a folder.
func SyncFolder(string) error { return nil }
