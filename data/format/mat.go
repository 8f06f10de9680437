package format

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// The types of data elements in a MATLAB file, and the classes and flags of arrays
// (https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf, tables 1-1
// and 1-3).
const (
	matInt8       = 1
	matUint8      = 2
	matInt16      = 3
	matUint16     = 4
	matInt32      = 5
	matUint32     = 6
	matSingle     = 7
	matDouble     = 9
	matInt64      = 12
	matUint64     = 13
	matMatrix     = 14
	matCompressed = 15

	matFirstNumber = 6      // the class double, the first class of numbers
	matLastNumber  = 15     // the class uint64
	matComplex     = 0x0800 // a flag
)

// matOthers are the classes of arrays that are not read.
var matOthers = map[byte]string{1: "a cell array", 2: "a structure", 3: "an object", 4: "text", 5: "a sparse matrix",
	16: "a function", 17: "an object"}

// DecodeMAT reads a MATLAB file of level 5, the format of save with -v6 and -v7, little- or
// big-endian. It returns the named arrays in the order of the file. The order of their
// dimensions is that of MATLAB, [rows, columns, ...], and their elements are converted to
// row-major order. Arrays of numbers have elements of their class, logical arrays have
// uint8. Other arrays, such as structures, text and complex numbers, have an Err instead.
//
// These are errors that wrap [data.ErrFormat]: a broken file, a file of level 4, and a file
// of version 7.3. The error for a file without arrays wraps [data.ErrEmpty].
func DecodeMAT(r io.Reader) ([]Named, error) {
	file, err := readFile(r, maxBytes)
	if err != nil {
		return nil, err
	}
	order, err := matOrder(file)
	if err != nil {
		return nil, err
	}
	s := matScanner{rest: file[128:], order: order}
	var arrays []Named
	for len(s.rest) > 0 && s.err == nil {
		kind, content := s.element()
		if s.err == nil && kind == matCompressed {
			kind, content = s.inflate(content)
		}
		if s.err != nil || kind != matMatrix || len(content) == 0 {
			continue
		}
		if len(arrays) == maxArrays {
			return nil, fmt.Errorf("%w: more than %d arrays", data.ErrFormat, maxArrays)
		}
		array := s.array(content)
		if array.Name != "" { // arrays without a name are internal data of MATLAB
			arrays = append(arrays, array)
		}
	}
	switch {
	case s.err != nil:
		return nil, fmt.Errorf("%w: MATLAB file: %w", data.ErrFormat, s.err)
	case len(arrays) == 0:
		return nil, fmt.Errorf("%w: the MATLAB file holds no array", data.ErrEmpty)
	}
	return arrays, nil
}

// matOrder reads the byte order from the first 128 bytes of a file.
func matOrder(file []byte) (binary.ByteOrder, error) {
	if KindHDF5 == sniffContent(file[:min(len(file), SniffLen)]) {
		return nil, hint.Add(fmt.Errorf("%w: a MATLAB file of version 7.3, which is HDF5 and is not read", data.ErrFormat), "save it in MATLAB with -v7")
	}
	if len(file) >= 128 {
		switch string(file[124:128]) {
		case "\x00\x01IM":
			return binary.LittleEndian, nil
		case "\x01\x00MI":
			return binary.BigEndian, nil
		}
	}
	return nil, hint.Add(fmt.Errorf("%w: it does not begin as a MATLAB file of level 5", data.ErrFormat), "save it in MATLAB with -v7")
}

// A matScanner takes data elements from the front of rest.
type matScanner struct {
	rest  []byte
	order binary.ByteOrder
	err   error // the first failure
}

var errMATCut = hint.Add(errors.New("it ends within an array"), "download it again, it may be incomplete")

// element takes an element and returns its type and its bytes. An element begins with 8
// bytes: the type and the length. The bytes follow. A small element, of at most 4 bytes,
// is within these 8.
func (s *matScanner) element() (kind int, content []byte) {
	if s.err != nil || len(s.rest) < 8 {
		s.fail(errMATCut)
		return 0, nil
	}
	first, length := s.order.Uint32(s.rest), uint64(s.order.Uint32(s.rest[4:]))
	if small := first >> 16; small != 0 {
		if small > 4 {
			s.fail(fmt.Errorf("a small element of %d bytes, want at most 4", small))
			return 0, nil
		}
		content, s.rest = s.rest[4:4+small], s.rest[8:]
		return int(first & 0xffff), content
	}
	if length > uint64(len(s.rest)-8) {
		s.fail(errMATCut)
		return 0, nil
	}
	content, s.rest = s.rest[8:8+length], s.rest[8+length:]
	if first != matCompressed { // other elements are padded to a multiple of 8 bytes
		s.rest = s.rest[min((8-length%8)%8, uint64(len(s.rest))):]
	}
	return int(first), content
}

func (s *matScanner) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// inflate decompresses the element in a compressed one.
func (s *matScanner) inflate(packed []byte) (kind int, content []byte) {
	stream, err := zlib.NewReader(bytes.NewReader(packed))
	if err == nil {
		content, err = readFile(stream, maxBytes)
	}
	if err != nil {
		s.fail(hint.Add(fmt.Errorf("a compressed array is broken: %w", err), "download it again"))
		return 0, nil
	}
	inner := matScanner{rest: content, order: s.order}
	kind, content = inner.element()
	s.fail(inner.err)
	return kind, content
}

// array reads an array: flags, sizes, a name, and numbers. If the content is incomplete,
// that is an error of s. If the kind of array is not read, it is an error of the array.
func (s *matScanner) array(content []byte) Named {
	inner := matScanner{rest: content, order: s.order}
	_, flags := inner.element()
	_, sizes := inner.element()
	_, name := inner.element()
	if inner.err == nil && (len(flags) < 8 || len(sizes) > 4*npyMaxDims || len(sizes)%4 != 0) {
		inner.fail(errors.New("the header of an array is broken"))
	}
	if inner.err != nil {
		s.fail(inner.err)
		return Named{}
	}
	a := Named{Name: string(name)}
	flag := s.order.Uint32(flags)
	class := byte(flag)
	switch other, ok := matOthers[class]; {
	case ok:
		a.Err = fmt.Errorf("%w: it is %s, not an array of numbers", data.ErrFormat, other)
	case flag&matComplex != 0:
		a.Err = fmt.Errorf("%w: it holds complex numbers", data.ErrFormat)
	case class < matFirstNumber || class > matLastNumber:
		a.Err = fmt.Errorf("%w: it is of class %d", data.ErrFormat, class)
	default:
		kind, numbers := inner.element()
		shape := make([]int, len(sizes)/4)
		for k := range shape {
			shape[k] = int(int32(s.order.Uint32(sizes[4*k:])))
		}
		var elements any
		if inner.err == nil {
			elements, inner.err = matElements(class, kind, numbers, shape, s.order)
		}
		if s.fail(inner.err); inner.err == nil {
			a.Array = &Array{shape, elements}
		}
	}
	return a
}
