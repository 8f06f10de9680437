package packed

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"

	"github.com/gander-ml/gander/data"
)

const (
	magic      = "GANDPACK"
	version    = 1
	headerSize = 4096    // bytes: a page, so that the records begin at one
	blockSize  = 1 << 20 // bytes of records that have a checksum together
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// A Key identifies the data that a file was made from.
type Key [KeySize]byte

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A header is what a file begins with.
type header struct {
	key           Key
	size, records int64
	notes         int64  // bytes
	tail          uint32 // CRC-32C of the block checksums and the notes
}

func (h header) blocks() int64 { return (h.size*h.records + blockSize - 1) / blockSize }

// fileSize returns the length of the whole file in bytes.
func (h header) fileSize() int64 { return headerSize + h.size*h.records + 4*h.blocks() + h.notes }

// encode returns the bytes of the header.
func (h header) encode() []byte {
	bytes := make([]byte, headerSize)
	copy(bytes, magic)
	binary.LittleEndian.PutUint32(bytes[8:], version)
	copy(bytes[16:], h.key[:])
	binary.LittleEndian.PutUint64(bytes[48:], uint64(h.size))
	binary.LittleEndian.PutUint64(bytes[56:], uint64(h.records))
	binary.LittleEndian.PutUint64(bytes[64:], uint64(h.notes))
	binary.LittleEndian.PutUint32(bytes[72:], h.tail)
	binary.LittleEndian.PutUint32(bytes[12:], crc32.Checksum(bytes, castagnoli))
	return bytes
}

// decodeHeader reads a header of headerSize bytes and believes none of it that
// does not fit a file of the given length.
func decodeHeader(bytes []byte, length int64) (header, error) {
	var h header
	if string(bytes[:len(magic)]) != magic {
		return h, fmt.Errorf("%w: no packed file: it begins %q", data.ErrFormat, bytes[:len(magic)])
	}
	if v := binary.LittleEndian.Uint32(bytes[8:]); v != version {
		return h, fmt.Errorf("%w: packed file of version %d, want %d", data.ErrFormat, v, version)
	}
	sum := binary.LittleEndian.Uint32(bytes[12:])
	binary.LittleEndian.PutUint32(bytes[12:], 0)
	if crc32.Checksum(bytes, castagnoli) != sum {
		return h, fmt.Errorf("%w: the header of the packed file is broken", data.ErrFormat)
	}
	copy(h.key[:], bytes[16:])
	h.size = int64(binary.LittleEndian.Uint64(bytes[48:]))
	h.records = int64(binary.LittleEndian.Uint64(bytes[56:]))
	h.notes = int64(binary.LittleEndian.Uint64(bytes[64:]))
	h.tail = binary.LittleEndian.Uint32(bytes[72:])
	absurd := h.size < 1 || h.records < 1 || h.notes < 0 || h.notes > length || h.size > math.MaxInt64/4/h.records
	if absurd || h.fileSize() != length {
		return h, fmt.Errorf("%w: the packed file has %d bytes, not the number in its header", data.ErrFormat, length)
	}
	return h, nil
}
