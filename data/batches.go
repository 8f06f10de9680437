package data

import (
	"fmt"
	"math"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
)

// Batches is an endless sequence of minibatches of a set. Every epoch has each example
// once. Each epoch has a different order, which depends only on the seed and on the
// number of the epoch. A minibatch may contain the end of one epoch and the beginning
// of the next. Endless sets keep their order, which is random already. So the whole
// state is one number, the position. Batches are not safe for concurrent use.
type Batches struct {
	set      Set
	info     Info
	size     int
	position int64 // number of examples read so far

	key   [2]uint32
	epoch int64   // the epoch that order is for, -1: none yet
	order []int32 // nil: the set is endless

	row    Row            // the example being read
	pixels []scaledPixels // by field: memory for the bytes of pixels
}

// scaledPixels is memory for the pixels of one example, and the numbers for them.
type scaledPixels struct {
	bytes []byte
	scale Scale
	table [256]float32 // the number for each byte, by scale
}

// A Destination is memory for one field of a minibatch, [size, shape...]. Pixels and
// numbers are written to Floats, classes and tokens to Ints.
type Destination struct {
	Field  string
	Scale  Scale // of pixels: the numbers for black and white
	Floats []float32
	Ints   []int32
}

// NewBatches returns minibatches of size examples of set, shuffled by seed, from
// position 0 on. These are errors: a size below 1, an empty set (the error wraps
// [ErrEmpty]), and a finite set of 2^31 examples or more.
func NewBatches(set Set, size int, seed uint64) (*Batches, error) {
	info, n := set.Info(), set.Len()
	switch {
	case size < 1:
		return nil, fmt.Errorf("dataset %s: minibatches of %d examples, want at least 1", info.Name, size)
	case n < 1:
		return nil, fmt.Errorf("dataset %s: minibatches of %w", info.Name, ErrEmpty)
	case n > math.MaxInt32 && n < Endless:
		return nil, hint.Add(fmt.Errorf("dataset %s: cannot shuffle %d examples, want at most %d",
			info.Name, n, math.MaxInt32), "use a Subset")
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

// Position returns the number of examples read so far.
func (b *Batches) Position() int64 { return b.position }

// SetPosition sets the number of examples read so far, so that the next minibatch begins
// there. A position below 0 or above [Endless] is an error.
func (b *Batches) SetPosition(position int64) error {
	if position < 0 || position > Endless {
		return fmt.Errorf("dataset %s: position %d of its minibatches: %w: want 0 to %d",
			b.info.Name, position, ErrRange, Endless)
	}
	b.position = position
	return nil
}

// Next writes the next minibatch to the destinations, each for a different field. Fields
// without a destination are not read. A destination with an unknown field or a wrong
// size is an error. Next allocates nothing. After an error the position is unchanged and
// the contents of the destinations are undefined.
func (b *Batches) Next(destinations ...Destination) error {
	clear(b.row)
	for _, d := range destinations {
		if err := b.prepare(d); err != nil {
			return err
		}
	}
	for row := range b.size {
		for _, d := range destinations {
			b.setRow(d, row)
		}
		if err := b.set.Read(b.row, b.exampleAt(b.position+int64(row))); err != nil {
			return fmt.Errorf("at position %d of the minibatches: %w", b.position+int64(row), err)
		}
		for _, d := range destinations {
			b.scalePixels(d, row)
		}
	}
	b.position += int64(b.size)
	return nil
}

// prepare checks a destination and sets the row that its field is read to.
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
		return fmt.Errorf("dataset %s: field %s of %d examples: the destination has %d %s, want %d", b.info.Name, f.Name, b.size, have, kind, want)
	case b.row[k].Len() > 0:
		return fmt.Errorf("dataset %s: field %s of a minibatch has two destinations", b.info.Name, f.Name)
	case f.Kind != Pixels:
		b.setRow(d, 0)
		return nil
	}
	p := &b.pixels[k]
	b.row[k].Bytes = p.bytes
	if p.scale != d.Scale {
		p.scale, p.table = d.Scale, d.Scale.table()
	}
	return nil
}

// unknown returns the error for a field that the set does not have.
func (b *Batches) unknown(field string) error {
	var names []string
	for _, f := range b.info.Fields {
		names = append(names, f.Name)
	}
	return hint.Add(fmt.Errorf("dataset %s has no field %q", b.info.Name, field), "it has %s", strings.Join(names, ", "))
}

// setRow makes the next example be read to the given row of d. It does nothing for
// pixels: these are read to b.pixels and then scaled.
func (b *Batches) setRow(d Destination, row int) {
	k := b.info.index(d.Field)
	size := b.info.Fields[k].Size()
	switch b.info.Fields[k].Kind {
	case Numbers:
		b.row[k].Floats = d.Floats[row*size:][:size]
	case Class, Tokens:
		b.row[k].Ints = d.Ints[row*size:][:size]
	}
}

// scalePixels writes the pixels that were read to the given row of d, scaled. It does
// nothing for other kinds of fields.
func (b *Batches) scalePixels(d Destination, row int) {
	p := &b.pixels[b.info.index(d.Field)]
	if p.bytes == nil {
		return
	}
	dst := d.Floats[row*len(p.bytes):][:len(p.bytes)]
	for i, v := range p.bytes {
		dst[i] = p.table[v]
	}
}

// exampleAt returns the index of the example at a position.
func (b *Batches) exampleAt(position int64) int64 {
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
