package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
)

// ErrLocked is wrapped by the error of [Folder.Lock] when another process holds
// the lock.
var ErrLocked = errors.New("another process is writing this run")

// A Lock is the exclusive right to write a run. It ends with Unlock or with the end
// of the process, even if the process is killed.
type Lock struct{ file *os.File }

// Lock takes the lock of the run without waiting. If a process (this one or another)
// already has it, the error wraps [ErrLocked] and names that process. Lock also
// removes temporary files that killed processes left.
func (f Folder) Lock() (*Lock, error) {
	file, err := os.OpenFile(f.lockFile(), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, atomicfile.Explain(f.lockFile(), err)
	}
	ok, err := tryLock(file)
	if err == nil && !ok {
		err = lockedBy(file)
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("locking run %s: %w", f.Name(), err)
	}
	l := &Lock{file}
	if err := errors.Join(l.sign(), f.sweep()); err != nil {
		l.Unlock()
		return nil, err
	}
	return l, nil
}

// Unlock releases the lock.
func (l *Lock) Unlock() error {
	return errors.Join(l.file.Truncate(0), l.file.Close())
}

// sign writes a description of this process to the lock file, for the errors of other
// processes.
func (l *Lock) sign() error {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	text, err := json.Marshal(Holder{PID: os.Getpid(), Host: host, Since: time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	if err := l.file.Truncate(0); err != nil {
		return atomicfile.Explain(l.file.Name(), err)
	}
	if _, err := l.file.WriteAt(append(text, '\n'), 0); err != nil {
		return atomicfile.Explain(l.file.Name(), err)
	}
	return nil
}

// lockedBy returns the error that names the process that holds the lock on file, if
// the file describes it.
func lockedBy(file *os.File) error {
	const advice = "wait for it to end, or stop it, and try again"
	h := readHolder(file)
	if h.PID == 0 {
		return hint.Add(ErrLocked, advice)
	}
	return hint.Add(fmt.Errorf("%w: process %d on %s since %s", ErrLocked, h.PID, h.Host, h.Since.Format(time.RFC3339)), advice)
}

// sweep removes temporary files. Only a holder of the lock makes such files.
func (f Folder) sweep() error {
	left := []string{f.ConfigFile(), f.JournalFile(), filepath.Join(string(f.Checkpoints()), "*"), filepath.Join(f.SampleFolder(), "*")}
	entries, err := os.ReadDir(f.SampleFolder())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if e.IsDir() { // the pictures of an output after the first
			left = append(left, filepath.Join(f.SampleFolder(), e.Name(), "*"))
		}
	}
	for _, path := range left {
		if err := atomicfile.Sweep(path); err != nil {
			return err
		}
	}
	return nil
}
