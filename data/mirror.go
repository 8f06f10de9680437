package data

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/hint"
)

// Mirror returns the set of all examples and their mirror images, left for right:
// example 2i is example i of set, example 2i+1 the same with all its images
// mirrored. It is therefore twice as long (an endless set stays as long), and an
// epoch shows each image both ways. Nothing is drawn, so training goes on after a
// stop as if there had been none. A set without images is an error that wraps
// [ErrKind].
func Mirror(set Set) (Set, error) {
	info := set.Info()
	if !slices.ContainsFunc(info.Fields, Field.IsImage) {
		return nil, hint.Add(fmt.Errorf("dataset %s: mirrored: %w: it has no images", info.Name, ErrKind), "set data.flip to false")
	}
	return &mirrored{set, info}, nil
}

// A mirrored set has every example of set twice.
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
