package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/data/load/internal/packed"
	"github.com/gander-ml/gander/hint"
)

// pictures returns the source of the pictures in a collection.
func (p *Parts) pictures(ctx context.Context, c *collection) (*source, error) {
	l, err := arrange(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, text := range l.notes {
		p.note("%s", text)
	}
	found, left := &source{}, 0 // parts to be read
	for split := data.Train; split <= data.Test; split++ {
		if len(l.parts[split]) == 0 {
			continue
		}
		left++
		found.parts[split] = func(ctx context.Context) (data.Set, error) {
			want := shape{p.o.Channels, p.o.Height, p.o.Width}
			if split != data.Train { // it is to be like the pictures to learn from
				training, err := p.given(ctx, data.Train)
				if err != nil {
					return nil, err
				}
				f := training.Info().First()
				want = shape{f.Shape[0], f.Shape[1], f.Shape[2]}
			}
			set, err := p.readPart(ctx, c, l, split, want)
			if err != nil {
				return nil, err
			}
			if left--; left == 0 {
				err = c.close()
			}
			return set, err
		}
	}
	return found, nil
}

// readPart reads the pictures of a part, from their packed file if there is one.
func (p *Parts) readPart(ctx context.Context, c *collection, l *layout, split data.Split, want shape) (data.Set, error) {
	r := &pictureReader{o: p.o, from: c, items: l.parts[split], progress: &p.meter, want: want}
	set, err := r.open(ctx, p.name, placeOf(c, split, r.items, p.o, want), l)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", p.name, err)
	}
	for _, text := range r.made.Notes {
		p.note("%s", text)
	}
	return set, nil
}

// open returns the set of the pictures, with the labels and captions of their layout. The
// pictures come from their packed file if it exists, otherwise from memory or a new packed
// file.
func (r *pictureReader) open(ctx context.Context, name string, place cachePlace, l *layout) (data.Set, error) {
	file := place.open()
	if file != nil {
		if err := json.Unmarshal(file.Notes(), &r.made); err != nil {
			return nil, err
		}
		return r.packed(name, file, l)
	}
	r.spool.path, r.spool.failed = place.path(), place.failed
	if err := r.read(ctx); err != nil {
		return nil, errors.Join(err, r.spool.discard())
	}
	if r.spool.file != nil {
		file, err := r.pack(ctx, place)
		if err != nil {
			return nil, err
		}
		return r.packed(name, file, l)
	}
	pixels, err := r.unpacked(ctx)
	if err != nil {
		return nil, err
	}
	others, err := r.others(l)
	if err != nil {
		return nil, err
	}
	return data.NewTable(l.info(name, r.made.Shape), append([]data.Values{{Bytes: pixels}}, others...)...)
}

// packed returns the set of the pictures in a packed file.
func (r *pictureReader) packed(name string, file *packed.File, l *layout) (data.Set, error) {
	others, err := r.others(l)
	if err != nil {
		return nil, err
	}
	return &packedSet{l.info(name, r.made.Shape), file, others}, nil
}

// info describes pictures of a shape, with their labels and captions.
func (l *layout) info(name string, s shape) data.Info {
	fields := []data.Field{s.field()}
	if l.labels != nil {
		label := data.Label(len(l.labels))
		label.Labels = l.labels
		fields = append(fields, label)
	}
	if l.text != nil {
		fields = append(fields, data.Field{Name: data.TextField, Kind: data.Numbers, Shape: []int{len(l.text.IDF)}, Text: l.text})
	}
	return data.NewInfo(name, fields...)
}

// others returns the columns of the pictures that were not left out, but that of the pixels:
// their classes and the vectors of their captions.
func (r *pictureReader) others(l *layout) ([]data.Values, error) {
	var classes []int32
	var texts []float32
	for i, item := range r.items {
		if _, left := slices.BinarySearch(r.made.Broken, i); left {
			continue
		}
		classes = append(classes, item.class)
		if l.text != nil {
			vector, err := l.text.Vector(item.caption)
			if err != nil {
				return nil, err
			}
			texts = append(texts, vector...)
		}
	}
	var columns []data.Values
	if l.labels != nil {
		columns = append(columns, data.Values{Ints: classes})
	}
	if l.text != nil {
		columns = append(columns, data.Values{Floats: texts})
	}
	return columns, nil
}

// check returns an error if pictures cannot be made so.
func (o Options) check() error {
	switch {
	case o.Height < 0 || o.Width < 0 || (o.Height == 0) != (o.Width == 0):
		return hint.Add(fmt.Errorf("a size of %dx%d (height, width)", o.Height, o.Width), "data.size is two numbers above 0, or none")
	case !slices.Contains([]format.Fit{format.FitNone, format.FitCrop, format.FitPad, format.FitStretch}, o.fit()):
		return hint.Add(fmt.Errorf("no way to fit pictures is called %q", o.Fit), "data.fit is crop, pad, stretch or none")
	case !slices.Contains([]int{0, 1, 3, 4}, o.Channels):
		return hint.Add(fmt.Errorf("pictures of %d channels", o.Channels), "data.channels is 1, 3 or 4, or 0 for what most pictures have")
	}
	return nil
}
