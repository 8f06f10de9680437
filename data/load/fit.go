package load

import (
	"context"
	"fmt"
	"runtime"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// fit converts the images of a set in memory to the wanted size and channels. It
// returns a set that already has them unchanged.
func (p *Parts) fit(ctx context.Context, set data.Set) (data.Set, error) {
	field, o := set.Info().First(), p.o
	if o.Height == 0 && o.Channels == 0 {
		return set, nil
	}
	if !field.IsImage() {
		return nil, hint.Add(fmt.Errorf("dataset %s: %w: it has no images to be brought to a size or converted", p.name, data.ErrKind), "leave out data.size and data.channels")
	}
	have := shape{field.Shape[0], field.Shape[1], field.Shape[2]}
	want := have
	if o.Height > 0 {
		want.Height, want.Width = o.Height, o.Width
	}
	if o.Channels > 0 {
		want.Channels = o.Channels
	}
	table, ok := set.(*data.Table)
	switch {
	case have == want:
		return set, nil
	case (have.Height != want.Height || have.Width != want.Width) && o.fit() == format.FitNone:
		return nil, hint.Add(&formatError{fmt.Errorf("dataset %s: its images are %dx%d (height x width), data.size is %dx%d", p.name, have.Height, have.Width, want.Height, want.Width)},
			"--set data.fit=FIT, with FIT crop, pad or stretch, brings them to data.size; or leave data.size out")
	case !ok:
		return nil, hint.Add(fmt.Errorf("dataset %s: %w: it is drawn as %v", p.name, data.ErrKind, field), "leave out data.size and data.channels")
	}
	return p.fitTable(ctx, table, have, want)
}

// fitTable returns a set in which the images of the first field have the wanted shape.
func (p *Parts) fitTable(ctx context.Context, table *data.Table, have, want shape) (data.Set, error) {
	info, n := table.Info(), int(table.Len())
	fields := append([]data.Field(nil), info.Fields...)
	columns := make([]data.Values, len(fields))
	for k, f := range fields {
		columns[k] = table.Column(f.Name)
	}
	given := columns[0].Bytes
	out := make([]byte, 0, n*want.size())
	err := decodeAll(ctx, n, p.o.threads(), func(i int) decoded {
		picture := &format.Picture{Channels: have.Channels, Height: have.Height, Width: have.Width, Planes: given[i*have.size():][:have.size()]}
		picture, err := format.Resize(picture, want.Height, want.Width, p.o.fit(), background)
		if err != nil {
			return decoded{err: err}
		}
		return decoded{picture: format.Convert(picture, want.Channels, background)}
	}, func(i int, d decoded) error {
		p.meter.set("fitting pictures", i, n)
		if d.err == nil {
			out = append(out, d.picture.Planes...)
		}
		return d.err
	})
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", p.name, err)
	}
	if have.Channels != want.Channels {
		p.note("all pictures converted from %s to %s", kindOf(have.Channels), kindOf(want.Channels))
	}
	fields[0].Shape, columns[0] = want.field().Shape, data.Values{Bytes: out}
	return data.NewTable(data.NewInfo(info.Name, fields...), columns...)
}

// threads returns the number of pictures that are decoded at the same time.
func (o Options) threads() int {
	if o.Threads > 0 {
		return o.Threads
	}
	return runtime.GOMAXPROCS(0)
}
