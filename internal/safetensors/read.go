package safetensors

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

// A File is a safetensors file. Its header has been read, and the header
// describes every byte of the file. A File is safe for concurrent use if its
// source is.
type File struct {
	Metadata map[string]string // never nil
	Tensors  map[string]Info   // by name
	data     int64             // position of the data of the tensors
	source   io.ReaderAt
	closer   io.Closer // nil for a File from Read
}

// An Info describes a tensor and the position of its data.
type Info struct {
	DType string
	Shape []int // empty for a single element
	Size  int64 // bytes
	begin int64 // position of the data, relative to File.data
}

// Open reads the header of the file at path. The file stays open for
// [File.ReadInto] until [File.Close]. Errors contain path; errors of the
// content wrap [ErrFormat].
func Open(path string) (*File, error) {
	source, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f, err := openFile(source)
	if err != nil {
		source.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

func openFile(source *os.File) (*File, error) {
	info, err := source.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: not a regular file", ErrFormat)
	}
	f, err := Read(source, info.Size())
	if err != nil {
		return nil, err
	}
	f.closer = source
	return f, nil
}

// Read reads the header of a file of size bytes from r. The File keeps r for
// [File.ReadInto]. Errors of the content wrap [ErrFormat].
func Read(r io.ReaderAt, size int64) (*File, error) {
	header, err := readHeader(r, size)
	if err != nil {
		return nil, err
	}
	f, err := parseHeader(header)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	f.source, f.data = r, int64(lengthSize+len(header))
	if err := f.checkOffsets(size - f.data); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return f, nil
}

// readHeader returns the JSON text of the header with its padding.
func readHeader(r io.ReaderAt, size int64) ([]byte, error) {
	if size < lengthSize {
		return nil, fmt.Errorf("%w: %d bytes are too few for a header", ErrFormat, size)
	}
	var length [lengthSize]byte
	if err := readAt(r, length[:], 0); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint64(length[:])
	if n > maxHeader {
		return nil, fmt.Errorf("%w: its first bytes give a header of %d bytes, but the format allows %d", ErrFormat, n, maxHeader)
	}
	if int64(n) > size-lengthSize {
		return nil, fmt.Errorf("%w: a header of %d bytes does not fit a file of %d", ErrFormat, n, size)
	}
	header := make([]byte, n)
	return header, readAt(r, header, lengthSize)
}

// checkOffsets checks that the tensors fill size bytes of data without gaps or
// overlaps.
func (f *File) checkOffsets(size int64) error {
	end := int64(0)
	for _, name := range f.Names() {
		t := f.Tensors[name]
		if t.begin < end {
			return fmt.Errorf("tensor %q begins at byte %d of the data and overlaps the previous tensor, which ends at %d", name, t.begin, end)
		}
		if t.begin > end {
			return fmt.Errorf("tensor %q begins at byte %d of the data and leaves a gap from byte %d on", name, t.begin, end)
		}
		if t.Size > size-end {
			return fmt.Errorf("tensor %q ends at byte %d of the data, but the file has only %d", name, t.begin+t.Size, size)
		}
		end += t.Size
	}
	if end != size {
		return fmt.Errorf("the file has %d more bytes after its last tensor", size-end)
	}
	return nil
}

// Names returns the names of the tensors in the order of their data. If several
// tensors begin at the same position, those without data come first.
func (f *File) Names() []string {
	return slices.SortedFunc(maps.Keys(f.Tensors), func(a, b string) int {
		s, t := f.Tensors[a], f.Tensors[b]
		return cmp.Or(cmp.Compare(s.begin, t.begin), cmp.Compare(s.Size, t.Size), cmp.Compare(a, b))
	})
}

// ReadInto fills dst with the data of the tensor called name. It returns an
// error, and does not change dst, if there is no such tensor or if its size
// differs from the length of dst.
func (f *File) ReadInto(name string, dst []byte) error {
	t, ok := f.Tensors[name]
	if !ok {
		return fmt.Errorf("no tensor %q", name)
	}
	if int64(len(dst)) != t.Size {
		return fmt.Errorf("tensor %q has %d bytes, want %d", name, t.Size, len(dst))
	}
	if err := readAt(f.source, dst, f.data+t.begin); err != nil {
		return fmt.Errorf("tensor %q: %w", name, err)
	}
	return nil
}

// Close closes a file from [Open]. It does not close the source of a File from
// [Read].
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// readAt fills dst from offset on. If the source is now shorter, the error
// wraps [ErrFormat].
func readAt(r io.ReaderAt, dst []byte, offset int64) error {
	_, err := io.ReadFull(io.NewSectionReader(r, offset, int64(len(dst))), dst)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%w: the file has become shorter since it was opened", ErrFormat)
	}
	return err
}
