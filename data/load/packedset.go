package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load/internal/packed"
)

// A packedSet is pictures in a packed file, perhaps with labels and captions.
type packedSet struct {
	info     data.Info
	pictures *packed.File
	others   []data.Values // the columns of the fields after the first
}

func (s *packedSet) Info() data.Info { return s.info }
func (s *packedSet) Len() int64      { return s.pictures.Records() }

func (s *packedSet) Read(row data.Row, i int64) error {
	if err := data.CheckRead(s, row, i); err != nil {
		return err
	}
	for k, column := range s.others {
		to := row[1+k]
		first := int(i) * to.Len()
		copy(to.Ints, column.Ints[min(first, len(column.Ints)):])
		copy(to.Floats, column.Floats[min(first, len(column.Floats)):])
	}
	if row[0].Len() == 0 {
		return nil
	}
	if err := s.pictures.Read(row[0].Bytes, i); err != nil {
		return fmt.Errorf("dataset %s: %w", s.info.Name, err)
	}
	return nil
}

// pack brings the pictures that were read to their packed file and opens it. When
// ctx ends it does not wait for the disk.
func (r *pictureReader) pack(ctx context.Context, place cachePlace) (*packed.File, error) {
	var file *packed.File
	result := make(chan error, 1)
	go func() {
		var err error
		file, err = r.finish(ctx, place)
		result <- err
	}()
	r.progress.set("packing pictures", len(r.native), len(r.native))
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case err := <-result:
		return file, err
	}
}

// finish converts the pictures that were read, if need be, and ends their file.
func (r *pictureReader) finish(ctx context.Context, place cachePlace) (*packed.File, error) {
	notes, err := json.Marshal(r.made)
	if err != nil {
		return nil, err
	}
	file := r.spool.file
	if !r.isUniform() {
		if file, err = packed.Create(place.path()); err != nil {
			return nil, err
		}
		err = r.convert(ctx, func(planes []byte) error {
			_, err := file.Write(planes)
			return err
		})
		if err = errors.Join(err, r.spool.discard()); err != nil {
			return nil, errors.Join(err, file.Discard())
		}
	}
	if err := r.from.unchanged(ctx, r.items); err != nil {
		return nil, errors.Join(err, file.Discard())
	}
	if err := file.Finish(place.key, r.want.size(), notes); err != nil {
		return nil, err
	}
	place.removeOthers()
	return packed.Open(place.path(), place.key)
}

// unpacked returns the pixels of the pictures that were read, which are in memory.
func (r *pictureReader) unpacked(ctx context.Context) ([]byte, error) {
	if r.isUniform() {
		return r.spool.memory, nil
	}
	pixels := make([]byte, 0, r.want.size()*len(r.native))
	err := r.convert(ctx, func(planes []byte) error {
		pixels = append(pixels, planes...)
		return nil
	})
	return pixels, err
}
