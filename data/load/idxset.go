package load

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
)

// The names of MNIST's files are a stem and a tail, and perhaps .gz. Some sites have
// a point instead of the first hyphen of images-idx3-ubyte.
const (
	trainStem  = "train-"
	testStem   = "t10k-"
	imagesGrey = "images-idx3-ubyte"
	labelsTail = "labels-idx1-ubyte"
)

// imageTails are the tails of files of images, grey and of several channels.
var imageTails = []string{imagesGrey, "images.idx3-ubyte", "images-idx4-ubyte", "images.idx4-ubyte"}

// labelTails are the tails of files of labels.
var labelTails = []string{labelsTail, "labels.idx1-ubyte"}

// idxFiles are the paths of images and their labels, "" where there are none.
type idxFiles struct{ images, labels string }

// findIDX looks in dir for the files with names that begin with stem.
func findIDX(dir, stem string) (files idxFiles, err error) {
	if files.images, err = firstOf(dir, stem, imageTails); err != nil {
		return files, err
	}
	files.labels, err = firstOf(dir, stem, labelTails)
	return files, err
}

// firstOf returns the path of the first file in dir that is there, called stem and
// one of tails, "" if none is.
func firstOf(dir, stem string, tails []string) (string, error) {
	for _, tail := range tails {
		path, err := packedOrNot(dir, stem+tail)
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return "", nil
}

// labelsBeside returns the path of the labels that belong to a file of images by
// its name, "" if there are none.
func labelsBeside(path string) string {
	dir, name := filepath.Split(strings.TrimSuffix(path, ".gz"))
	for _, tail := range imageTails {
		if stem, ok := strings.CutSuffix(name, tail); ok {
			if labels, err := firstOf(dir, stem, labelTails); err == nil {
				return labels
			}
		}
	}
	return ""
}

// findMNIST looks in dir for files with the same names as those of MNIST. It returns
// their paths. The source is nil if there are no images among them.
func (p *Parts) findMNIST(dir string) (found *source, used []string, err error) {
	train, err := findIDX(dir, trainStem)
	if err != nil {
		return nil, nil, err
	}
	test, err := findIDX(dir, testStem)
	if err != nil {
		return nil, nil, err
	}
	if train.images == "" && test.images == "" {
		return nil, nil, nil
	}
	for stem, files := range map[string]idxFiles{trainStem: train, testStem: test} {
		if files.images == "" && files.labels != "" {
			return nil, nil, fmt.Errorf("%s holds labels but no %s%s: %w", dir, stem, imagesGrey, fs.ErrNotExist)
		}
	}
	found = &source{}
	found.parts[data.Train] = func(ctx context.Context) (data.Set, error) {
		if train.images == "" {
			return nil, fmt.Errorf("dataset %s: %s holds test images but no %s%s: %w", p.name, dir, trainStem, imagesGrey, fs.ErrNotExist)
		}
		return train.load(ctx, p.name, test)
	}
	if test.images != "" {
		found.parts[data.Test] = func(ctx context.Context) (data.Set, error) { return test.load(ctx, p.name, train) }
	}
	return found, []string{train.images, train.labels, test.images, test.labels}, nil
}

// load decodes the files as the set called name. The number of classes is one
// more than the highest label here and in other, the other part of the set, so
// that both parts agree on it.
func (f idxFiles) load(ctx context.Context, name string, other idxFiles) (*data.Table, error) {
	labels, err := readLabels(ctx, name, f.labels)
	if err != nil {
		return nil, err
	}
	more, err := readLabels(ctx, name, other.labels)
	if err != nil {
		return nil, err
	}
	images, err := readIDX(ctx, name, f.images)
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
func readLabels(ctx context.Context, name, path string) ([]int32, error) {
	if path == "" {
		return nil, nil
	}
	idx, err := readIDX(ctx, name, path)
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

func readIDX(ctx context.Context, name, path string) (*format.IDX, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", name, err)
	}
	defer file.Close()
	idx, err := format.DecodeIDX(&contextReader{ctx: ctx, r: file})
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %s: %w", name, path, err)
	}
	return idx, nil
}
