package cpu

import (
	"slices"
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// blockSize is the elements a loop computes at a time: a few blocks fit L1.
const blockSize = 1024

// A loop computes pointwise nodes together, block by block: each instruction
// runs over one block before the next begins, so intermediates never leave the
// innermost cache. It is a step: its tiles are runs of tileSize elements.
type loop struct {
	size    int
	loads   []load
	code    []instruction
	scratch int        // bytes a worker needs
	streams []register // what is read or written in memory
}

// A register is where one value of a loop is found for the current block.
type register struct {
	base   unsafe.Pointer // nil: in scratch
	offset int            // bytes into scratch
	step   int            // bytes from one element of the loop to the next; 0: the same block always
	load   int            // if not 0, locations[load-1] has the block
}

func (r *register) pointer(scratch unsafe.Pointer, index int, found *locations) unsafe.Pointer {
	if r.load > 0 {
		return found[r.load-1]
	}
	if r.base == nil {
		return unsafe.Add(scratch, r.offset)
	}
	return unsafe.Add(r.base, index*r.step)
}

// maxFound is how many loads of a loop may be spared when a block happens to
// lie in memory as it is wanted. Any others always copy.
const maxFound = 12

// locations are where loads found the current block and, last, where the
// results of the product are that the loop follows.
type locations [maxFound + 1]unsafe.Pointer

const foundTile = maxFound

type instruction struct {
	op   operation
	dst  register
	args [3]register
	n    int // arguments used
}

// A load brings blocks that are not contiguous throughout into scratch.
type load struct {
	from    []byte
	size    int // bytes an element
	layout  kernel.Layout
	to      register
	uniform bool // one element everywhere: loaded once a run
}

// loopOf returns the loop of the pointwise nodes of g, a group without a head.
func loopOf(g *group, c constants) *loop { return (&loopBuilder{constants: c, group: g}).build() }

// loopAfter returns the loop of the pointwise nodes of g, whose head has been
// computed before. The elements of its value are at results.
func loopAfter(g *group, c constants, results unsafe.Pointer) *loop {
	return (&loopBuilder{constants: c, group: g, head: register{base: results, step: g.head.dtype.Size()}}).build()
}

// scratchBytes returns the scratch that a worker needs to run a tile.
func (l *loop) scratchBytes() int { return l.scratch }

func (l *loop) tiles() int { return ceil(l.size, tileSize) }

func (l *loop) tile(w *worker, i int) {
	l.run(unsafe.Pointer(unsafe.SliceData(w.scratch)), i*tileSize, min((i+1)*tileSize, l.size))
}

func (l *loop) finish() {}

// run computes elements start to end-1.
func (l *loop) run(scratch unsafe.Pointer, start, end int) {
	l.begin(scratch, min(blockSize, end-start))
	for ; start < end; start += blockSize {
		var found locations
		l.block(scratch, start, min(blockSize, end-start), &found)
	}
}

// begin does what blocks of at most n elements have in common.
func (l *loop) begin(scratch unsafe.Pointer, n int) {
	for i := range l.loads {
		if ld := &l.loads[i]; ld.uniform {
			ld.copy(scratch, 0, min(n, l.size))
		}
	}
}

// block computes n elements, at most blockSize, from start, and fills found.
func (l *loop) block(scratch unsafe.Pointer, start, n int, found *locations) {
	for i := range l.loads {
		if p := l.loads[i].run(scratch, start, n); i < maxFound {
			found[i] = p
		}
	}
	var r pointers
	for i := range l.code {
		in := &l.code[i]
		r[0] = in.dst.pointer(scratch, start, found)
		for k := range in.n {
			r[1+k] = in.args[k].pointer(scratch, start, found)
		}
		in.op(r, n, start)
	}
}

// run returns where the block is: in memory if it is contiguous there, else in
// scratch.
func (ld *load) run(scratch unsafe.Pointer, start, n int) unsafe.Pointer {
	to := unsafe.Add(scratch, ld.to.offset)
	if ld.uniform {
		return to
	}
	if ld.to.load > 0 {
		if at, ok := ld.layout.Run(start, n); ok {
			return unsafe.Pointer(&ld.from[at*ld.size])
		}
	}
	ld.copy(scratch, start, n)
	return to
}

func (ld *load) copy(scratch unsafe.Pointer, start, n int) {
	to := unsafe.Add(scratch, ld.to.offset)
	switch ld.size {
	case 1:
		kernel.Load(at[uint8](to, n), ld.from, &ld.layout, start)
	case 4:
		kernel.Load(at[uint32](to, n), slice[uint32](ld.from), &ld.layout, start)
	case 8:
		kernel.Load(at[uint64](to, n), slice[uint64](ld.from), &ld.layout, start)
	}
}

// A loopBuilder turns the pointwise nodes of a group into a loop, an instruction
// for each [formula].
type loopBuilder struct {
	constants constants
	group     *group
	shape     []int    // the shape run over, where the order of axes matters
	axes      []int    // the order in which they are run over; nil: as they are
	head      register // where the results of the product are that the loop follows

	loop  loop
	where map[*node]register
	seen  []loaded
	slots []int // for each slot of scratch, the last instruction that reads it
}

type loaded struct {
	view view
	at   register
}

func (b *loopBuilder) build() *loop {
	b.where = map[*node]register{}
	b.loop.size = b.group.size()
	formulas := formulasOf(b.pointwise())
	for i, f := range formulas {
		in := instruction{op: f.op, n: len(f.args)}
		for k, a := range f.args {
			in.args[k] = b.argument(f.node, a)
		}
		in.dst = b.result(formulas, i)
		b.where[f.node] = in.dst
		b.loop.code = append(b.loop.code, in)
	}
	b.loop.scratch = len(b.slots) * slotBytes
	for _, in := range b.loop.code {
		for _, r := range append(in.args[:in.n:in.n], in.dst) {
			if r.base != nil && r.step > 0 && !slices.Contains(b.loop.streams, r) {
				b.loop.streams = append(b.loop.streams, r)
			}
		}
	}
	return &b.loop
}

func (b *loopBuilder) pointwise() []*node {
	var nodes []*node
	for _, n := range b.group.nodes {
		if n.pointwise() {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// slotBytes is a block of the widest elements, and a line more so that
// neighbouring slots do not fall on the same cache sets.
const slotBytes = blockSize*8 + alignment

// result finds a place for what formula i computes: its own memory, or a slot of
// scratch that nobody needs any more.
func (b *loopBuilder) result(formulas []formula, i int) register {
	n := formulas[i].node
	if n.buffer != nil {
		return register{base: n.buffer.pointer(), step: n.dtype.Size()}
	}
	last := i
	for j := i + 1; j < len(formulas); j++ {
		for _, a := range formulas[j].args {
			if a.node == n {
				last = j
			}
		}
	}
	for _, u := range n.uses {
		if u.group == b.group && u.family == tensor.Reduction {
			last = len(formulas)
		}
	}
	return b.slot(i, last)
}

// slot returns a slot of scratch written at instruction first and read last at
// instruction last. It is never an argument's of instruction first: elements
// there may have another size.
func (b *loopBuilder) slot(first, last int) register {
	for s, busy := range b.slots {
		if busy < first {
			b.slots[s] = last
			return register{offset: s * slotBytes}
		}
	}
	b.slots = append(b.slots, last)
	return register{offset: (len(b.slots) - 1) * slotBytes}
}

// forever marks a slot that is filled before the first instruction.
const forever = 1 << 30

// argument finds where instruction n reads a.
func (b *loopBuilder) argument(n *node, a view) register {
	if r, ok := b.where[a.node]; ok {
		return r
	}
	if a.node == b.group.head {
		return b.head
	}
	if n.op == "random-bits" { // key and counter: two words, not a block
		return register{base: unsafe.Add(a.node.buffer.pointer(), a.layout.Offset*a.node.dtype.Size())}
	}
	return b.load(a)
}

// load finds where the elements of a view outside the loop are read: in
// memory if they are contiguous, else from a slot that is loaded block by
// block. A constant has a block of its own.
func (b *loopBuilder) load(a view) register {
	layout := a.layout
	if b.axes != nil {
		seen, ok := seenAs(&layout, b.shape)
		if !ok {
			panic("cpu: a reduction was joined to a load it cannot follow")
		}
		layout = permuted(&seen, b.axes)
	}
	layout = collapse(&layout)
	size := a.node.dtype.Size()
	if b.group.size() == 0 {
		return register{} // never read
	}
	if len(layout.Shape) == 1 && layout.Strides[0] == 1 {
		return register{base: unsafe.Add(a.node.buffer.pointer(), layout.Offset*size), step: size}
	}
	if a.node.op == "constant" && len(layout.Shape) == 1 && layout.Strides[0] == 0 {
		return register{base: b.constants.block(a.node, layout.Offset)}
	}
	for _, l := range b.seen {
		if l.view.node == a.node && sameLayout(&l.view.layout, &layout) {
			return l.at
		}
	}
	to := b.slot(-1, forever)
	uniform := len(layout.Shape) == 1 && layout.Strides[0] == 0
	if len(b.loop.loads) < maxFound {
		to.load = len(b.loop.loads) + 1
	}
	b.seen = append(b.seen, loaded{view{a.node, layout}, to})
	b.loop.loads = append(b.loop.loads, load{a.node.buffer.memory.Bytes, size, layout, to, uniform})
	return to
}

// operand is where the value a reduction folds is found: the last instruction's
// result or, in a loop without code, the load itself.
func (b *loopBuilder) operand(a view) register {
	if r, ok := b.where[a.node]; ok {
		return r
	}
	r := b.load(a)
	b.loop.scratch = len(b.slots) * slotBytes
	return r
}
