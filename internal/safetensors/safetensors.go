// Package safetensors reads and writes the safetensors format: eight bytes with
// the length of a JSON header, the header, and the bytes of all tensors without
// gaps. It exists because other programs must be able to read checkpoints and
// no maintained Go library writes the format. It must not know the purpose of
// the tensors, and it must not convert them: elements remain little-endian
// bytes.
//
// Reading is strict, because files may come from any source: the header must
// describe every byte of the file, and memory is not allocated from the sizes
// in the header alone.
package safetensors

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// ErrFormat is wrapped by every read error for a file that is truncated,
// damaged, or in another format.
var ErrFormat = errors.New("not a whole safetensors file")

// A Tensor is an array to write.
type Tensor struct {
	Name  string
	DType string // element type: BOOL U8 I8 F8_E5M2 F8_E4M3 I16 U16 F16 BF16 I32 U32 F32 I64 U64 F64
	Shape []int  // empty for a single element
	Data  []byte // the elements, row-major, little-endian
}

const (
	lengthSize   = 8           // bytes of the header length
	maxHeader    = 100_000_000 // longest header in bytes, as in the reference implementation
	alignment    = 64          // the data of the tensors begin at a multiple of this
	metadataName = "__metadata__"
)

// elementSizes holds the number of bytes of an element by type. Types with
// fewer than eight bits, which the reference implementation has, are not
// supported.
var elementSizes = map[string]int{
	"BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1,
	"I16": 2, "U16": 2, "F16": 2, "BF16": 2,
	"I32": 4, "U32": 4, "F32": 4,
	"I64": 8, "U64": 8, "F64": 8,
}

// byteSize returns the number of bytes of a tensor. Like the reference
// implementation, it multiplies in the order of the shape and returns an error
// for an overflow, even if a later size is 0.
func byteSize(dtype string, shape []int) (int64, error) {
	element, ok := elementSizes[dtype]
	if !ok {
		return 0, fmt.Errorf("element type %q is unknown", dtype)
	}
	size := uint64(1)
	for _, d := range append(slices.Clip(shape), element) {
		if d < 0 {
			return 0, fmt.Errorf("shape %v has a negative size", shape)
		}
		high, low := bits.Mul64(size, uint64(d))
		if high != 0 || low > 1<<63-1 {
			return 0, fmt.Errorf("shape %v of %s overflows", shape, dtype)
		}
		size = low
	}
	return int64(size), nil
}
