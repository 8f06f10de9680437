package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// A Holder describes the process that holds, or held, the lock of a run. It is the
// content of the lock file. A normal end of the process empties that file.
type Holder struct {
	PID   int       `json:"pid"` // 0: not known
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

// Holder returns the process that holds the lock of the run, and whether it still does.
// If held is false and the PID is not 0, the process was killed. If held is false and
// the PID is 0, no process has written the run since the last normal end.
//
// The run may be written at the same time. If the process was killed, Holder has a
// shared lock for a moment, and a [Folder.Lock] of that moment fails.
func (f Folder) Holder() (h Holder, held bool, err error) {
	file, err := os.Open(f.lockFile())
	if errors.Is(err, fs.ErrNotExist) {
		return h, false, nil
	}
	if err != nil {
		return h, false, fmt.Errorf("lock of run %s: %w", f.Name(), err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return h, false, err
	}
	free, err := trySharedLock(file)
	if err != nil {
		return h, false, fmt.Errorf("lock of run %s: %w", f.Name(), err)
	}
	return readHolder(file), !free, nil
}

// readHolder reads a lock file. The result is empty if the file is not signed.
func readHolder(file *os.File) (h Holder) {
	text, err := io.ReadAll(io.NewSectionReader(file, 0, 1<<10))
	if err != nil || json.Unmarshal(text, &h) != nil {
		return Holder{}
	}
	return h
}
