package format

import (
	"bufio"
	"fmt"
	"io"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/gunzip"
)

// Gunzip returns a reader of the content of r. If the first two bytes are those of gzip,
// the content is decompressed. An invalid stream is an error that wraps [data.ErrFormat],
// from Gunzip or from Read.
func Gunzip(r io.Reader) (io.Reader, error) {
	return gunzip.Open(bufio.NewReaderSize(r, 1<<16), func(problem error) error {
		return hint.Add(fmt.Errorf("%w: %v", data.ErrFormat, problem), "download it again")
	})
}
