package format

import "io"

// A faultReader records the error of r. A decoder may return a different error instead.
type faultReader struct {
	r   io.Reader
	err error // the last error other than io.EOF
}

func (f *faultReader) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}

// A faultReaderAt records the error of r, like a faultReader.
type faultReaderAt struct {
	r   io.ReaderAt
	err error // the last error other than io.EOF
}

func (f *faultReaderAt) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 { // an invalid archive may have such an offset
		return 0, io.ErrUnexpectedEOF
	}
	n, err := f.r.ReadAt(p, at)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}
