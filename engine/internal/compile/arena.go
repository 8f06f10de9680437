package compile

import (
	"cmp"
	"slices"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/tensor"
)

// A storage is a range of the arena, in use from step first to step last.
type storage struct{ bytes, first, last, offset int }

// An arenaPlan assigns memory to every intermediate value of a program.
type arenaPlan struct {
	storages []*storage
	of       map[*ir.Buffer]*storage // for the buffers in the arena
}

// ownBuffer returns a buffer with separate memory, outside the arena.
func ownBuffer(dtype tensor.DType, elems int) *ir.Buffer {
	return &ir.Buffer{Memory: memory.New(dtype, elems), Elems: elems}
}

// temporary returns a buffer in the arena, in use from step first to step last.
func (p *arenaPlan) temporary(dtype tensor.DType, elems, first, last int) *ir.Buffer {
	s := &storage{bytes: memory.RoundUp(elems * dtype.Size()), first: first, last: last}
	p.storages = append(p.storages, s)
	return p.in(s, dtype, elems)
}

// in returns a buffer in the arena that uses storage s.
func (p *arenaPlan) in(s *storage, dtype tensor.DType, elems int) *ir.Buffer {
	b := &ir.Buffer{Memory: memory.Memory{DType: dtype}, Elems: elems}
	p.of[b] = s
	return b
}

// assign gives a buffer to every node that must be in memory, and buffers for
// the temporaries of every group. ordered holds the groups in the order in
// which they run.
func (p *arenaPlan) assign(ordered []*ir.Group, needs Temporaries) {
	step := map[*ir.Group]int{}
	for i, g := range ordered {
		step[g] = i
	}
	for i, g := range ordered {
		for _, n := range g.Nodes {
			last := i
			outside := false
			for _, u := range n.Uses {
				outside = outside || u.Group != g
				last = max(last, step[u.Group])
			}
			if n.Buffer != nil || !outside {
				continue
			}
			if n.Buffer = p.inPlace(n, i, last); n.Buffer == nil {
				n.Buffer = p.temporary(n.DType, n.Size(), i, last)
			}
		}
		partial, arranged := needs(g)
		if partial > 0 {
			g.Partial = p.temporary(g.Head.DType, partial, i, i)
		}
		if arranged > 0 {
			g.Arranged = p.temporary(g.Head.DType, arranged, i, i)
		}
	}
}

// inPlace returns a buffer for n that overwrites an argument which is not read
// after n. n is computed by step i and read last by step last. inPlace returns
// nil if there is no such argument.
func (p *arenaPlan) inPlace(n *ir.Node, i, last int) *ir.Buffer {
	if !n.Group.IsLoop() {
		return nil
	}
	for _, m := range n.Group.Nodes {
		for _, a := range m.Args {
			old := a.Node.Buffer
			if a.Node.Group == n.Group || old == nil || p.of[old] == nil || p.of[old].last != i ||
				old.Elems != n.Size() || old.Memory.DType.Size() != n.DType.Size() || !deadAfter(a.Node, n) {
				continue
			}
			p.of[old].last = last
			return p.in(p.of[old], n.DType, n.Size())
		}
	}
	return nil
}

// deadAfter reports whether the group of n reads old only at the current index
// and not after n is computed.
func deadAfter(old, n *ir.Node) bool {
	for _, u := range old.Uses {
		if u.Group == n.Group && (u.ID > n.ID || !readsInPlace(u, old)) {
			return false
		}
	}
	return true
}

// place assigns an offset in the arena to every storage, and returns the size of the arena.
// It tries two orders: the largest storages first, or those first that are in use for the most
// steps. It keeps the smaller arena.
func (p *arenaPlan) place() int {
	largest := func(a, b *storage) int { return cmp.Or(cmp.Compare(b.bytes, a.bytes), cmp.Compare(a.first, b.first)) }
	longest := func(a, b *storage) int { return cmp.Or(cmp.Compare(b.last-b.first, a.last-a.first), largest(a, b)) }
	if p.offsets(longest) < p.offsets(largest) {
		return p.offsets(longest)
	}
	return p.offsets(largest)
}

// offsets gives each storage, in an order, the lowest offset that is free while it is in use.
// It returns the size of the arena.
func (p *arenaPlan) offsets(order func(a, b *storage) int) int {
	slices.SortStableFunc(p.storages, order)
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

// bind points the buffers into the arena.
func (p *arenaPlan) bind(arena []byte) {
	for b, s := range p.of {
		b.Memory.Bytes = arena[s.offset : s.offset+b.Elems*b.Memory.DType.Size()]
	}
}
