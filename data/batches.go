package data

import (
	"fmt"
	"math"

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
	size     int
	position int64 // examples shown so far

	key   [2]uint32
	epoch int64   // whose order is in order, -1: none yet
	order []int32 // nil: the set is endless

	image []byte // the one being read; nil: the set holds points
	scale Scale  // whose table is in table
	table [256]float32
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
		return nil, hint.Add(fmt.Errorf("dataset %s: %d examples cannot be shuffled, the most is %d", info.Name, n, math.MaxInt32),
			"take a Subset")
	}
	b := &Batches{set: set, size: size, epoch: -1}
	if info.Dims == 0 {
		b.image = make([]byte, info.Size())
		b.table = b.scale.table()
	}
	if n < Endless {
		b.key = random.Key(seed, "shuffle")
		b.order = make([]int32, n)
	}
	return b, nil
}

// Position returns the number of examples shown so far.
func (b *Batches) Position() int64 { return b.position }

// SetPosition makes the next minibatch begin as if position examples had been
// shown. It refuses a negative position and one beyond [Endless].
func (b *Batches) SetPosition(position int64) error {
	if position < 0 || position > Endless {
		return fmt.Errorf("dataset %s: position %d of its minibatches: %w: want 0 to %d",
			b.set.Info().Name, position, ErrRange, Endless)
	}
	b.position = position
	return nil
}

// Next puts the next minibatch into dst, and the labels into labels, [size],
// unless that is nil. Images are [size, channels, height, width], their bytes
// mapped by scale; points are [size, dims], as they are. It allocates nothing.
// After an error the position is what it was and dst and labels hold rubbish.
func (b *Batches) Next(dst []float32, labels []int32, scale Scale) error {
	each := len(dst) / b.size
	if info := b.set.Info(); len(dst) != b.size*info.Size() || labels != nil && len(labels) != b.size {
		return fmt.Errorf("dataset %s: a minibatch of %d examples and labels into %d numbers and %d labels, want %d and %d",
			info.Name, b.size, len(dst), len(labels), b.size*info.Size(), b.size)
	}
	if scale != b.scale {
		b.scale, b.table = scale, scale.table()
	}
	for row := range b.size {
		label, err := b.read(dst[row*each:][:each], b.shown(b.position+int64(row)))
		if err != nil {
			return fmt.Errorf("after %d examples shown: %w", b.position+int64(row), err)
		}
		if labels != nil {
			labels[row] = int32(label)
		}
	}
	b.position += int64(b.size)
	return nil
}

// read puts example i of the set into dst and returns its label.
func (b *Batches) read(dst []float32, i int64) (label int, err error) {
	if b.image == nil {
		return ReadPoint(b.set, dst, i)
	}
	label, err = b.set.Read(b.image, i)
	for k, v := range b.image {
		dst[k] = b.table[v]
	}
	return label, err
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
