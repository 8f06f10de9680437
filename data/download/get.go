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

// ErrChecksum is a downloaded file that is not the one the catalogue describes.
var ErrChecksum = errors.New("wrong checksum")

// maxTries is how often a file is asked for before a bad connection is given up.
const maxTries = 5

// stallTime is how long a server may be silent before the connection counts as
// cut.
const stallTime = 30 * time.Second

// A Progress is told how far the download of one file is, in bytes. It is called
// from one goroutine, at least once a file.
type Progress func(file string, done, total int64)

// Get brings the files of e into the folder dir, making it if need be. A file that
// is there already and right is left alone. What arrives is kept in a file.part
// beside it until its size and checksum are known to be right, then renamed: so
// after a cut, a kill or a full disk, Get goes on where it stopped. A cut or
// silent connection and a busy server are tried again a few times, with growing
// pauses. The error for a file that is not the one described wraps [ErrChecksum],
// and its part is removed. Get does not guard against another that works in the
// same folder at the same time. The progress may be nil. A set that Gander draws
// has nothing to get.
func Get(ctx context.Context, client *http.Client, e data.Entry, dir string, progress Progress) error {
	f := fetcher{client: client, progress: progress, pause: pause, stall: stallTime}
	return f.get(ctx, e, dir)
}

// pause waits before try number n, n >= 1, or until ctx is done.
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

// getFile brings one file to path, unless it is there.
func (f *fetcher) getFile(ctx context.Context, file data.File, path string) error {
	switch err := verify(file, path); {
	case err == nil:
		f.report(file, file.Bytes)
		return nil
	case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, ErrChecksum):
		return err
	}
	part := path + ".part"
	if err := f.download(ctx, file, part); err != nil {
		if info, statErr := os.Stat(part); statErr == nil && info.Size() == 0 {
			return errors.Join(err, os.Remove(part)) // nothing to go on from
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
		return hint.Add(fmt.Errorf("from %s: %w: it was removed", file.URL, err), "try again; if it stays so, the server's file has changed")
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	return atomicfile.SyncFolder(filepath.Dir(path))
}

// report tells the progress, if anyone listens.
func (f *fetcher) report(file data.File, done int64) {
	if f.progress != nil {
		f.progress(file.Name, done, file.Bytes)
	}
}

// verify checks that what lies at path is file. If not the error wraps
// [ErrChecksum].
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
