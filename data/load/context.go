package load

import (
	"context"
	"io"
)

// A contextReader reads until ctx is done.
type contextReader struct {
	ctx  context.Context
	r    io.Reader
	n    int64  // bytes read
	told func() // after each read; may be nil
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.told != nil {
		c.told()
	}
	return n, err
}

// A contextReaderAt reads until ctx is done.
type contextReaderAt struct {
	ctx context.Context
	r   io.ReaderAt
}

func (c contextReaderAt) ReadAt(p []byte, at int64) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.ReadAt(p, at)
}
