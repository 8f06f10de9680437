package load

import (
	"bytes"
	"context"
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// background is the value of the background behind transparent pictures, and of
// borders.
const background = 255 // white

// A pictureReader reads pictures and converts them to one shape.
type pictureReader struct {
	o        Options
	from     *collection
	items    []item
	progress *meter
	samples  bool  // the pictures are samples, and no option changes their size
	want     shape // of all pictures, as far as it is known

	first  string // the path of the first picture
	native []byte // the channels of each picture kept, before it is converted
	spool  spool
	made   made
	notes  pictureNotes
}

// A shape is the wanted shape of pictures. Numbers that are not known yet are 0.
type shape struct{ Channels, Height, Width int }

func (s shape) size() int         { return s.Channels * s.Height * s.Width }
func (s shape) field() data.Field { return data.Image(s.Channels, s.Height, s.Width) }

// made describes the result of reading pictures. It is stored with them.
type made struct {
	Shape  shape
	Broken []int // the pictures that were left out, by their number among all
	Notes  []string
}

// read reads all pictures.
func (r *pictureReader) read(ctx context.Context) error {
	n := len(r.items)
	err := decodeAll(ctx, n, r.o.threads(), r.decode, r.take)
	if err != nil {
		return err
	}
	if len(r.native) == 0 {
		return fmt.Errorf("%w: none of %s can be read", data.ErrEmpty, count(n, "picture", "pictures"))
	}
	if r.want.Channels == 0 {
		r.want.Channels = majority(r.native)
	}
	r.made.Shape = r.want
	r.made.Notes = r.notes.texts(r.want.Channels)
	if r.spool.failed != nil && r.spool.size > int64(mostInMemory) {
		r.made.Notes = append(r.made.Notes, fmt.Sprintf("all pictures are kept in memory, %d MiB, as none can be packed: %v (set %s to a folder with room)",
			r.spool.size>>20, r.spool.failed, CacheVariable))
	}
	return nil
}

// decode reads picture i and brings it to the size and the channels that are
// wanted, where they are known.
func (r *pictureReader) decode(i int) decoded {
	content, err := r.items[i].member.open()
	if err != nil {
		return decoded{err: err}
	}
	defer content.Close()
	p, err := format.DecodePicture(content)
	if err != nil {
		return decoded{err: err}
	}
	if r.o.Dealt && p.HasAlpha && p.Channels == 3 {
		p = format.Convert(p, 4, background) // as versions that dealt read it
	}
	d := decoded{channels: p.Channels}
	if r.o.Height > 0 && r.o.fit() != format.FitNone {
		if p, err = format.Resize(p, r.o.Height, r.o.Width, r.o.fit(), background); err != nil {
			return decoded{err: err}
		}
	}
	if r.want.Channels != 0 {
		p = format.Convert(p, r.want.Channels, background)
	}
	d.picture = p
	return d
}

// take keeps picture i. The first picture decides the size, unless it is known.
func (r *pictureReader) take(i int, d decoded) error {
	name := r.items[i].member.path
	r.progress.set("reading pictures", i+1, len(r.items))
	if d.err != nil {
		return r.broken(i, d.err)
	}
	p := d.picture
	if len(r.native) == 0 {
		r.spool.reserve(len(r.items) * len(p.Planes))
	}
	if r.want.Height == 0 {
		r.want.Height, r.want.Width, r.first = p.Height, p.Width, name
	}
	if p.Height != r.want.Height || p.Width != r.want.Width {
		return r.misfit(name, p)
	}
	r.notes.add(name, d)
	r.native = append(r.native, byte(p.Channels))
	return r.spool.add(p.Planes)
}

// broken leaves out picture i, or returns the error that there is one.
func (r *pictureReader) broken(i int, err error) error {
	name := r.items[i].member.path
	if r.o.SkipBroken {
		r.made.Broken = append(r.made.Broken, i)
		r.notes.broken = append(r.notes.broken, name)
		return nil
	}
	const leaveOut = "--set data.skip_broken=true leaves out pictures that cannot be read"
	advice := leaveOut
	if inner := hint.Of(err); inner != "" {
		advice = inner + "; " + leaveOut
	}
	return &hint.Error{Err: fmt.Errorf("%s: %w", name, err), Hint: advice}
}

// misfit returns the error for a picture that does not have the wanted size.
func (r *pictureReader) misfit(name string, p *format.Picture) error {
	other := r.first + " is"
	switch {
	case r.o.Height > 0:
		other = "data.size is"
	case r.first == "":
		other = "the pictures for training are"
	}
	err := fmt.Errorf("the pictures have different sizes: %s is %dx%d (height x width), %s %dx%d", name, p.Height, p.Width, other, r.want.Height, r.want.Width)
	if r.o.Height > 0 {
		return hint.Add(&formatError{err}, "--set data.fit=FIT, with FIT crop, pad or stretch, brings them to data.size")
	}
	if r.samples {
		return hint.Add(&formatError{err}, "all samples must have the same size")
	}
	return hint.Add(&formatError{err}, "--set data.size=%d crops them to one size; with --set data.fit=pad nothing is cut off", min(r.want.Height, r.want.Width, 64))
}

// A formatError wraps [data.ErrFormat]. Its text does not contain that of ErrFormat,
// because each file alone is well formed.
type formatError struct{ error }

func (e *formatError) Unwrap() []error { return []error{e.error, data.ErrFormat} }

// majority returns the channels that most pictures have. If two channel counts are
// equally frequent, it returns the larger, because then nothing is lost.
func majority(channels []byte) int {
	var counts [5]int
	for _, c := range channels {
		counts[c]++
	}
	best := 0
	for c, n := range counts {
		if n > 0 && n >= counts[best] {
			best = c
		}
	}
	return best
}

// convert hands on all pictures, each as the planes of wanted channels.
func (r *pictureReader) convert(ctx context.Context, take func(planes []byte) error) error {
	p := format.Picture{Height: r.want.Height, Width: r.want.Width}
	buffer, at := make([]byte, 4*p.Height*p.Width), int64(0)
	for _, channels := range r.native {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.Channels = int(channels)
		p.Planes = buffer[:p.Channels*p.Height*p.Width]
		if _, err := r.spool.ReadAt(p.Planes, at); err != nil {
			return err
		}
		at += int64(len(p.Planes))
		if err := take(format.Convert(&p, r.want.Channels, background).Planes); err != nil {
			return err
		}
	}
	return nil
}

// isUniform reports whether all pictures have the wanted channels already.
func (r *pictureReader) isUniform() bool {
	return bytes.Count(r.native, []byte{byte(r.want.Channels)}) == len(r.native)
}
