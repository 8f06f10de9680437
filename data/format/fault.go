package format

import "io"

// A faultReader keeps the error of r, which a decoder may replace by its own.
type faultReader struct {
	r   io.Reader
	err error // but for the end of r
}

func (f *faultReader) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}
