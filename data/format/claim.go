package format

import (
	"fmt"
	"io"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// maxBytes is the most that a file may claim to hold: a header that says more is
// taken for a lie. It fits an int on this machine.
const maxBytes = min(1<<34, math.MaxInt)

// claimed returns the elements in an array of shape, each of size bytes. No size
// of shape may be negative, and neither they nor the bytes in all may exceed
// maxBytes.
func claimed(shape []int, size int) (int, error) {
	n, empty := 1, false
	for _, d := range shape {
		if d < 0 || d > maxBytes {
			return 0, fmt.Errorf("%w: shape %v is absurd", data.ErrFormat, shape)
		}
		if d == 0 {
			empty = true
			continue
		}
		if n > maxBytes/size/d {
			return 0, fmt.Errorf("%w: shape %v is absurd: more than %d GiB", data.ErrFormat, shape, maxBytes>>30)
		}
		n *= d
	}
	if empty {
		return 0, nil
	}
	return n, nil
}

// firstChunk is what is allocated on the word of a header alone, in bytes.
const firstChunk = 1 << 16

// readClaimed reads exactly the n bytes that a header claims, and then the end of
// r. It allocates at most twice what r has delivered (or firstChunk), whatever
// the claim. Too few bytes and too many are errors that wrap [data.ErrFormat].
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

// cutShort says that reading ended, for reason err, after have bytes of the want
// promised.
func cutShort(err error, have, want int) error {
	if err == io.EOF {
		return hint.Add(fmt.Errorf("%w: it ends after %d of the %d bytes that its header promises", data.ErrFormat, have, want),
			"fetch it again, it may be cut off")
	}
	return err
}

// expectEnd reads the end of r, after the n bytes its header promised.
func expectEnd(r io.Reader, n int) error {
	var more [1]byte
	switch _, err := io.ReadFull(r, more[:]); err {
	case io.EOF:
		return nil
	case nil:
		return fmt.Errorf("%w: it goes on after the %d bytes that its header promises", data.ErrFormat, n)
	default:
		return err
	}
}

// readFile reads r to its end, which must come within most bytes. It allocates as
// bytes arrive.
func readFile(r io.Reader, most int64) ([]byte, error) {
	file, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(file)) > most {
		return nil, fmt.Errorf("%w: more than %d MiB", data.ErrFormat, most>>20)
	}
	return file, nil
}
