package format

import (
	"errors"
	"io"
)

// DecodeMAT reads a MATLAB file of level 5, as save writes it with -v6 or -v7.
func DecodeMAT(r io.Reader) ([]Named, error) {
	return nil, errors.New("not yet")
}
