package packed

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// A File is a file of records. Its methods are safe for concurrent use. It is
// closed when it is no longer used.
type File struct {
	path    string
	header  header
	content io.ReaderAt
	sums    []uint32
	checked []atomic.Bool // by block
	notes   []byte
}

// Open opens the file at path. It checks the header, the length of the file and
// the checksums of all but the records: a block of these is checked when one of
// its records is read first. A damaged file is an error that wraps
// [data.ErrFormat], a file of another key one that wraps [ErrKey].
func Open(path string, key Key) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f, err := open(file, key)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f.path = path
	return f, nil
}

// ErrKey is the error for a file that was made from other data.
var ErrKey = errors.New("made from something else")

func open(file *os.File, key Key) (*File, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	bytes := make([]byte, headerSize)
	if _, err := file.ReadAt(bytes, 0); err != nil {
		return nil, cut(err)
	}
	h, err := decodeHeader(bytes, info.Size())
	if err != nil {
		return nil, err
	}
	if h.key != key {
		return nil, ErrKey
	}
	tail := make([]byte, 4*h.blocks()+h.notes)
	if _, err := file.ReadAt(tail, headerSize+h.size*h.records); err != nil {
		return nil, cut(err)
	}
	if crc32.Checksum(tail, castagnoli) != h.tail {
		return nil, fmt.Errorf("%w: the checksums of the packed file are broken", data.ErrFormat)
	}
	f := &File{header: h, notes: tail[4*h.blocks():], sums: make([]uint32, h.blocks()), checked: make([]atomic.Bool, h.blocks())}
	for i := range f.sums {
		f.sums[i] = binary.LittleEndian.Uint32(tail[4*i:])
	}
	f.content, err = mapped(file, info.Size())
	return f, err
}

// cut turns the error for a file that is too short into one that wraps
// [data.ErrFormat]. It does not change other errors.
func cut(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%w: the packed file is cut off", data.ErrFormat)
	}
	return err
}

// Records returns the number of records.
func (f *File) Records() int64 { return f.header.records }

// Size returns the bytes in a record.
func (f *File) Size() int { return int(f.header.size) }

// Notes returns what was given to [Writer.Finish].
func (f *File) Notes() []byte { return f.notes }

// Read puts record i into bytes, which has its size. A block that is not as it
// was written is an error that wraps [data.ErrFormat].
func (f *File) Read(bytes []byte, i int64) error {
	at := i * f.header.size
	for block := at / blockSize; block*blockSize < at+f.header.size; block++ {
		if f.checked[block].Load() {
			continue
		}
		if err := f.check(block); err != nil {
			return fmt.Errorf("%s: %w", f.path, err)
		}
		f.checked[block].Store(true)
	}
	_, err := f.content.ReadAt(bytes, headerSize+at)
	return err
}

// buffers hold the blocks being checked.
var buffers = sync.Pool{New: func() any { return new([blockSize]byte) }}

// check compares a block with its checksum.
func (f *File) check(block int64) error {
	buffer := buffers.Get().(*[blockSize]byte)
	defer buffers.Put(buffer)
	bytes := buffer[:min(blockSize, f.header.size*f.header.records-block*blockSize)]
	if _, err := f.content.ReadAt(bytes, headerSize+block*blockSize); err != nil {
		return err
	}
	if crc32.Checksum(bytes, castagnoli) != f.sums[block] {
		return hint.Add(fmt.Errorf("%w: block %d of the packed file has changed since it was written", data.ErrFormat, block),
			"remove the file, it is made again")
	}
	return nil
}
