package format

import (
	"fmt"
	"io"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// A CIFAR is the content of a file of CIFAR-10 or CIFAR-100 in their binary
// version (https://www.cs.toronto.edu/~kriz/cifar.html): records of one label, of
// CIFAR-100 a coarse and a fine one, and 3072 pixels.
type CIFAR struct {
	Classes int    // 10 or 100
	Coarse  []byte // [n], 0 to 19; nil of CIFAR-10
	Labels  []byte // [n], 0 to Classes-1
	Pixels  []byte // [n, 3, 32, 32], top row first, 0 to 255
}

// The bytes of a picture in a file of CIFAR, and the most files of one that are
// read: the whole CIFAR-100 is 184 MB.
const (
	cifarPixels   = 3 * 32 * 32
	cifarMaxBytes = 1 << 30
)

// DecodeCIFAR reads a file of CIFAR-10, records of 3073 bytes, or of CIFAR-100,
// records of 3074. The file has no header: its length decides which it is, and the
// labels where both would do. Other lengths and labels that there are not are errors that
// wrap [data.ErrFormat]; an empty file wraps [data.ErrEmpty].
func DecodeCIFAR(r io.Reader) (*CIFAR, error) {
	file, err := readFile(r, cifarMaxBytes)
	if err != nil {
		return nil, err
	}
	if len(file) == 0 {
		return nil, fmt.Errorf("%w: an empty file", data.ErrEmpty)
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
	return nil, hint.Add(fmt.Errorf("%w: %d bytes are neither records of %d bytes, as of CIFAR-10, nor of %d, as of CIFAR-100",
		data.ErrFormat, len(file), ten, hundred), "fetch the binary version, it may be cut off")
}

// splitCIFAR takes the records apart.
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
