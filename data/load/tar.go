package load

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// openTar returns the files in a tar archive. One that is gzipped is unpacked to a
// temporary file, as its files are not read in their order.
func openTar(ctx context.Context, path string, gzipped bool, progress *meter) (*collection, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	closing := file.Close
	if gzipped {
		unpacked, err := gunzipFile(ctx, file, info.Size(), progress)
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, err
		}
		file, closing = unpacked, func() error { return errors.Join(unpacked.Close(), removeTemporary(unpacked)) }
	}
	c := &collection{root: path, archives: []stamp{{path, info.Size(), info.ModTime().UnixNano()}}, close: closing}
	if err := c.listTar(ctx, file); err != nil {
		return nil, errors.Join(err, closing())
	}
	c.sort()
	return c, nil
}

// listTar finds where in an archive its files are.
func (c *collection) listTar(ctx context.Context, file *os.File) error {
	archive := tar.NewReader(file)
	var hidden, others []string
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		head, err := archive.Next()
		if err == io.EOF {
			break
		}
		if errors.Is(err, tar.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) {
			return hint.Add(fmt.Errorf("%w: the tar archive is broken: %v", data.ErrFormat, err), "fetch it again, it may be cut off")
		}
		if err != nil {
			return err
		}
		place, err := file.Seek(0, io.SeekCurrent) // archive reads headers alone
		if err != nil {
			return err
		}
		name := clean(head.Name)
		switch {
		case head.Typeflag == tar.TypeDir:
		case isBelowHidden(name):
			hidden = append(hidden, name)
		case head.Typeflag != tar.TypeReg:
			others = append(others, name)
		default:
			c.members = append(c.members, member{path: name, size: head.Size, open: func() (io.ReadCloser, error) {
				return io.NopCloser(io.NewSectionReader(file, place, head.Size)), nil
			}})
		}
	}
	c.noteUnread(hidden, "hidden file", "hidden files")
	c.noteUnread(others, "link or device", "links and devices")
	return nil
}

// gunzipFile unpacks a file, of the given length in bytes, to a temporary one.
func gunzipFile(ctx context.Context, file *os.File, size int64, progress *meter) (*os.File, error) {
	read := &contextReader{ctx: ctx, r: file}
	content, err := format.Gunzip(read)
	if err != nil {
		return nil, err
	}
	dir, err := cacheDir()
	if err != nil {
		dir = "" // the system's
	}
	unpacked, err := os.CreateTemp(dir, "unpacked-*.tar")
	if err != nil {
		return nil, err
	}
	_ = removeTemporary(unpacked) // where the system lets it: then it leaves nothing when killed
	read.told = func() { progress.set("unpacking", int(read.n), int(size)) }
	if _, err := io.Copy(unpacked, content); err != nil {
		return nil, errors.Join(err, unpacked.Close(), removeTemporary(unpacked))
	}
	_, err = unpacked.Seek(0, io.SeekStart)
	return unpacked, err
}

// removeTemporary removes a file that may be gone already.
func removeTemporary(f *os.File) error {
	if err := os.Remove(f.Name()); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}
