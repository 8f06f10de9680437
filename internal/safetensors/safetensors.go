// Package safetensors reads and writes the safetensors format: eight bytes with
// the length of a JSON header, the header, and the tensors' bytes back to back.
// It exists because checkpoints must open in other programs and no kept Go
// library writes the format. It must not know what the tensors are for, nor
// convert them: elements stay little-endian bytes.
//
// It reads strictly, as files come from anywhere: every byte of a file is
// accounted for, and nothing is allocated on the word of a header alone.
package safetensors

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// ErrFormat is wrapped by every error of reading a file that is cut short,
// damaged, or not of the format at all.
var ErrFormat = errors.New("not a whole safetensors file")

// A Tensor is an array to be written.
type Tensor struct {
	Name  string
	DType string // element type: BOOL U8 I8 F8_E5M2 F8_E4M3 I16 U16 F16 BF16 I32 U32 F32 I64 U64 F64
	Shape []int  // empty for a single element
	Data  []byte // the elements, row-major, little-endian
}

const (
	lengthSize   = 8           // bytes of the header's length
	maxHeader    = 100_000_000 // longest header in bytes, that of the reference implementation
	alignment    = 64          // the tensors' bytes begin at a multiple of this
	metadataName = "__metadata__"
)

// elementSizes holds the bytes of an element by type. The reference
// implementation's types of fewer than eight bits are not among them.
var elementSizes = map[string]int{
	"BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1,
	"I16": 2, "U16": 2, "F16": 2, "BF16": 2,
	"I32": 4, "U32": 4, "F32": 4,
	"I64": 8, "U64": 8, "F64": 8,
}

// byteSize returns the bytes of a tensor. Like the reference implementation it
// multiplies in the order of the shape and refuses what overflows on the way,
// even if a later size is 0.
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
