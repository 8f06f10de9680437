package data

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
)

// fingerprinted is the number of drawn examples of a set that a fingerprint depends on.
const fingerprinted = 256

// Fingerprint returns a short text that identifies a set: "60000:" and 16 hexadecimal
// digits of a hash. The hash is of the number of examples, of the fields without the
// names of numbers and classes, of the first and the last example, and of 256 different
// examples drawn by a fixed seed, or of all where there are fewer. It reads only these
// examples, so it may not detect a change of a few others. Errors are those of reading.
func Fingerprint(set Set) (string, error) {
	info, n := set.Info(), set.Len()
	hash := sha256.New()
	fmt.Fprintf(hash, "%d\n", n)
	for _, f := range info.Fields {
		fmt.Fprintf(hash, "%q %v %v %d\n", f.Name, f.Kind, f.Shape, f.Classes)
	}
	row := info.NewRow()
	var bytes []byte
	for _, i := range append(DrawIndices(n, fingerprinted, 0, "fingerprint"), 0, n-1) {
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
