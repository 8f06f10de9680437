package load

import (
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
)

// cifarField describes the images of both CIFAR sets.
var cifarField = data.Image(3, 32, 32)

// cifar is the batches of CIFAR-10 or CIFAR-100 in a collection, nil if there are
// none, and the paths of its other files.
func (p *Parts) cifar(c *collection) (found *source, others []string) {
	var train, test []member
	for _, m := range c.members {
		switch base := path.Base(m.path); {
		case base == "train.bin", strings.HasPrefix(base, "data_batch_") && strings.HasSuffix(base, ".bin"):
			train = append(train, m)
		case base == "test.bin", base == "test_batch.bin":
			test = append(test, m)
		default:
			others = append(others, m.path)
		}
	}
	if len(train) == 0 {
		return nil, nil
	}
	found = &source{}
	found.parts[data.Train] = func(ctx context.Context) (data.Set, error) { return readCIFAR(ctx, p.name, train) }
	if len(test) > 0 {
		found.parts[data.Test] = func(ctx context.Context) (data.Set, error) { return readCIFAR(ctx, p.name, test) }
	}
	return found, others
}

// readCIFAR returns the set of the images in some batches.
func readCIFAR(ctx context.Context, name string, batches []member) (*data.Table, error) {
	var pixels []byte
	var labels []int32
	classes := 0
	for _, batch := range batches {
		decoded, err := readMember(ctx, batch, format.DecodeCIFAR)
		if err != nil {
			return nil, fmt.Errorf("dataset %s: %w", name, err)
		}
		pixels, classes = append(pixels, decoded.Pixels...), max(classes, decoded.Classes)
		labels = appendLabels(labels, decoded.Labels, 0)
	}
	return labelled(name, cifarField, pixels, labels, classes)
}

// decodeCIFAR returns the set of the images in one batch.
func decodeCIFAR(name string, r io.Reader) (*data.Table, error) {
	decoded, err := format.DecodeCIFAR(r)
	if err != nil {
		return nil, err
	}
	return labelled(name, cifarField, decoded.Pixels, appendLabels(nil, decoded.Labels, 0), decoded.Classes)
}

// appendLabels appends labels that count from first as numbers that count from 0.
func appendLabels(labels []int32, bytes []byte, first int32) []int32 {
	for _, b := range bytes {
		labels = append(labels, int32(b)-first)
	}
	return labels
}

// readMember decodes a file of a collection, until ctx ends.
func readMember[T any](ctx context.Context, m member, decode func(io.Reader) (T, error)) (decoded T, err error) {
	content, err := m.open()
	if err != nil {
		return decoded, err
	}
	defer content.Close()
	if decoded, err = decode(&contextReader{ctx: ctx, r: content}); err != nil {
		return decoded, fmt.Errorf("%s: %w", m.path, err)
	}
	return decoded, nil
}
