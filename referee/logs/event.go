package logs

import (
	"encoding/binary"
	"errors"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// An event is the scalars of one message Event of TensorBoard.
type event struct {
	step    int64
	scalars []scalar
}

type scalar struct {
	tag   string
	value float64
}

// Numbers of fields in the messages of TensorBoard (event.proto, summary.proto, tensor.proto).
const (
	eventStep       = 2
	eventSummary    = 5
	summaryValue    = 1
	valueTag        = 1
	valueSimple     = 2
	valueTensor     = 8
	tensorDType     = 1
	tensorContent   = 4
	tensorFloats    = 5
	tensorDoubles   = 6
	dtypeFloat      = 1
	dtypeDouble     = 2
	mostTagLength   = 1 << 10
	mostValuesOfRow = mostColumns
)

var errMessage = errors.New("it is no event of TensorBoard")

// fields calls each with the fields of a message: with a number for varints and fixed
// numbers, with bytes for others.
func fields(message []byte, each func(field protowire.Number, number uint64, data []byte) error) error {
	for len(message) > 0 {
		field, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errMessage
		}
		message = message[n:]
		var number uint64
		var data []byte
		switch kind {
		case protowire.VarintType:
			number, n = protowire.ConsumeVarint(message)
		case protowire.Fixed32Type:
			var v uint32
			v, n = protowire.ConsumeFixed32(message)
			number = uint64(v)
		case protowire.Fixed64Type:
			number, n = protowire.ConsumeFixed64(message)
		case protowire.BytesType:
			data, n = protowire.ConsumeBytes(message)
		default:
			return errMessage
		}
		if n < 0 {
			return errMessage
		}
		message = message[n:]
		if err := each(field, number, data); err != nil {
			return err
		}
	}
	return nil
}

// decodeEvent reads an event. Values that are no scalars are left out.
func decodeEvent(message []byte) (e event, err error) {
	err = fields(message, func(field protowire.Number, number uint64, data []byte) error {
		switch field {
		case eventStep:
			e.step = int64(number)
		case eventSummary:
			return fields(data, func(field protowire.Number, _ uint64, data []byte) error {
				if field != summaryValue || len(e.scalars) >= mostValuesOfRow {
					return nil
				}
				s, ok, err := decodeValue(data)
				if ok {
					e.scalars = append(e.scalars, s)
				}
				return err
			})
		}
		return nil
	})
	return e, err
}

// decodeValue reads a value of a summary. ok is false if it is no scalar.
func decodeValue(message []byte) (s scalar, ok bool, err error) {
	err = fields(message, func(field protowire.Number, number uint64, data []byte) error {
		switch field {
		case valueTag:
			s.tag = string(data[:min(len(data), mostTagLength)])
		case valueSimple:
			s.value, ok = float64(math.Float32frombits(uint32(number))), true
		case valueTensor:
			var err error
			s.value, ok, err = decodeTensor(data)
			return err
		}
		return nil
	})
	return s, ok && s.tag != "", err
}

// decodeTensor reads a tensor of one float or double.
func decodeTensor(message []byte) (value float64, ok bool, err error) {
	dtype, content := uint64(0), []byte(nil)
	err = fields(message, func(field protowire.Number, number uint64, data []byte) error {
		switch field {
		case tensorDType:
			dtype = number
		case tensorContent:
			content = data
		case tensorFloats:
			if data == nil { // not packed
				data = binary.LittleEndian.AppendUint32(nil, uint32(number))
			}
			content = data
		case tensorDoubles:
			if data == nil {
				data = binary.LittleEndian.AppendUint64(nil, number)
			}
			content = data
		}
		return nil
	})
	switch {
	case dtype == dtypeFloat && len(content) == 4:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(content))), true, err
	case dtype == dtypeDouble && len(content) == 8:
		return math.Float64frombits(binary.LittleEndian.Uint64(content)), true, err
	}
	return 0, false, err
}
