package data

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/hint"
)

// Mirror returns the set of all examples and their mirror images, left and right
// exchanged. Example 2i is example i of set. Example 2i+1 is the same with all its images
// mirrored. So the set has twice the length, except an endless one, and an epoch has each
// image in both forms. Nothing is random, so training can be resumed exactly. A set
// without images is an error that wraps [ErrKind].
func Mirror(set Set) (Set, error) {
	info := set.Info()
	if !slices.ContainsFunc(info.Fields, Field.IsImage) {
		return nil, hint.Add(fmt.Errorf("dataset %s: cannot mirror: %w: it has no images", info.Name, ErrKind), "--set data.flip=false")
	}
	return &mirrored{set, info}, nil
}

// A mirrored set has every example of set twice, the second time mirrored.
type mirrored struct {
	set  Set
	info Info
}

func (m *mirrored) Info() Info { return m.info }
func (m *mirrored) Len() int64 { return min(2*m.set.Len(), Endless) }

func (m *mirrored) Read(row Row, i int64) error {
	if err := CheckRead(m, row, i); err != nil {
		return err
	}
	if err := m.set.Read(row, i/2); err != nil || i%2 == 0 {
		return err
	}
	for k, f := range m.info.Fields {
		if !f.IsImage() {
			continue
		}
		width := f.Shape[2]
		for line := range slices.Chunk(row[k].Bytes, width) {
			slices.Reverse(line)
		}
	}
	return nil
}
