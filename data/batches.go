package data

import (
	"fmt"
	"math"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
)

// Batches is an endless sequence of minibatches over a set. Every epoch shows
// each example once, in an order of its own that only the seed and the epoch's
// number decide; a minibatch may straddle two epochs. Endless sets are shown in
// their own order, which is random already. All state is therefore one number,
// the position. Batches are not safe for concurrent use.
type Batches struct {
	set      Set
	info     Info
	size     int
	position int64 // examples shown so far

	key   [2]uint32
	epoch int64   // whose order is in order, -1: none yet
	order []int32 // nil: the set is endless

	row    Row            // the example being read
	pixels []scaledPixels // by field: where pixels are read to
}

// scaledPixels is memory for the pixels of one example, and what they become.
type scaledPixels struct {
	bytes []byte
	scale Scale
	table [256]float32 // of scale
}

// A Destination is memory for one field of a minibatch: Floats for pixels and
// numbers, Ints for classes and tokens, each [size, shape...].
type Destination struct {
	Field  string
	Scale  Scale // of pixels, from black to white
	Floats []float32
	Ints   []int32
}

// NewBatches returns minibatches of size examples of set, shuffled by seed, from
// position 0 on. It refuses a size below 1, an empty set (the error wraps
// [ErrEmpty]) and a finite set of 2^31 examples or more.
func NewBatches(set Set, size int, seed uint64) (*Batches, error) {
	info, n := set.Info(), set.Len()
	switch {
	case size < 1:
		return nil, fmt.Errorf("dataset %s: minibatches of %d examples, want at least 1", info.Name, size)
	case n < 1:
		return nil, fmt.Errorf("dataset %s: minibatches of %w", info.Name, ErrEmpty)
	case n > math.MaxInt32 && n < Endless:
		return nil, hint.Add(fmt.Errorf("dataset %s: %d examples cannot be shuffled, the most is %d",
			info.Name, n, math.MaxInt32), "take a Subset")
	}
	b := &Batches{
		set: set, info: info, size: size, epoch: -1,
		row: make(Row, len(info.Fields)), pixels: make([]scaledPixels, len(info.Fields)),
	}
	for k, f := range info.Fields {
		if f.Kind == Pixels {
			b.pixels[k] = scaledPixels{bytes: make([]byte, f.Size()), table: Scale{}.table()}
		}
	}
	if n < Endless {
		b.key = random.Key(seed, "shuffle")
		b.order = make([]int32, n)
	}
	return b, nil
}

// Info describes the examples.
func (b *Batches) Info() Info { return b.info }

// Position returns the number of examples shown so far.
func (b *Batches) Position() int64 { return b.position }

// SetPosition makes the next minibatch begin as if position examples had been
// shown. It refuses a negative position and one beyond [Endless].
func (b *Batches) SetPosition(position int64) error {
	if position < 0 || position > Endless {
		return fmt.Errorf("dataset %s: position %d of its minibatches: %w: want 0 to %d",
			b.info.Name, position, ErrRange, Endless)
	}
	b.position = position
	return nil
}

// Next puts the next minibatch into the destinations, each of another field.
// Fields without a destination are not read. A destination of no field or of a
// wrong size is an error. Next allocates nothing. After an error the position is
// what it was and the destinations hold rubbish.
func (b *Batches) Next(destinations ...Destination) error {
	clear(b.row)
	for _, d := range destinations {
		if err := b.prepare(d); err != nil {
			return err
		}
	}
	for row := range b.size {
		for _, d := range destinations {
			b.point(d, row)
		}
		if err := b.set.Read(b.row, b.shown(b.position+int64(row))); err != nil {
			return fmt.Errorf("after %d examples shown: %w", b.position+int64(row), err)
		}
		for _, d := range destinations {
			b.scaled(d, row)
		}
	}
	b.position += int64(b.size)
	return nil
}

// prepare checks a destination and makes ready to read into it.
func (b *Batches) prepare(d Destination) error {
	k := b.info.index(d.Field)
	if k < 0 {
		return b.unknown(d.Field)
	}
	f := b.info.Fields[k]
	want, have, kind := b.size*f.Size(), len(d.Ints), "ints"
	if f.Kind == Pixels || f.Kind == Numbers {
		have, kind = len(d.Floats), "floats"
	}
	switch {
	case have != want:
		return fmt.Errorf("dataset %s: field %s of %d examples into %d %s, want %d", b.info.Name, f.Name, b.size, have, kind, want)
	case b.row[k].Len() > 0:
		return fmt.Errorf("dataset %s: field %s of a minibatch into two destinations", b.info.Name, f.Name)
	case f.Kind != Pixels:
		b.point(d, 0)
		return nil
	}
	p := &b.pixels[k]
	b.row[k].Bytes = p.bytes
	if p.scale != d.Scale {
		p.scale, p.table = d.Scale, d.Scale.table()
	}
	return nil
}

// unknown returns the error of a field that the set lacks.
func (b *Batches) unknown(field string) error {
	var names []string
	for _, f := range b.info.Fields {
		names = append(names, f.Name)
	}
	return hint.Add(fmt.Errorf("dataset %s has no field %q", b.info.Name, field), "it has %s", strings.Join(names, ", "))
}

// point has the example of the given row of the minibatch read to its place in d,
// unless it is pixels, which are read elsewhere and scaled.
func (b *Batches) point(d Destination, row int) {
	k := b.info.index(d.Field)
	size := b.info.Fields[k].Size()
	switch b.info.Fields[k].Kind {
	case Numbers:
		b.row[k].Floats = d.Floats[row*size:][:size]
	case Class, Tokens:
		b.row[k].Ints = d.Ints[row*size:][:size]
	}
}

// scaled puts the pixels that were read to their place in d. What is no pixels is
// there already.
func (b *Batches) scaled(d Destination, row int) {
	p := &b.pixels[b.info.index(d.Field)]
	if p.bytes == nil {
		return
	}
	dst := d.Floats[row*len(p.bytes):][:len(p.bytes)]
	for i, v := range p.bytes {
		dst[i] = p.table[v]
	}
}

// shown returns which example of the set is shown after position others.
func (b *Batches) shown(position int64) int64 {
	if b.order == nil {
		return position
	}
	n := int64(len(b.order))
	if epoch := position / n; epoch != b.epoch {
		random.At(b.key, uint64(epoch)).Perm(b.order)
		b.epoch = epoch
	}
	return int64(b.order[position%n])
}
