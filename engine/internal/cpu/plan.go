package cpu

import (
	"cmp"
	"slices"
	"unsafe"

	"github.com/gander-ml/gander/tensor"
)

// A buffer is memory for the elements of one node. Buffers of inputs,
// outputs, constants and state are their own; the others are places in the
// program's arena, shared by buffers that are not needed at the same time.
type buffer struct {
	memory  Memory
	elems   int
	dtype   tensor.DType
	storage *storage // nil for a buffer with memory of its own
}

func (b *buffer) pointer() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(b.memory.Bytes)) }

// A storage is a place in the arena, needed from step first to step last.
type storage struct{ bytes, first, last, offset int }

// A plan gives every intermediate of a program its place.
type plan struct {
	storages []*storage
	buffers  []*buffer
}

// ownBuffer returns a buffer with memory of its own.
func ownBuffer(dtype tensor.DType, elems int) *buffer {
	return &buffer{memory: NewMemory(dtype, elems), elems: elems, dtype: dtype}
}

// temporary returns a buffer in the arena, needed during steps first to last.
func (p *plan) temporary(dtype tensor.DType, elems, first, last int) *buffer {
	s := &storage{bytes: (elems*dtype.Size() + alignment - 1) &^ (alignment - 1), first: first, last: last}
	p.storages = append(p.storages, s)
	b := &buffer{elems: elems, dtype: dtype, storage: s}
	p.buffers = append(p.buffers, b)
	return b
}

// assign gives every node that must be in memory a buffer. ordered are the
// groups as they will run.
func (p *plan) assign(ordered []*group) {
	step := map[*group]int{}
	for i, g := range ordered {
		step[g] = i
	}
	for i, g := range ordered {
		for _, n := range g.nodes {
			last := i
			outside := false
			for _, u := range n.uses {
				outside = outside || u.group != g
				last = max(last, step[u.group])
			}
			if n.buffer != nil || !outside {
				continue
			}
			if n.buffer = p.inPlace(n, i, last); n.buffer == nil {
				n.buffer = p.temporary(n.dtype, n.size(), i, last)
			}
		}
		if g.head != nil && g.head.family == tensor.Reduction && g.head.op != "argmax" {
			g.reduction = reductionOf(g)
			if r := g.reduction; r.chunks > 1 {
				g.partial = p.temporary(g.head.dtype, r.kept*r.chunks*len(g.reductions()), i, i)
			}
		}
		if g.head != nil && g.head.family == tensor.Product {
			g.product = multiplicationOf(g.head)
			partial, arranged := g.product.temporaries()
			if partial > 0 {
				g.partial = p.temporary(g.head.dtype, partial, i, i)
			}
			if arranged > 0 {
				g.arranged = p.temporary(g.head.dtype, arranged, i, i)
			}
		}
	}
}

// inPlace returns a buffer for n, computed by step i and read last by step
// last, over an argument that nothing reads after n; nil if there is none.
func (p *plan) inPlace(n *node, i, last int) *buffer {
	if !n.group.isLoop() {
		return nil
	}
	for _, m := range n.group.nodes {
		for _, a := range m.args {
			old := a.node.buffer
			if a.node.group == n.group || old == nil || old.storage == nil || old.storage.last != i ||
				old.elems != n.size() || old.dtype.Size() != n.dtype.Size() || !deadAfter(a.node, n) {
				continue
			}
			old.storage.last = last
			b := &buffer{elems: n.size(), dtype: n.dtype, storage: old.storage}
			p.buffers = append(p.buffers, b)
			return b
		}
	}
	return nil
}

// deadAfter says whether n's group reads old only at the index it is at, and
// not after n is computed.
func deadAfter(old, n *node) bool {
	for _, u := range old.uses {
		if u.group == n.group && (u.id > n.id || !readsInPlace(u, old)) {
			return false
		}
	}
	return true
}

// place lays the storages into one arena, largest first, each at the lowest
// offset that is free all the time it is needed, and returns the arena's size.
func (p *plan) place() int {
	slices.SortStableFunc(p.storages, func(a, b *storage) int { return cmp.Compare(b.bytes, a.bytes) })
	total := 0
	var placed []*storage // by offset
	for _, s := range p.storages {
		at := 0
		for _, other := range placed {
			if other.first <= s.last && s.first <= other.last {
				if at+s.bytes <= other.offset {
					break
				}
				at = max(at, other.offset+other.bytes)
			}
		}
		s.offset = at
		total = max(total, at+s.bytes)
		i, _ := slices.BinarySearchFunc(placed, at, func(o *storage, at int) int { return cmp.Compare(o.offset, at) })
		placed = slices.Insert(placed, i, s)
	}
	return total
}

// bind lays the buffers into the arena.
func (p *plan) bind(arena []byte) {
	for _, b := range p.buffers {
		from := b.storage.offset
		b.memory = Memory{b.dtype, arena[from : from+b.elems*b.dtype.Size()]}
	}
}
