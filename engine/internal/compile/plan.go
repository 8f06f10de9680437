package cpu

import (
	"cmp"
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// A storage is a place in the arena, needed from step first to step last.
type storage struct{ bytes, first, last, offset int }

// A plan gives every intermediate of a program its place.
type plan struct {
	storages []*storage
	of       map[*buffer]*storage // those of the arena
}

// ownBuffer returns a buffer with memory of its own.
func ownBuffer(dtype tensor.DType, elems int) *buffer {
	return &buffer{memory: NewMemory(dtype, elems), elems: elems}
}

// temporary returns a buffer in the arena, needed during steps first to last.
func (p *plan) temporary(dtype tensor.DType, elems, first, last int) *buffer {
	s := &storage{bytes: roundUp(elems * dtype.Size()), first: first, last: last}
	p.storages = append(p.storages, s)
	return p.in(s, dtype, elems)
}

// in returns a buffer at a place of the arena.
func (p *plan) in(s *storage, dtype tensor.DType, elems int) *buffer {
	b := &buffer{memory: Memory{DType: dtype}, elems: elems}
	p.of[b] = s
	return b
}

// assign gives every node that must be in memory a buffer, and every group those
// for its temporaries. ordered are the groups as they will run.
func (p *plan) assign(ordered []*group, temporaries temporaries) {
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
		partial, arranged := temporaries(g)
		if partial > 0 {
			g.partial = p.temporary(g.head.dtype, partial, i, i)
		}
		if arranged > 0 {
			g.arranged = p.temporary(g.head.dtype, arranged, i, i)
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
			if a.node.group == n.group || old == nil || p.of[old] == nil || p.of[old].last != i ||
				old.elems != n.size() || old.memory.DType.Size() != n.dtype.Size() || !deadAfter(a.node, n) {
				continue
			}
			p.of[old].last = last
			return p.in(p.of[old], n.dtype, n.size())
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
	for b, s := range p.of {
		b.memory.Bytes = arena[s.offset : s.offset+b.elems*b.memory.DType.Size()]
	}
}
