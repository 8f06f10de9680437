package format

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// maxArrays is the largest number of arrays in a file.
const maxArrays = 1 << 16

// DecodeNPZ reads an npz file, the format of NumPy's savez and savez_compressed. It is a zip
// archive of npy files. The name of each is the name of its array and ".npy". The arrays
// are in the order of the archive. If [DecodeNPY] does not read an array, such as text, the
// array has an Err instead. Entries with other endings are ignored. size is the length of
// the file in bytes. A broken archive is an error that wraps [data.ErrFormat]. The error
// for an archive without arrays wraps [data.ErrEmpty]. An error of r is returned unchanged.
func DecodeNPZ(r io.ReaderAt, size int64) ([]Named, error) {
	from := &faultReaderAt{r: r}
	arrays, err := decodeNPZ(from, size)
	if from.err != nil {
		return nil, from.err
	}
	return arrays, err
}

// decodeNPZ is DecodeNPZ, but it reports errors of r as errors of the archive.
func decodeNPZ(r io.ReaderAt, size int64) ([]Named, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, zipError(err)
	}
	if len(archive.File) > maxArrays {
		return nil, fmt.Errorf("%w: an archive of %d files, want at most %d", data.ErrFormat, len(archive.File), maxArrays)
	}
	var arrays []Named
	for _, entry := range archive.File {
		if name, ok := strings.CutSuffix(entry.Name, ".npy"); ok {
			array, err := decodeEntry(entry)
			arrays = append(arrays, Named{name, array, err})
		}
	}
	if len(arrays) == 0 {
		return nil, hint.Add(fmt.Errorf("%w: the archive holds no npy file", data.ErrEmpty), "numpy.savez writes arrays as an npz file")
	}
	return arrays, nil
}

// decodeEntry reads one npy file of an archive.
func decodeEntry(entry *zip.File) (*Array, error) {
	content, err := entry.Open()
	if err != nil {
		return nil, zipError(err)
	}
	defer content.Close()
	from := &faultReader{r: content}
	array, err := DecodeNPY(from)
	if from.err != nil {
		return nil, zipError(from.err)
	}
	return array, err
}

// zipError returns the error of a broken archive.
func zipError(err error) error {
	return hint.Add(fmt.Errorf("%w: the zip archive is broken: %v", data.ErrFormat, err), "download it again, it may be incomplete")
}
