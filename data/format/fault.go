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

// A faultReaderAt keeps the error of r, as a faultReader does.
type faultReaderAt struct {
	r   io.ReaderAt
	err error // but for the end of r
}

func (f *faultReaderAt) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 { // as a broken archive may tell
		return 0, io.ErrUnexpectedEOF
	}
	n, err := f.r.ReadAt(p, at)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}
