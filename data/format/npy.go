package format

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// An Array is the content of an npy file, which is the format of NumPy's save, or of a CSV
// file of numbers. It can also be one array of a file with several.
type Array struct {
	Shape []int // empty for a single number
	Data  any   // row-major: a slice of a type of Element
}

// An Element is a type of the elements of an array.
type Element interface {
	bool | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}

// NPYMagic begins every npy file. The format's version and the length of the
// header follow.
const NPYMagic = "\x93NUMPY"

// npyMaxHeader is the largest number of bytes of a header. The limit of NumPy itself is
// 10000.
const npyMaxHeader = 1 << 16

// DecodeNPY reads an npy file of format 1.0, 2.0 or 3.0 to its end. The elements can be
// booleans, integers of 8, 16, 32 or 64 bits with sign (i1 to i8) and without (u1 to u8),
// f4, f8, or f2, which is converted to float32. They can be little- or big-endian, in C
// order or in Fortran order, which is converted to C order. Anything else is an error that
// wraps [data.ErrFormat]. Memory is allocated when bytes arrive, not when the header is
// read.
func DecodeNPY(r io.Reader) (*Array, error) {
	text, err := readNPYHeader(r)
	if err != nil {
		return nil, err
	}
	header, err := parseNPYHeader(text)
	if err != nil {
		return nil, fmt.Errorf("%w: npy header: %w", data.ErrFormat, err)
	}
	decode, ok := npyTypes[header.descr[1:]]
	if !ok {
		return nil, hint.Add(fmt.Errorf("%w: npy elements of type %q (%s), want b1, i1, i2, i4, i8, u1, u2, u4, u8, f2, f4 or f8",
			data.ErrFormat, clip(header.descr), npyTypeName(header.descr)), "convert with astype before saving")
	}
	elements, err := decode(r, header)
	if err != nil {
		return nil, err
	}
	return &Array{header.shape, elements}, nil
}

// npyTypes has the functions that read elements, by the names of their types in NumPy.
var npyTypes = map[string]func(io.Reader, npyHeader) (any, error){
	"b1": decodeAs[bool],
	"i1": decodeAs[int8], "i2": decodeAs[int16], "i4": decodeAs[int32], "i8": decodeAs[int64],
	"u1": decodeAs[uint8], "u2": decodeAs[uint16], "u4": decodeAs[uint32], "u8": decodeAs[uint64],
	"f2": decodeHalf, "f4": decodeAs[float32], "f8": decodeAs[float64],
}

// npyTypeName returns a description of a type that is not read.
func npyTypeName(descr string) string {
	switch descr[1] {
	case 'U', 'S':
		return "text"
	case 'O':
		return "Python objects"
	case 'c':
		return "complex numbers"
	case 'M', 'm':
		return "dates or times"
	}
	return "unknown"
}

// decodeAs reads elements of type T.
func decodeAs[T Element](r io.Reader, header npyHeader) (any, error) {
	return decodeElements[T](r, header)
}

// decodeHalf reads numbers of 16 bits, f2, as float32.
func decodeHalf(r io.Reader, header npyHeader) (any, error) {
	halves, err := decodeElements[uint16](r, header)
	if err != nil {
		return nil, err
	}
	values := make([]float32, len(halves))
	for i, h := range halves {
		values[i] = fromHalf(h)
	}
	return values, nil
}

// fromHalf returns a number of IEEE 754 binary16: a sign, 5 bits of exponent with bias
// 15, 10 bits of fraction.
func fromHalf(h uint16) float32 {
	sign, exponent, fraction := uint32(h>>15)<<31, uint32(h>>10&31), uint32(h&0x3ff)
	switch exponent {
	case 0: // zero or subnormal: fraction x 2^-24, exact in float32
		v := float32(fraction) / (1 << 24)
		return math.Float32frombits(math.Float32bits(v) | sign)
	case 31: // infinite or not a number
		return math.Float32frombits(sign | 0xff<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}

// readNPYHeader reads everything before the elements and returns the text of the header.
func readNPYHeader(r io.Reader) (string, error) {
	var start [12]byte
	if n, err := io.ReadFull(r, start[:10]); err != nil {
		return "", npyHeaderCut(err, n)
	}
	if magic := string(start[:6]); magic != NPYMagic {
		return "", fmt.Errorf("%w: it begins %q, want the npy magic %q", data.ErrFormat, magic, NPYMagic)
	}
	major, minor := start[6], start[7]
	length, fixed := uint32(binary.LittleEndian.Uint16(start[8:])), 10
	switch {
	case major == 1 && minor == 0:
	case (major == 2 || major == 3) && minor == 0:
		if n, err := io.ReadFull(r, start[10:]); err != nil {
			return "", npyHeaderCut(err, 10+n)
		}
		length, fixed = binary.LittleEndian.Uint32(start[8:]), 12
	default:
		return "", fmt.Errorf("%w: npy format %d.%d, want 1.0, 2.0 or 3.0", data.ErrFormat, major, minor)
	}
	if length > npyMaxHeader {
		return "", fmt.Errorf("%w: npy header of %d bytes, want at most %d", data.ErrFormat, length, npyMaxHeader)
	}
	text := make([]byte, length)
	if n, err := io.ReadFull(r, text); err != nil {
		return "", npyHeaderCut(err, fixed+n)
	}
	return string(text), nil
}

func npyHeaderCut(err error, have int) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%w: it ends within the npy header, after %d bytes", data.ErrFormat, have)
	}
	return err
}

// decodeElements reads the elements that header describes, and the end of r.
func decodeElements[T Element](r io.Reader, header npyHeader) ([]T, error) {
	var zero T
	n, err := claimed(header.shape, binary.Size(zero))
	if err != nil {
		return nil, err
	}
	raw, err := readClaimed(r, n*binary.Size(zero))
	if err != nil {
		return nil, err
	}
	elements := make([]T, n)
	if _, err := binary.Decode(raw, header.order(), elements); err != nil {
		return nil, fmt.Errorf("%w: npy elements: %v", data.ErrFormat, err)
	}
	if header.fortran && len(header.shape) > 1 {
		elements = fromFortran(elements, header.shape)
	}
	return elements, nil
}

// fromFortran returns elements in row-major order. They are an array of shape in which the
// first index varies fastest.
func fromFortran[T Element](elements []T, shape []int) []T {
	strides := make([]int, len(shape))
	stride := 1
	for k, d := range shape {
		strides[k] = stride
		stride *= d
	}
	index := make([]int, len(shape))
	sorted := make([]T, len(elements))
	at := 0 // the position in elements of the element with this index
	for i := range sorted {
		sorted[i] = elements[at]
		for k := len(shape) - 1; k >= 0; k-- {
			index[k]++
			at += strides[k]
			if index[k] < shape[k] {
				break
			}
			at -= index[k] * strides[k]
			index[k] = 0
		}
	}
	return sorted
}

// EncodeNPY writes elements, an array of the given shape in row-major order, as an npy file
// of format 1.0, little-endian.
func EncodeNPY[T Element](w io.Writer, shape []int, elements []T) error {
	var zero T
	if n, err := claimed(shape, binary.Size(zero)); err != nil || n != len(elements) {
		return fmt.Errorf("encoding npy: shape %v does not hold %d elements", shape, len(elements))
	}
	if len(shape) > npyMaxDims {
		return fmt.Errorf("encoding npy: %d dimensions, want at most %d", len(shape), npyMaxDims)
	}
	if _, err := w.Write(npyPreamble(npyDescr[T](), shape)); err != nil {
		return fmt.Errorf("encoding npy: %w", err)
	}
	const chunk = 1 << 13 // number of elements that are encoded at a time
	buf := make([]byte, 0, min(chunk, len(elements))*binary.Size(zero))
	for part := range slices.Chunk(elements, chunk) {
		raw, err := binary.Append(buf, binary.LittleEndian, part)
		if err == nil {
			_, err = w.Write(raw)
		}
		if err != nil {
			return fmt.Errorf("encoding npy: %w", err)
		}
	}
	return nil
}

// npyDescr returns NumPy's name for little-endian elements of type T.
func npyDescr[T Element]() string {
	var zero T
	kind := reflect.TypeOf(zero).Kind()
	letter, size := "f", binary.Size(zero)
	switch {
	case kind == reflect.Bool:
		letter = "b"
	case kind <= reflect.Int64:
		letter = "i"
	case kind <= reflect.Uint64:
		letter = "u"
	}
	order := "<"
	if size == 1 {
		order = "|"
	}
	return order + letter + strconv.Itoa(size)
}
