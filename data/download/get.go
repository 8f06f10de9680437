package download

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
)

// ErrChecksum reports a downloaded file that differs from the catalogue's description.
var ErrChecksum = errors.New("wrong checksum")

// maxTries is the number of requests for a file after which a temporary failure becomes
// an error.
const maxTries = 5

// stallTime is the longest time without data. After it, the connection counts as
// broken.
const stallTime = 30 * time.Second

// A Progress is a function that receives the progress of one file: the number of bytes
// that have arrived, and the number of all. It is called from one goroutine, at least
// once for each file.
type Progress func(file string, done, total int64)

// Get downloads the files of e to the folder dir, which it creates if necessary. A file
// that exists with the right size and checksum is not downloaded again.
//
// Get writes a file first as NAME.part. It renames it when its size and checksum are
// right. So after a broken connection, a killed process or a full disk, the next Get
// continues from the bytes that have arrived. After a broken or silent connection, or
// if the server is busy, Get itself tries again a few times, after longer and longer
// pauses. If a file has the wrong size or checksum, the error wraps [ErrChecksum], and
// the part is removed. A file without an address must be made by hand: the hint of the error
// describes how.
//
// Two calls of Get must not use the same folder at the same time. The progress may be
// nil. A dataset that Gander draws has no files.
func Get(ctx context.Context, client *http.Client, e data.Entry, dir string, progress Progress) error {
	f := fetcher{client: client, progress: progress, pause: pause, stall: stallTime}
	return f.get(ctx, e, dir)
}

// pause waits after try number n, n >= 1, longer for a larger n, or until ctx is done.
func pause(ctx context.Context, n int) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Second << (n - 1)):
		return nil
	}
}

// A fetcher downloads files.
type fetcher struct {
	client   *http.Client
	progress Progress
	pause    func(ctx context.Context, n int) error
	stall    time.Duration
}

func (f *fetcher) get(ctx context.Context, e data.Entry, dir string) error {
	if len(e.Files) == 0 {
		return nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("dataset %s: %w", e.Info.Name, err)
	}
	for _, file := range e.Files {
		if err := f.getFile(ctx, file, filepath.Join(dir, file.Name)); err != nil {
			return fmt.Errorf("dataset %s: %s: %w", e.Info.Name, file.Name, err)
		}
	}
	return nil
}

// getFile downloads one file to path, unless it exists there.
func (f *fetcher) getFile(ctx context.Context, file data.File, path string) error {
	switch err := verify(file, path); {
	case err == nil:
		f.report(file, file.Bytes)
		return nil
	case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, ErrChecksum):
		return err
	}
	if file.URL == "" {
		return hint.Add(fmt.Errorf("it cannot be downloaded alone"), "%s, as %s", file.Make, path)
	}
	part := path + ".part"
	if err := f.download(ctx, file, part); err != nil {
		if info, statErr := os.Stat(part); statErr == nil && info.Size() == 0 {
			return errors.Join(err, os.Remove(part)) // an empty part is useless
		}
		return err
	}
	if err := verify(file, part); err != nil {
		if !errors.Is(err, ErrChecksum) {
			return err
		}
		if removal := os.Remove(part); removal != nil {
			return removal
		}
		return hint.Add(fmt.Errorf("from %s: %w; the file was removed", file.URL, err), "try again; if the error remains, the file on the server has changed")
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	return atomicfile.SyncFolder(filepath.Dir(path))
}

// report calls the progress function, if there is one.
func (f *fetcher) report(file data.File, done int64) {
	if f.progress != nil {
		f.progress(file.Name, done, file.Bytes)
	}
}

// verify returns an error that wraps [ErrChecksum] if the file at path has the wrong
// size or checksum.
func verify(file data.File, path string) error {
	content, err := os.Open(path)
	if err != nil {
		return err
	}
	defer content.Close()
	info, err := content.Stat()
	if err != nil {
		return err
	}
	if info.Size() != file.Bytes {
		return fmt.Errorf("%w: it has %d bytes, want %d", ErrChecksum, info.Size(), file.Bytes)
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, content); err != nil {
		return err
	}
	if sum := hex.EncodeToString(hash.Sum(nil)); sum != file.SHA256 {
		return fmt.Errorf("%w: its SHA-256 is %s, want %s", ErrChecksum, sum, file.SHA256)
	}
	return nil
}
