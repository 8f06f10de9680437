package load

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// isCSV tells a CSV file by its name, as its content says nothing.
func isCSV(path string) bool {
	return strings.HasSuffix(strings.TrimSuffix(strings.ToLower(path), ".gz"), ".csv")
}

func loadFile(path string) (data.Set, error) {
	array, set, err := decodeFile(path)
	switch {
	case err != nil:
		return nil, err
	case array == nil:
		return set, nil
	case len(array.Shape) == 2:
		return PointsFromArray(path, array)
	}
	return ImagesFromArray(path, array)
}

// decodeFile returns what a file holds, told by its content: an array, of npy and
// CSV files, or the set of an IDX file.
func decodeFile(path string) (*format.Array, *data.Table, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("dataset %s: %w", path, err)
	}
	defer file.Close()
	unpacked, err := format.Gunzip(file)
	if err != nil {
		return nil, nil, fmt.Errorf("dataset %s: %w", path, err)
	}
	content := bufio.NewReader(unpacked)
	decode := format.DecodeNPY
	magic, err := content.Peek(len(format.NPYMagic))
	switch {
	case isCSV(path):
		decode = format.DecodeCSV
	case string(magic) != format.NPYMagic:
		if err == nil && (magic[0] != 0 || magic[1] != 0) {
			return nil, nil, hint.Add(fmt.Errorf("dataset %s: %w: it begins %q, neither as an IDX file nor as an npy file", path, data.ErrFormat, magic),
				"a CSV file of points is called .csv")
		}
		set, err := idxFiles{images: path, labels: labelsBeside(path)}.load(path, idxFiles{})
		return nil, set, err
	}
	array, err := decode(content)
	if err != nil {
		return nil, nil, fmt.Errorf("dataset %s: %w", path, err)
	}
	return array, nil, nil
}
