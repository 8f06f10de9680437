package packed

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A Writer writes a file under a temporary name, which [Writer.Finish] makes its
// own: whoever is killed before leaves no file that could be taken for a whole one.
type Writer struct {
	path    string
	file    *os.File
	buffer  *bufio.Writer
	written int64      // bytes of records
	block   uint32     // CRC-32C of the block being written, so far
	sums    []uint32   // of those before it
	syncing chan error // gets the result of the sync in the background; nil if there was none
}

// syncEvery is how many bytes are written before they are sent to the disk in the
// background. The last sync then has little to wait for.
const syncEvery = 16 << 20

// infix parts a file's name from the random end of its temporary name.
const infix = ".tmp-"

// abandoned is how long nobody has written to a temporary file when it is taken to
// be left by a process that was killed.
const abandoned = time.Hour

// Create begins a file at path, in a folder that is there. Temporary files of the
// same path that were left an hour ago are removed.
func Create(path string) (*Writer, error) {
	folder, base := filepath.Split(path)
	sweep(folder, "."+base+infix)
	file, err := os.CreateTemp(folder, "."+base+infix+"*")
	if err != nil {
		return nil, err
	}
	w := &Writer{path: path, file: file, buffer: bufio.NewWriterSize(file, blockSize)}
	if _, err := w.buffer.Write(make([]byte, headerSize)); err != nil {
		return nil, errors.Join(err, w.Discard())
	}
	return w, nil
}

// sweep removes abandoned files with names that begin with prefix. Files that
// cannot be removed stay; they do no harm.
func sweep(folder, prefix string) {
	entries, _ := os.ReadDir(filepath.Clean(folder))
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix) {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > abandoned {
			os.Remove(filepath.Join(folder, e.Name()))
		}
	}
}

// Write appends bytes of records.
func (w *Writer) Write(bytes []byte) (int, error) {
	for rest := bytes; len(rest) > 0; {
		room := blockSize - int(w.written%blockSize)
		part := rest[:min(room, len(rest))]
		w.block = crc32.Update(w.block, castagnoli, part)
		w.written += int64(len(part))
		rest = rest[len(part):]
		if w.written%blockSize == 0 {
			w.sums, w.block = append(w.sums, w.block), 0
		}
	}
	n, err := w.buffer.Write(bytes)
	if err == nil && w.written/syncEvery > (w.written-int64(n))/syncEvery {
		err = w.sync()
	}
	return n, err
}

// sync begins to send the bytes to the disk, unless the sync before has not ended. It
// does not wait.
func (w *Writer) sync() error {
	if w.syncing != nil {
		select {
		case err := <-w.syncing:
			if err != nil {
				w.syncing <- err // for Finish
				return err
			}
		default:
			return nil
		}
	}
	result := make(chan error, 1)
	go func() { result <- w.file.Sync() }()
	w.syncing = result
	return nil
}

// synced waits for the sync in the background.
func (w *Writer) synced() error {
	if w.syncing == nil {
		return nil
	}
	return <-w.syncing
}

// ReadAt reads what was written, from byte at of the records on.
func (w *Writer) ReadAt(bytes []byte, at int64) (int, error) {
	if err := w.buffer.Flush(); err != nil {
		return 0, err
	}
	return w.file.ReadAt(bytes, headerSize+at)
}

// Finish ends the file and gives it its name. size is that of a record in bytes. A file there before is replaced. After an error the file is discarded.
func (w *Writer) Finish(key Key, size int, notes []byte) error {
	if err := w.finish(key, size, notes); err != nil {
		return errors.Join(err, w.Discard())
	}
	return nil
}

func (w *Writer) finish(key Key, size int, notes []byte) error {
	if size < 1 || w.written == 0 || w.written%int64(size) != 0 {
		return fmt.Errorf("%d bytes are not whole records of %d", w.written, size)
	}
	if w.written%blockSize != 0 {
		w.sums = append(w.sums, w.block)
	}
	var tail []byte
	for _, sum := range w.sums {
		tail = binary.LittleEndian.AppendUint32(tail, sum)
	}
	tail = append(tail, notes...)
	h := header{
		key: key, size: int64(size), records: w.written / int64(size),
		notes: int64(len(notes)), tail: crc32.Checksum(tail, castagnoli),
	}
	if _, err := w.buffer.Write(tail); err != nil {
		return err
	}
	if err := w.buffer.Flush(); err != nil {
		return err
	}
	if _, err := w.file.WriteAt(h.encode(), 0); err != nil {
		return err
	}
	// The system reports a failure to write once, perhaps to the sync before.
	if err := errors.Join(w.synced(), w.file.Sync()); err != nil {
		return err
	}
	if err := w.file.Close(); err != nil {
		return err
	}
	return os.Rename(w.file.Name(), w.path)
}

// Discard removes what was written. It does nothing after it was called once.
func (w *Writer) Discard() error {
	w.file.Close() // it may be closed already
	if err := os.Remove(w.file.Name()); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}
