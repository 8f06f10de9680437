package run

import (
	"bytes"
	"errors"

	"github.com/gander-ml/gander/internal/safetensors"
)

// DrawnExamples draws the examples of reals.png and the points behind samples.
var DrawnExamples = drawnExamples

// EncodeCheckpoint returns the bytes of the file that SaveCheckpoint writes.
func EncodeCheckpoint(c *Checkpoint) ([]byte, error) {
	metadata, err := c.checkedMetadata()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = safetensors.Write(&b, metadata, c.Tensors)
	return b.Bytes(), err
}

// DecodeCheckpoint is LoadCheckpoint for the bytes of a file.
func DecodeCheckpoint(content []byte) (*Checkpoint, error) {
	f, err := safetensors.Read(bytes.NewReader(content), int64(len(content)))
	if errors.Is(err, safetensors.ErrFormat) {
		return nil, corrupt("memory", err)
	}
	if err != nil {
		return nil, err
	}
	return decodeCheckpoint("memory", f)
}

// PendingChecksum is the place of the checksum in a file without one.
const PendingChecksum = checksumPending

// AddChecksum replaces PendingChecksum in content by the checksum of the content. It
// returns content unchanged if it is not a safetensors file.
func AddChecksum(content []byte) []byte {
	f, err := safetensors.Read(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return content
	}
	tensors, err := readTensors(f)
	if err != nil {
		return content
	}
	sum, err := checksum(f.Metadata, tensors)
	if err != nil {
		return content
	}
	return bytes.Replace(content, []byte(PendingChecksum), []byte(sum), 1)
}
