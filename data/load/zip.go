package load

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// openZip returns the files in a zip archive.
func openZip(path string) (*collection, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	archive, err := zip.OpenReader(path)
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrAlgorithm) {
		err = hint.Add(fmt.Errorf("%w: the zip archive is broken: %v", data.ErrFormat, err), "fetch it again, it may be cut off")
	}
	if err != nil {
		return nil, err
	}
	c := &collection{root: path, archives: []stamp{{path, info.Size(), info.ModTime().UnixNano()}}, close: archive.Close}
	var hidden []string
	for _, f := range archive.File {
		name := clean(f.Name)
		switch {
		case f.Mode().IsDir():
		case isBelowHidden(name):
			hidden = append(hidden, name)
		default:
			c.members = append(c.members, member{path: name, size: int64(f.UncompressedSize64), open: func() (io.ReadCloser, error) { return openZipped(f) }})
		}
	}
	c.noteUnread(hidden, "hidden file", "hidden files")
	c.sort()
	return c, nil
}

// isEncrypted is the flag of files in an archive that need a password.
const isEncrypted = 1

// openZipped opens a file in an archive.
func openZipped(f *zip.File) (io.ReadCloser, error) {
	if f.Flags&isEncrypted != 0 {
		return nil, hint.Add(fmt.Errorf("%w: it is encrypted", data.ErrFormat), "unpack the archive first")
	}
	if mode := f.Mode(); mode&fs.ModeType != 0 {
		return nil, hint.Add(fmt.Errorf("%w: it is no file but a link", data.ErrFormat), "unpack the archive first")
	}
	content, err := f.Open()
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrAlgorithm) {
		err = fmt.Errorf("%w: %v", data.ErrFormat, err)
	}
	if err != nil {
		return nil, err
	}
	return zipContent{content}, nil
}

// A zipContent is the content of a file in an archive. Its errors wrap
// [data.ErrFormat] unless reading the archive itself failed.
type zipContent struct{ io.ReadCloser }

func (z zipContent) Read(p []byte) (int, error) {
	n, err := z.ReadCloser.Read(p)
	if err != nil && err != io.EOF && !errors.As(err, new(*fs.PathError)) {
		err = fmt.Errorf("%w: the zip archive is broken: %v", data.ErrFormat, err)
	}
	return n, err
}
