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

// BlockSize is the number of elements that a loop computes at a time: a few
// blocks fit in L1.
const BlockSize = 1024

// A Loop computes pointwise nodes together, block by block. Each instruction
// runs over one block before the next instruction begins, so intermediate
// values stay in the L1 cache. A Loop is a step; each of its tiles has
// pool.TileSize elements.
type Loop struct {
	size    int
	loads   []load
	code    []instruction
	scratch int        // bytes that a worker needs
	streams []register // the registers in memory outside scratch
}

// A register describes where one value of a loop is for the current block.
type register struct {
	base   unsafe.Pointer // nil: the value is in scratch
	offset int            // offset in scratch, in bytes
	stride int            // bytes from one element of the loop to the next; 0: every block uses the same memory
	load   int            // if not 0, locations[load-1] points to the block
}

func (r *register) pointer(scratch unsafe.Pointer, index int, found *locations) unsafe.Pointer {
	if r.load > 0 {
		return found[r.load-1]
	}
	if r.base == nil {
		return unsafe.Add(scratch, r.offset)
	}
	return unsafe.Add(r.base, index*r.stride)
}

// maxFound is the number of loads of a loop that can use a block without a copy
// if the block is contiguous in memory. Any further loads always copy.
const maxFound = 12

// locations points to the current block of each load. The last entry points to
// the results of the product in front of the loop.
type locations [maxFound + 1]unsafe.Pointer

const headResults = maxFound

type instruction struct {
	op   operation
	dst  register
	args [3]register
	n    int // number of arguments
}

// A load copies blocks that are not contiguous in memory to scratch.
type load struct {
	from    []byte
	size    int // bytes of one element
	layout  kernel.Layout
	to      register
	uniform bool // all elements are equal: loaded once for each run
}

// New returns the loop of the pointwise nodes of g, a group without a head.
func New(g *ir.Group, c Constants) *Loop { return (&loopBuilder{constants: c, group: g}).build() }

// AfterHead returns the loop of the pointwise nodes of g if the head of g is
// computed by an earlier step. results points to the elements of the head.
func AfterHead(g *ir.Group, c Constants, results unsafe.Pointer) *Loop {
	return (&loopBuilder{constants: c, group: g, head: register{base: results, stride: g.Head.DType.Size()}}).build()
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

// begin does the work that is common to all blocks of at most n elements.
func (l *Loop) begin(scratch unsafe.Pointer, n int) {
	for i := range l.loads {
		if ld := &l.loads[i]; ld.uniform {
			ld.copy(scratch, 0, min(n, l.size))
		}
	}
}

// block computes n elements, at most BlockSize, from start on, and sets found.
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

// run returns a pointer to the block: in memory if it is contiguous there, else
// in scratch.
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

// A loopBuilder turns the pointwise nodes of a group into a loop with one
// instruction for each [formula].
type loopBuilder struct {
	constants Constants
	group     *ir.Group
	shape     []int    // the shape of the iteration, where the order of axes matters
	axes      []int    // the order of the axes in the iteration; nil: unchanged
	head      register // where the results of the product in front of the loop are

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
			if r.base != nil && r.stride > 0 && !slices.Contains(b.loop.streams, r) {
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

// SlotBytes is the size of a block of the widest elements plus one cache line,
// so that neighbouring slots do not use the same cache sets.
const SlotBytes = BlockSize*8 + memory.Alignment

// result returns the register for the result of formula i: the buffer of its
// node, or a slot of scratch that is free.
func (b *loopBuilder) result(formulas []formula, i int) register {
	n := formulas[i].node
	if n.Buffer != nil {
		return register{base: n.Buffer.Pointer(), stride: n.DType.Size()}
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

// slot returns a slot of scratch that is written at instruction first and read
// last at instruction last. It never returns the slot of an argument of
// instruction first, because the elements of the argument may have another
// size.
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

// argument returns the register from which node n reads a.
func (b *loopBuilder) argument(n *ir.Node, a ir.View) register {
	if r, ok := b.where[a.Node]; ok {
		return r
	}
	if a.Node == b.group.Head {
		return b.head
	}
	if n.Op == "random-bits" { // key and counter are two words and not a block
		return register{base: unsafe.Add(a.Node.Buffer.Pointer(), a.Layout.Offset*a.Node.DType.Size())}
	}
	return b.load(a)
}

// load returns the register of a view outside the loop. The register is in
// memory if the elements are contiguous, else in a slot that is loaded block by
// block. A constant has a block in Constants.
func (b *loopBuilder) load(a ir.View) register {
	layout := a.Layout
	if b.axes != nil {
		seen, ok := ir.Reshaped(&layout, b.shape)
		if !ok {
			panic("loop: a reduction is joined to a load with another shape")
		}
		layout = ir.Permuted(&seen, b.axes)
	}
	layout = ir.Collapse(&layout)
	size := a.Node.DType.Size()
	if b.group.Size() == 0 {
		return register{} // never read
	}
	if len(layout.Shape) == 1 && layout.Strides[0] == 1 {
		return register{base: unsafe.Add(a.Node.Buffer.Pointer(), layout.Offset*size), stride: size}
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

// operand returns the register of the value that a reduction reads: the result
// of the last instruction or, in a loop without instructions, the load.
func (b *loopBuilder) operand(a ir.View) register {
	if r, ok := b.where[a.Node]; ok {
		return r
	}
	r := b.load(a)
	b.loop.scratch = len(b.slots) * SlotBytes
	return r
}
