package load

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
)

// The names of MNIST's files are a stem and a tail, and perhaps .gz.
const (
	trainStem    = "train-"
	testStem     = "t10k-"
	imagesGrey   = "images-idx3-ubyte"
	imagesPlanes = "images-idx4-ubyte"
	labelsTail   = "labels-idx1-ubyte"
)

// idxFiles are the paths of images and their labels, "" where there are none.
type idxFiles struct{ images, labels string }

// findIDX looks in dir for the files whose names begin with stem. Labels without
// their images are an error: whoever has only them has not fetched all.
func findIDX(dir, stem string) (idxFiles, error) {
	var files idxFiles
	for _, tail := range []string{imagesGrey, imagesPlanes} {
		path, err := packedOrNot(dir, stem+tail)
		if err == nil {
			files.images = path
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return idxFiles{}, err
		}
	}
	if path, err := packedOrNot(dir, stem+labelsTail); err == nil {
		files.labels = path
	} else if !errors.Is(err, fs.ErrNotExist) {
		return idxFiles{}, err
	}
	if files.images == "" && files.labels != "" {
		return idxFiles{}, fmt.Errorf("%s holds labels but no %s%s: %w", dir, stem, imagesGrey, fs.ErrNotExist)
	}
	return files, nil
}

// labelsBeside returns the path of the labels that belong to a file of images by
// its name, "" if there are none.
func labelsBeside(path string) string {
	dir, name := filepath.Split(strings.TrimSuffix(path, ".gz"))
	for _, tail := range []string{imagesGrey, imagesPlanes} {
		if stem, ok := strings.CutSuffix(name, tail); ok {
			if labels, err := packedOrNot(dir, stem+labelsTail); err == nil {
				return labels
			}
		}
	}
	return ""
}

// load decodes the files as the set called name. The number of classes is one
// more than the highest label here and in other, the other part of the set, so
// that both parts agree on it.
func (f idxFiles) load(name string, other idxFiles) (*data.Table, error) {
	labels, err := readLabels(name, f.labels)
	if err != nil {
		return nil, err
	}
	more, err := readLabels(name, other.labels)
	if err != nil {
		return nil, err
	}
	images, err := readIDX(name, f.images)
	if err != nil {
		return nil, err
	}
	var field data.Field
	switch shape := images.Shape; len(shape) {
	case 3:
		field = data.Image(1, shape[1], shape[2])
	case 4:
		field = data.Image(shape[1], shape[2], shape[3])
	default:
		return nil, fmt.Errorf("dataset %s: %s: %w: IDX magic number is 2049 (labels), want 2051 or 2052 (images)",
			name, f.images, data.ErrFormat)
	}
	return labelled(name, field, images.Data, labels, 1+int(max(maxLabel(labels), maxLabel(more))))
}

// readLabels decodes a file of labels, none if path is "".
func readLabels(name, path string) ([]int32, error) {
	if path == "" {
		return nil, nil
	}
	idx, err := readIDX(name, path)
	if err != nil {
		return nil, err
	}
	if len(idx.Shape) != 1 {
		return nil, fmt.Errorf("dataset %s: %s: %w: IDX magic number is %d (images), want 2049 (labels)",
			name, path, data.ErrFormat, 2048+len(idx.Shape))
	}
	labels := make([]int32, len(idx.Data))
	for i, b := range idx.Data {
		labels[i] = int32(b)
	}
	return labels, nil
}

func maxLabel(labels []int32) int32 {
	var most int32
	for _, label := range labels {
		most = max(most, label)
	}
	return most
}

func readIDX(name, path string) (*format.IDX, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", name, err)
	}
	defer file.Close()
	idx, err := format.DecodeIDX(file)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %s: %w", name, path, err)
	}
	return idx, nil
}
