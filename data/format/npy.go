package format

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// An Array is the content of an npy file, the format of NumPy's save, or of a CSV
// file.
type Array struct {
	Shape []int // empty for a single number
	Data  any   // row-major: []bool, []uint8, []int32, []int64, []uint32, []float32 or []float64
}

// An Element is what an npy file read or written here holds.
type Element interface {
	bool | uint8 | int32 | int64 | uint32 | float32 | float64
}

// NPYMagic begins every npy file. The format's version and the length of the
// header follow.
const NPYMagic = "\x93NUMPY"

// npyMaxHeader is the longest header that is read, in bytes. NumPy itself stops
// at 10000.
const npyMaxHeader = 1 << 16

// DecodeNPY reads an npy file of format 1.0, 2.0 or 3.0 to its end: booleans, u1,
// i4, i8, u4, f4 or f8, little- or big-endian, in C or in Fortran order (which it
// turns to C order). Anything else is an error that wraps [data.ErrFormat]. Memory is
// allocated as bytes arrive, never on the word of the header.
func DecodeNPY(r io.Reader) (*Array, error) {
	text, err := readNPYHeader(r)
	if err != nil {
		return nil, err
	}
	header, err := parseNPYHeader(text)
	if err != nil {
		return nil, fmt.Errorf("%w: npy header: %w", data.ErrFormat, err)
	}
	a := &Array{Shape: header.shape}
	switch header.descr[1:] {
	case "b1":
		a.Data, err = decodeElements[bool](r, header)
	case "u1":
		a.Data, err = decodeElements[uint8](r, header)
	case "i4":
		a.Data, err = decodeElements[int32](r, header)
	case "i8":
		a.Data, err = decodeElements[int64](r, header)
	case "u4":
		a.Data, err = decodeElements[uint32](r, header)
	case "f4":
		a.Data, err = decodeElements[float32](r, header)
	case "f8":
		a.Data, err = decodeElements[float64](r, header)
	default:
		err = hint.Add(fmt.Errorf("%w: npy elements of type %q, want b1, u1, i4, i8, u4, f4 or f8", data.ErrFormat, clip(header.descr)),
			"convert with astype before saving")
	}
	if err != nil {
		return nil, err
	}
	return a, nil
}

// readNPYHeader reads up to where the elements begin and returns the header's
// text.
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

// fromFortran returns elements, an array of shape whose first index varies fastest,
// in row-major order.
func fromFortran[T Element](elements []T, shape []int) []T {
	strides := make([]int, len(shape))
	stride := 1
	for k, d := range shape {
		strides[k] = stride
		stride *= d
	}
	index := make([]int, len(shape))
	sorted := make([]T, len(elements))
	at := 0 // where element index lies in elements
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

// EncodeNPY writes elements, an array of shape in row-major order, as an npy file of
// format 1.0, little-endian.
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
	const chunk = 1 << 13 // elements turned to bytes at a time
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
	switch any(zero).(type) {
	case bool:
		return "|b1"
	case uint8:
		return "|u1"
	case int32:
		return "<i4"
	case int64:
		return "<i8"
	case uint32:
		return "<u4"
	case float32:
		return "<f4"
	default:
		return "<f8"
	}
}
