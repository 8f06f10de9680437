package format

import (
	"encoding/binary"
	"fmt"
)

// matElements returns the elements of an array of a class. In the file they may have another
// type, usually the smallest that can hold all of them. There the first index varies
// fastest.
func matElements(class byte, kind int, numbers []byte, shape []int, order binary.ByteOrder) (any, error) {
	m := matNumbers{kind, numbers, shape, order}
	switch class {
	case 6:
		return matAs[float64](m)
	case 7:
		return matAs[float32](m)
	case 8:
		return matAs[int8](m)
	case 9:
		return matAs[uint8](m)
	case 10:
		return matAs[int16](m)
	case 11:
		return matAs[uint16](m)
	case 12:
		return matAs[int32](m)
	case 13:
		return matAs[uint32](m)
	case 14:
		return matAs[int64](m)
	default:
		return matAs[uint64](m)
	}
}

// matNumbers are the elements of an array as they are in the file.
type matNumbers struct {
	kind  int
	bytes []byte
	shape []int
	order binary.ByteOrder
}

// A number is an Element that is not bool.
type number interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}

// matAs returns the elements as T, in row-major order.
func matAs[T number](m matNumbers) (any, error) {
	var values []T
	var err error
	switch m.kind {
	case matInt8:
		values, err = matFrom[T, int8](m)
	case matUint8:
		values, err = matFrom[T, uint8](m)
	case matInt16:
		values, err = matFrom[T, int16](m)
	case matUint16:
		values, err = matFrom[T, uint16](m)
	case matInt32:
		values, err = matFrom[T, int32](m)
	case matUint32:
		values, err = matFrom[T, uint32](m)
	case matInt64:
		values, err = matFrom[T, int64](m)
	case matUint64:
		values, err = matFrom[T, uint64](m)
	case matSingle:
		values, err = matFrom[T, float32](m)
	case matDouble:
		values, err = matFrom[T, float64](m)
	default:
		err = fmt.Errorf("numbers of type %d", m.kind)
	}
	if err != nil {
		return nil, err
	}
	return fromFortran(values, m.shape), nil
}

// matFrom decodes numbers of type S and converts them to T.
func matFrom[T, S number](m matNumbers) ([]T, error) {
	var zero S
	size := binary.Size(zero)
	n, err := claimed(m.shape, size)
	if err != nil {
		return nil, err
	}
	if n*size != len(m.bytes) {
		return nil, fmt.Errorf("shape %v in %d bytes, want %d", m.shape, len(m.bytes), n*size)
	}
	stored := make([]S, n)
	if _, err := binary.Decode(m.bytes, m.order, stored); err != nil {
		return nil, err
	}
	values := make([]T, n)
	for i, v := range stored {
		values[i] = T(v)
	}
	return values, nil
}
