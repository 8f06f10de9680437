package loop

import (
	"slices"
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// BlockSize is the elements a loop computes at a time: a few blocks fit L1.
const BlockSize = 1024

// A Loop computes pointwise nodes together, block by block: each instruction
// runs over one block before the next begins, so intermediates never leave the
// innermost cache. It is a step: its tiles are runs of pool.TileSize elements.
type Loop struct {
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

// New returns the loop of the pointwise nodes of g, a group without a head.
func New(g *ir.Group, c Constants) *Loop { return (&loopBuilder{constants: c, group: g}).build() }

// After returns the loop of the pointwise nodes of g, whose head has been
// computed before. The elements of its value are at results.
func After(g *ir.Group, c Constants, results unsafe.Pointer) *Loop {
	return (&loopBuilder{constants: c, group: g, head: register{base: results, step: g.Head.DType.Size()}}).build()
}

// ScratchBytes returns the bytes of scratch that a worker needs to run a tile.
func (l *Loop) ScratchBytes() int { return l.scratch }

func (l *Loop) Tiles() int { return ir.Ceil(l.size, pool.TileSize) }

func (l *Loop) Tile(w *pool.Worker, i int) {
	l.run(unsafe.Pointer(unsafe.SliceData(w.Scratch)), i*pool.TileSize, min((i+1)*pool.TileSize, l.size))
}

func (l *Loop) Finish() {}

// run computes elements start to end-1.
func (l *Loop) run(scratch unsafe.Pointer, start, end int) {
	l.begin(scratch, min(BlockSize, end-start))
	for ; start < end; start += BlockSize {
		var found locations
		l.block(scratch, start, min(BlockSize, end-start), &found)
	}
}

// begin does what blocks of at most n elements have in common.
func (l *Loop) begin(scratch unsafe.Pointer, n int) {
	for i := range l.loads {
		if ld := &l.loads[i]; ld.uniform {
			ld.copy(scratch, 0, min(n, l.size))
		}
	}
}

// block computes n elements, at most BlockSize, from start, and fills found.
func (l *Loop) block(scratch unsafe.Pointer, start, n int, found *locations) {
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
		kernel.Load(at[uint32](to, n), memory.Slice[uint32](ld.from), &ld.layout, start)
	case 8:
		kernel.Load(at[uint64](to, n), memory.Slice[uint64](ld.from), &ld.layout, start)
	}
}

// A loopBuilder turns the pointwise nodes of a group into a loop, an instruction
// for each [formula].
type loopBuilder struct {
	constants Constants
	group     *ir.Group
	shape     []int    // the shape run over, where the order of axes matters
	axes      []int    // the order in which they are run over; nil: as they are
	head      register // where the results of the product are that the loop follows

	loop  Loop
	where map[*ir.Node]register
	seen  []loaded
	slots []int // for each slot of scratch, the last instruction that reads it
}

type loaded struct {
	view ir.View
	at   register
}

func (b *loopBuilder) build() *Loop {
	b.where = map[*ir.Node]register{}
	b.loop.size = b.group.Size()
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
	b.loop.scratch = len(b.slots) * SlotBytes
	for _, in := range b.loop.code {
		for _, r := range append(in.args[:in.n:in.n], in.dst) {
			if r.base != nil && r.step > 0 && !slices.Contains(b.loop.streams, r) {
				b.loop.streams = append(b.loop.streams, r)
			}
		}
	}
	return &b.loop
}

func (b *loopBuilder) pointwise() []*ir.Node {
	var nodes []*ir.Node
	for _, n := range b.group.Nodes {
		if n.Pointwise() {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// SlotBytes is a block of the widest elements, and a line more so that
// neighbouring slots do not fall on the same cache sets.
const SlotBytes = BlockSize*8 + memory.Alignment

// result finds a place for what formula i computes: its own memory, or a slot of
// scratch that nobody needs any more.
func (b *loopBuilder) result(formulas []formula, i int) register {
	n := formulas[i].node
	if n.Buffer != nil {
		return register{base: n.Buffer.Pointer(), step: n.DType.Size()}
	}
	last := i
	for j := i + 1; j < len(formulas); j++ {
		for _, a := range formulas[j].args {
			if a.Node == n {
				last = j
			}
		}
	}
	for _, u := range n.Uses {
		if u.Group == b.group && u.Family == tensor.Reduction {
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
			return register{offset: s * SlotBytes}
		}
	}
	b.slots = append(b.slots, last)
	return register{offset: (len(b.slots) - 1) * SlotBytes}
}

// forever marks a slot that is filled before the first instruction.
const forever = 1 << 30

// argument finds where instruction n reads a.
func (b *loopBuilder) argument(n *ir.Node, a ir.View) register {
	if r, ok := b.where[a.Node]; ok {
		return r
	}
	if a.Node == b.group.Head {
		return b.head
	}
	if n.Op == "random-bits" { // key and counter: two words, not a block
		return register{base: unsafe.Add(a.Node.Buffer.Pointer(), a.Layout.Offset*a.Node.DType.Size())}
	}
	return b.load(a)
}

// load finds where the elements of a view outside the loop are read: in
// memory if they are contiguous, else from a slot that is loaded block by
// block. A constant has a block of its own.
func (b *loopBuilder) load(a ir.View) register {
	layout := a.Layout
	if b.axes != nil {
		seen, ok := ir.SeenAs(&layout, b.shape)
		if !ok {
			panic("loop: a reduction was joined to a load it cannot follow")
		}
		layout = ir.Permuted(&seen, b.axes)
	}
	layout = ir.Collapse(&layout)
	size := a.Node.DType.Size()
	if b.group.Size() == 0 {
		return register{} // never read
	}
	if len(layout.Shape) == 1 && layout.Strides[0] == 1 {
		return register{base: unsafe.Add(a.Node.Buffer.Pointer(), layout.Offset*size), step: size}
	}
	if a.Node.Op == "constant" && len(layout.Shape) == 1 && layout.Strides[0] == 0 {
		return register{base: b.constants.block(a.Node, layout.Offset)}
	}
	for _, l := range b.seen {
		if l.view.Node == a.Node && ir.SameLayout(&l.view.Layout, &layout) {
			return l.at
		}
	}
	to := b.slot(-1, forever)
	uniform := len(layout.Shape) == 1 && layout.Strides[0] == 0
	if len(b.loop.loads) < maxFound {
		to.load = len(b.loop.loads) + 1
	}
	b.seen = append(b.seen, loaded{ir.View{Node: a.Node, Layout: layout}, to})
	b.loop.loads = append(b.loop.loads, load{a.Node.Buffer.Memory.Bytes, size, layout, to, uniform})
	return to
}

// operand is where the value a reduction folds is found: the last instruction's
// result or, in a loop without code, the load itself.
func (b *loopBuilder) operand(a ir.View) register {
	if r, ok := b.where[a.Node]; ok {
		return r
	}
	r := b.load(a)
	b.loop.scratch = len(b.slots) * SlotBytes
	return r
}
