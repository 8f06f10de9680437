package format

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// Gunzip returns a reader of the content of r. If the first two bytes are those of gzip,
// the content is decompressed. An invalid stream is an error that wraps [data.ErrFormat],
// from Gunzip or from Read.
func Gunzip(r io.Reader) (io.Reader, error) {
	packed := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := packed.Peek(2); string(magic) != "\x1f\x8b" {
		return packed, nil // the first Read returns a read error again
	}
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		return nil, gzipError(err)
	}
	return gzipReader{unpacked}, nil
}

// A gzipReader reads a gzip stream. Its errors state that the gzip stream is invalid.
type gzipReader struct{ unpacked *gzip.Reader }

func (g gzipReader) Read(p []byte) (int, error) {
	n, err := g.unpacked.Read(p)
	if err != nil && err != io.EOF {
		err = gzipError(err)
	}
	return n, err
}

func gzipError(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return hint.Add(fmt.Errorf("%w: the gzip stream is incomplete", data.ErrFormat), "download it again")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		return hint.Add(fmt.Errorf("%w: the gzip stream is broken: %v", data.ErrFormat, err), "download it again")
	}
	return err
}
