// Package gunzip reads streams that may be compressed with gzip. It must not know what they
// contain.
package gunzip

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// Open returns a reader of the content of r. If the first two bytes are those of gzip, the
// content is decompressed; otherwise the reader is r. A cut or broken stream is the error that
// broken makes of the problem, from Open or from Read.
func Open(r *bufio.Reader, broken func(problem error) error) (io.Reader, error) {
	if magic, _ := r.Peek(2); string(magic) != "\x1f\x8b" {
		return r, nil // the first Read returns a read error again
	}
	unpacked, err := gzip.NewReader(r)
	if err != nil {
		return nil, explain(err, broken)
	}
	return reader{unpacked, broken}, nil
}

type reader struct {
	unpacked *gzip.Reader
	broken   func(problem error) error
}

func (r reader) Read(p []byte) (int, error) {
	n, err := r.unpacked.Read(p)
	if err != nil && err != io.EOF {
		err = explain(err, r.broken)
	}
	return n, err
}

// explain passes errors of the stream to broken. Errors of the file stay as they are.
func explain(err error, broken func(problem error) error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return broken(errors.New("the gzip stream is incomplete"))
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		return broken(fmt.Errorf("the gzip stream is broken: %w", err))
	}
	return err
}
