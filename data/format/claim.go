package format

import (
	"bytes"
	"fmt"
	"io"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// maxBytes is the largest number of bytes of an array. A header with a larger array is
// invalid. The number fits in an int on this machine.
const maxBytes = min(1<<34, math.MaxInt)

// claimed returns the number of elements of an array with the shape of a header. An element
// has size bytes. A negative dimension, a dimension above maxBytes and an array of more
// than maxBytes are errors.
func claimed(shape []int, size int) (int, error) {
	n, empty := 1, false
	for _, d := range shape {
		if d < 0 || d > maxBytes {
			return 0, fmt.Errorf("%w: shape %v is impossible", data.ErrFormat, shape)
		}
		if d == 0 {
			empty = true
			continue
		}
		if n > maxBytes/size/d {
			return 0, fmt.Errorf("%w: shape %v is too large: more than %d GiB", data.ErrFormat, shape, maxBytes>>30)
		}
		n *= d
	}
	if empty {
		return 0, nil
	}
	return n, nil
}

// firstChunk is the number of bytes that are allocated before any have arrived.
const firstChunk = 1 << 16

// readClaimed reads exactly n bytes, the number from a header, and then the end of r. It
// allocates at most firstChunk, or twice the number of bytes that have arrived. A wrong
// header does not make it allocate more. If there are fewer or more bytes, the error
// wraps [data.ErrFormat].
func readClaimed(r io.Reader, n int) ([]byte, error) {
	content := make([]byte, 0, min(n, firstChunk))
	for len(content) < n {
		if len(content) == cap(content) {
			grown := make([]byte, len(content), min(2*cap(content), n))
			copy(grown, content)
			content = grown
		}
		k, err := r.Read(content[len(content):cap(content)])
		content = content[:len(content)+k]
		if err != nil && len(content) < n {
			return nil, cutShort(err, len(content), n)
		}
	}
	return content, expectEnd(r, n)
}

// cutShort returns the error for a reader that returned err after have of want bytes.
func cutShort(err error, have, want int) error {
	if err == io.EOF {
		return hint.Add(fmt.Errorf("%w: it ends after %d bytes, but its header requires %d", data.ErrFormat, have, want),
			"download it again, it may be incomplete")
	}
	return err
}

// expectEnd returns an error if r has more bytes than the n that its header requires.
func expectEnd(r io.Reader, n int) error {
	var more [1]byte
	switch _, err := io.ReadFull(r, more[:]); err {
	case io.EOF:
		return nil
	case nil:
		return fmt.Errorf("%w: it has more than the %d bytes that its header requires", data.ErrFormat, n)
	default:
		return err
	}
}

// readFile reads r to its end. If there are more than most bytes, that is an error. Memory
// is allocated when bytes arrive.
func readFile(r io.Reader, most int64) ([]byte, error) {
	var file bytes.Buffer
	if err := readInto(&file, r, most); err != nil {
		return nil, err
	}
	return file.Bytes(), nil
}

// readInto is like readFile, with the given buffer.
func readInto(file *bytes.Buffer, r io.Reader, most int64) error {
	n, err := file.ReadFrom(io.LimitReader(r, most+1))
	if err == nil && n > most {
		err = fmt.Errorf("%w: more than %d MiB", data.ErrFormat, most>>20)
	}
	return err
}
