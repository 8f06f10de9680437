package format

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// An IDX is the content of an IDX file of unsigned bytes, the format of MNIST. It has
// labels [n], grey images [n, height, width], or images [n, channels, height, width].
type IDX struct {
	Shape []int
	Data  []byte // row-major
}

// The first four bytes of an IDX file, big-endian: two zeros, the element type
// (8: unsigned byte), the number of dimensions.
const (
	idxBytes  = 0x0800
	idxLabels = idxBytes | 1 // 2049
	idxGrey   = idxBytes | 3 // 2051
	idxPlanes = idxBytes | 4 // 2052
)

// DecodeIDX reads an IDX file, plain or compressed with gzip, to its end. These are errors
// that wrap [data.ErrFormat]: a file that is too short or too long, another magic number,
// and an impossible size. The error for a file without items wraps [data.ErrEmpty]. Memory
// is allocated when bytes arrive, not when the header is read.
func DecodeIDX(r io.Reader) (*IDX, error) {
	r, err := Gunzip(r)
	if err != nil {
		return nil, err
	}
	shape, err := decodeIDXHeader(r)
	if err != nil {
		return nil, err
	}
	n, err := claimed(shape, 1)
	if err != nil {
		return nil, err
	}
	if shape[0] == 0 {
		return nil, fmt.Errorf("%w: the number of items in its header is 0", data.ErrEmpty)
	}
	if n == 0 {
		return nil, fmt.Errorf("%w: shape %v has no pixels", data.ErrFormat, shape)
	}
	content, err := readClaimed(r, n)
	if err != nil {
		return nil, err
	}
	return &IDX{shape, content}, nil
}

// decodeIDXHeader reads the magic number and the sizes after it.
func decodeIDXHeader(r io.Reader) (shape []int, err error) {
	var word [4]byte
	if n, err := io.ReadFull(r, word[:]); err != nil {
		return nil, headerCut(err, n)
	}
	magic := binary.BigEndian.Uint32(word[:])
	if magic != idxLabels && magic != idxGrey && magic != idxPlanes {
		return nil, wrongMagic(word)
	}
	shape = make([]int, magic&0xff)
	for i := range shape {
		if n, err := io.ReadFull(r, word[:]); err != nil {
			return nil, headerCut(err, 4+4*i+n)
		}
		d := binary.BigEndian.Uint32(word[:])
		if int64(d) > maxBytes {
			return nil, fmt.Errorf("%w: size %d of dimension %d is impossible", data.ErrFormat, d, i)
		}
		shape[i] = int(d)
	}
	return shape, nil
}

func headerCut(err error, have int) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%w: it ends within the IDX header, after %d bytes", data.ErrFormat, have)
	}
	return err
}

// wrongMagic returns the error for a file that begins with the bytes first.
func wrongMagic(first [4]byte) error {
	const want = "want 2049 (labels), 2051 (grey images) or 2052 (images with channels)"
	magic := binary.BigEndian.Uint32(first[:])
	switch {
	case first[0] == '<':
		return hint.Add(fmt.Errorf("%w: it begins %q, like a web page, not as an IDX file", data.ErrFormat, first),
			"download it again: this may be a login page")
	case magic>>16 == 0 && first[2] != 8:
		return fmt.Errorf("%w: IDX magic number %d means elements of type 0x%02x, want 0x08 (unsigned bytes): %s", data.ErrFormat, magic, first[2], want)
	case magic>>16 == 0:
		return fmt.Errorf("%w: IDX magic number %d means %d dimensions: %s", data.ErrFormat, magic, first[3], want)
	}
	return fmt.Errorf("%w: IDX magic number is %d (%q): %s", data.ErrFormat, magic, first, want)
}

// EncodeIDX writes content, an array of the given shape, as an IDX file without
// compression. The shape has one dimension (labels), three (grey images) or four (images
// with channels).
func EncodeIDX(w io.Writer, shape []int, content []byte) error {
	magic := uint32(idxBytes | len(shape))
	if magic != idxLabels && magic != idxGrey && magic != idxPlanes {
		return fmt.Errorf("encoding IDX: shape %v has %d dimensions, want 1, 3 or 4", shape, len(shape))
	}
	if n, err := claimed(shape, 1); err != nil || n != len(content) {
		return fmt.Errorf("encoding IDX: shape %v does not hold %d bytes", shape, len(content))
	}
	header := binary.BigEndian.AppendUint32(nil, magic)
	for _, d := range shape {
		if int64(d) > math.MaxUint32 {
			return fmt.Errorf("encoding IDX: size %d exceeds 32 bits", d)
		}
		header = binary.BigEndian.AppendUint32(header, uint32(d))
	}
	if _, err := w.Write(header); err != nil {
		return fmt.Errorf("encoding IDX: %w", err)
	}
	if _, err := w.Write(content); err != nil {
		return fmt.Errorf("encoding IDX: %w", err)
	}
	return nil
}
