package load

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// Samples are examples as numbers. They have one field. Any program may have written
// them.
type Samples struct {
	Name   string     // the path, and how its rows were read if they are images
	Field  data.Field // [data.Image], [data.Volume] or [data.Point]
	Values []float32  // [n, Field.Shape...]: pixels from 0 to 1, points as they are
	Notes  []string   // what was not read or was converted, see [Parts.Notes]
}

// ReadSamples returns all examples of a folder, an archive or a file that [Open] can read,
// without their labels. Unlike Open it does not round an array of floats to bytes, and it
// keeps volumes without an occupied voxel. The examples of all parts are returned together.
//
// like is the expected field of the samples, or the zero Field if it is not known. If
// like is an image, each row of an array [n, size] is one image of this shape, channels
// first, of bytes or of floats from 0 to 1. [Samples.Name] then mentions it. Pictures are
// converted to the channels of like. For rows of another size the error wraps
// [data.ErrFormat]. Other errors are those of Open.
func ReadSamples(path string, like data.Field) (*Samples, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	s, err := readSamples(path, info, like)
	return s, inDataset(path, err)
}

func readSamples(path string, info fs.FileInfo, like data.Field) (*Samples, error) {
	if err := checkRegular(path, info); err != nil {
		return nil, err
	}
	if info.IsDir() {
		return folderSamples(context.Background(), path, like)
	}
	return fileSamples(context.Background(), path, like)
}

// folderSamples returns the examples that [Open] finds in a folder.
func folderSamples(ctx context.Context, dir string, like data.Field) (*Samples, error) {
	p := NewParts(dir, 0)
	f, err := p.lookIn(ctx, dir)
	if err != nil {
		return nil, err
	}
	var s *Samples
	switch {
	case f.parts != nil:
		s, err = partSamples(ctx, dir, f.parts)
	case f.file != "":
		s, err = fileSamples(ctx, f.file, like)
	default:
		s, err = pictureSamples(ctx, f.pictures, like)
		if f.pictures.close != nil {
			err = errors.Join(err, f.pictures.close())
		}
	}
	if err != nil {
		return nil, err
	}
	s.Notes = append(p.Notes(), s.Notes...)
	return s, nil
}

// partSamples returns the examples of all parts of a source. Those for training may be
// missing if there are others.
func partSamples(ctx context.Context, name string, from *source) (*Samples, error) {
	var all *Samples
	for split, read := range from.parts {
		if read == nil {
			continue
		}
		set, err := read(ctx)
		if split == int(data.Train) && from.parts[data.Test] != nil && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if all, err = appendSamples(all, samplesOf(name, set.(*data.Table))); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// appendSamples appends the samples of another part of a set to those before, which may
// be nil.
func appendSamples(all, more *Samples) (*Samples, error) {
	if all == nil {
		return more, nil
	}
	if !all.Field.Same(more.Field) {
		return nil, hint.Add(fmt.Errorf("%w: its parts hold examples of %v and of %v", data.ErrFormat, all.Field, more.Field), "name one of its files")
	}
	all.Values = append(all.Values, more.Values...)
	return all, nil
}

// fileSamples returns the examples in a file or an archive.
func fileSamples(ctx context.Context, path string, like data.Field) (*Samples, error) {
	kind, gzipped, err := sniffFile(path)
	if err != nil {
		return nil, err
	}
	if kind == format.KindZip || kind == format.KindTar {
		c, err := openArchive(ctx, path, kind, gzipped, new(meter))
		if err != nil {
			return nil, err
		}
		s, err := pictureSamples(ctx, c, like)
		return s, errors.Join(err, c.close())
	}
	content, err := decodeFile(ctx, path, kind)
	if err != nil {
		return nil, err
	}
	switch {
	case content.arrays != nil:
		return namedSamples(path, content.arrays, like)
	case content.array != nil:
		return arraySamples(path, content.array, like)
	case content.table != nil && like.IsImage():
		array, err := arrayOf(content.table)
		if err != nil {
			return nil, err
		}
		return arraySamples(path, array, like)
	case content.table != nil:
		set, notes, err := setOfTable(path, content.table)
		if err == nil && set.Info().HasMissing() {
			err = missingNumbers()
		}
		if err != nil {
			return nil, err
		}
		s := samplesOf(path, set)
		s.Notes = notes
		return s, nil
	}
	return samplesOf(path, content.set), nil
}

// namedSamples returns the examples in a file with several arrays.
func namedSamples(path string, arrays []format.Named, like data.Field) (*Samples, error) {
	c, err := choose(path, arrays, "")
	if err != nil {
		return nil, err
	}
	var all *Samples
	for _, part := range c.parts {
		if part == nil {
			continue
		}
		s, err := arraySamples(path, part.examples.Array, like)
		if err != nil {
			return nil, err
		}
		if all, err = appendSamples(all, s); err != nil {
			return nil, err
		}
	}
	all.Notes = c.allNotes()
	return all, nil
}

// arraySamples returns the images, volumes or points in an array.
func arraySamples(path string, a *format.Array, like data.Field) (*Samples, error) {
	if field, ok := volumeField(a.Shape); ok {
		values, err := unitNumbers(a, voxelBytes)
		if err == nil && len(values) == 0 {
			err = fmt.Errorf("%w: shape %v", data.ErrEmpty, a.Shape)
		}
		return &Samples{Name: path, Field: field, Values: values}, err
	}
	if len(a.Shape) != 2 || like.IsImage() {
		return imageSamples(path, a, like)
	}
	set, err := PointsFromArray(path, a)
	if err != nil {
		return nil, err
	}
	return samplesOf(path, set), nil
}

// pictureSamples returns all pictures in a collection.
func pictureSamples(ctx context.Context, c *collection, like data.Field) (*Samples, error) {
	l := &layout{notes: c.unread}
	pictures, _, _ := l.sift(c)
	if len(pictures) == 0 {
		return nil, noPictures(c)
	}
	r := &pictureReader{samples: true, from: c, items: pictures, progress: new(meter)}
	if like.IsImage() && like.Shape[0] != 2 {
		r.want.Channels = like.Shape[0]
	}
	if err := r.read(ctx); err != nil {
		return nil, err
	}
	pixels, err := r.unpacked(ctx)
	if err != nil {
		return nil, err
	}
	return &Samples{Name: c.root, Field: r.want.field(), Values: units(pixels), Notes: append(l.notes, r.made.Notes...)}, nil
}

// samplesOf returns the examples of a set.
func samplesOf(name string, set *data.Table) *Samples {
	s := &Samples{Name: name, Field: set.Info().First()}
	column := set.Column(s.Field.Name)
	if s.Values = column.Floats; column.Bytes != nil {
		s.Values = units(column.Bytes)
	}
	return s
}

// units returns bytes as numbers from 0 to 1.
func units(pixels []byte) []float32 {
	values := make([]float32, len(pixels))
	for i, b := range pixels {
		values[i] = float32(b) / 255
	}
	return values
}

// imageSamples returns the images in an array as [ImagesFromArray] reads them, but
// not rounded, or those in its rows.
func imageSamples(name string, a *format.Array, like data.Field) (s *Samples, err error) {
	s = &Samples{Name: name}
	channelsLast := false
	if len(a.Shape) == 2 {
		s.Name = fmt.Sprintf("%s (rows as %v)", name, like)
		s.Field, err = rowField(a.Shape, like)
	} else {
		s.Field, channelsLast, err = imageField(a.Shape)
	}
	if err != nil {
		return nil, err
	}
	if s.Values, err = unitNumbers(a, pixelBytes); err != nil {
		return nil, err
	}
	if len(s.Values) == 0 {
		return nil, fmt.Errorf("%w: shape %v", data.ErrEmpty, a.Shape)
	}
	if channelsLast {
		s.Values = channelsFirst(s.Values, s.Field)
	}
	return s, nil
}

// rowField describes the rows of an array, [n, size], as images like others.
func rowField(shape []int, like data.Field) (data.Field, error) {
	if shape[1] != like.Size() {
		return data.Field{}, hint.Add(fmt.Errorf("%w: shape %v, want (N, %d) of images of %v (channels, height, width), or (N, C, H, W)", data.ErrFormat, shape, like.Size(), like),
			"compare samples with data of their own shape")
	}
	return data.Image(like.Shape[0], like.Shape[1], like.Shape[2]), nil
}

// unitNumbers returns the elements of an array of pixels as numbers from 0 to 1. toBytes
// converts those that are not floats.
func unitNumbers(a *format.Array, toBytes func(*format.Array) ([]byte, error)) ([]float32, error) {
	switch given := a.Data.(type) {
	case []float32:
		_, err := unitBytes(given)
		return given, err
	case []float64:
		values := singles(a)
		_, err := unitBytes(values)
		return values, err
	}
	pixels, err := toBytes(a)
	return units(pixels), err
}
