package format

import (
	"fmt"
	"io"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// A CIFAR is the content of a file of CIFAR-10 or CIFAR-100 in the binary version
// (https://www.cs.toronto.edu/~kriz/cifar.html). A record of CIFAR-10 has a label and
// 3072 pixels. A record of CIFAR-100 has a coarse label, a fine label and 3072 pixels.
type CIFAR struct {
	Classes int    // 10 or 100
	Coarse  []byte // [n], 0 to 19; nil for CIFAR-10
	Labels  []byte // [n], 0 to Classes-1
	Pixels  []byte // [n, 3, 32, 32], top row first, 0 to 255
}

// The number of bytes of a picture, and the largest number of bytes of a file that is
// read. The whole CIFAR-100 has 184 MB.
const (
	cifarPixels   = 3 * 32 * 32
	cifarMaxBytes = 1 << 30
)

// DecodeCIFAR reads a file of CIFAR-10, with records of 3073 bytes, or of CIFAR-100, with
// records of 3074 bytes. The file has no header. Its length determines which of the two
// it is. If both are possible, the labels determine it. Other lengths and labels out of
// range are errors that wrap [data.ErrFormat]. The error for an empty file wraps
// [data.ErrEmpty].
func DecodeCIFAR(r io.Reader) (*CIFAR, error) {
	file, err := readFile(r, cifarMaxBytes)
	if err != nil {
		return nil, err
	}
	if len(file) == 0 {
		return nil, fmt.Errorf("%w: the file is empty", data.ErrEmpty)
	}
	const ten, hundred = 1 + cifarPixels, 2 + cifarPixels
	switch {
	case len(file)%ten == 0 && len(file)%hundred == 0:
		if c, err := splitCIFAR(file, 10); err == nil {
			return c, nil
		}
		return splitCIFAR(file, 100)
	case len(file)%ten == 0:
		return splitCIFAR(file, 10)
	case len(file)%hundred == 0:
		return splitCIFAR(file, 100)
	}
	return nil, hint.Add(fmt.Errorf("%w: the length, %d bytes, is not a multiple of %d (CIFAR-10) or %d (CIFAR-100)",
		data.ErrFormat, len(file), ten, hundred), "download the binary version again, the file may be incomplete")
}

// splitCIFAR divides the file into records.
func splitCIFAR(file []byte, classes int) (*CIFAR, error) {
	record := 1 + cifarPixels
	if classes == 100 {
		record++
	}
	n := len(file) / record
	c := &CIFAR{Classes: classes, Labels: make([]byte, 0, n), Pixels: make([]byte, 0, n*cifarPixels)}
	for i := range n {
		labels, pixels := file[:record-cifarPixels], file[record-cifarPixels:record]
		file = file[record:]
		if classes == 100 {
			if labels[0] >= 20 {
				return nil, fmt.Errorf("%w: record %d has the coarse label %d, want 0 to 19", data.ErrFormat, i, labels[0])
			}
			c.Coarse, labels = append(c.Coarse, labels[0]), labels[1:]
		}
		if int(labels[0]) >= classes {
			return nil, fmt.Errorf("%w: record %d has the label %d, want 0 to %d", data.ErrFormat, i, labels[0], classes-1)
		}
		c.Labels = append(c.Labels, labels[0])
		c.Pixels = append(c.Pixels, pixels...)
	}
	return c, nil
}
