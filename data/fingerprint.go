package data

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/gander-ml/gander/random"
)

// fingerprinted is the number of examples of a set that a fingerprint depends on.
const fingerprinted = 64

// Fingerprint returns a short text that identifies a set: "60000:" and 16 hexadecimal
// digits of a hash. The hash is of the number of examples, of the fields without the
// names of numbers and classes, and of 64 examples: the first, the last, and others drawn
// by a fixed seed. It reads only these examples, so it may not detect a change of a few
// others. Errors are those of reading.
func Fingerprint(set Set) (string, error) {
	info, n := set.Info(), set.Len()
	hash := sha256.New()
	fmt.Fprintf(hash, "%d\n", n)
	for _, f := range info.Fields {
		fmt.Fprintf(hash, "%q %v %v %d\n", f.Name, f.Kind, f.Shape, f.Classes)
	}
	row := info.NewRow()
	var bytes []byte
	drawn := random.New(0, "fingerprint")
	for k := range fingerprinted {
		i := int64(drawn.Uint64() >> 1 % uint64(max(n, 1)))
		switch k {
		case 0:
			i = 0
		case 1:
			i = n - 1
		}
		if err := set.Read(row, i); err != nil {
			return "", err
		}
		bytes = appendRow(bytes[:0], row)
		hash.Write(bytes)
	}
	return fmt.Sprintf("%d:%x", n, hash.Sum(nil)[:8]), nil
}

// appendRow appends the values of an example, little-endian.
func appendRow(bytes []byte, row Row) []byte {
	for _, values := range row {
		bytes = append(bytes, values.Bytes...)
		for _, v := range values.Floats {
			bytes = binary.LittleEndian.AppendUint32(bytes, math.Float32bits(v))
		}
		for _, v := range values.Ints {
			bytes = binary.LittleEndian.AppendUint32(bytes, uint32(v))
		}
	}
	return bytes
}
