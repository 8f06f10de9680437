package cpu

import (
	"fmt"
	"slices"
	"time"
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// A Spec says what a program computes.
type Spec struct {
	Outputs []*tensor.Tensor
	Updates []Update
	State   map[*tensor.Tensor]Memory // inputs that live outside the program
}

// An Update gives state a new value once everything that reads the old one has
// run.
type Update struct{ State, Value *tensor.Tensor }

// A Program is a compiled computation: steps that run in order over memory
// laid out beforehand. Running it allocates nothing.
type Program struct {
	pool      *Pool
	steps     []step
	of        []int // for each step, the number of its group
	groups    []*group
	inputs    map[*tensor.Tensor]Memory
	outputs   []Memory
	arena     int
	constants map[constantKey]unsafe.Pointer
}

type constantKey struct {
	dtype tensor.DType
	bits  uint64
}

// Compile returns the program that spec describes, to run on pool. It returns
// an error if an update does not fit its state.
func Compile(spec Spec, pool *Pool) (*Program, error) {
	if _, err := kernel.CPU(); err != nil {
		return nil, err
	}
	roots := append([]*tensor.Tensor{}, spec.Outputs...)
	for i, u := range spec.Updates {
		if err := checkUpdate(spec, u); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(spec.Updates[:i], func(earlier Update) bool { return earlier.State == u.State }) {
			return nil, fmt.Errorf("engine: state %v is updated twice", u.State)
		}
		roots = append(roots, u.State, u.Value)
	}
	p := &Program{pool: pool, inputs: map[*tensor.Tensor]Memory{}, constants: map[constantKey]unsafe.Pointer{}}
	lo := lower(roots)
	if err := checkRank(lo); err != nil {
		return nil, err
	}
	p.bindLeaves(spec, lo)
	targets := pin(spec, lo, p)
	nodes := sweep(lo)
	s := &schedule{groups: fuse(nodes), before: map[*group][]*group{}}
	p.overwrite(s, targets)
	p.groups = s.order()

	pl := &plan{}
	pl.assign(p.groups)
	p.arena = pl.place()
	pl.bind(alignedBytes(p.arena))
	p.bindSteps()
	return p, nil
}

func checkUpdate(spec Spec, u Update) error {
	m, ok := spec.State[u.State]
	switch {
	case !ok:
		return fmt.Errorf("engine: an update of %v, which is not state", u.State)
	case u.State.DType() != u.Value.DType() || u.State.String() != u.Value.String():
		return fmt.Errorf("engine: state %v cannot become %v", u.State, u.Value)
	case m.DType != u.State.DType() || len(m.Bytes) != u.State.Size()*m.DType.Size():
		return fmt.Errorf("engine: the memory of state %v has another dtype or size", u.State)
	}
	return nil
}

// checkRank refuses what layouts cannot describe.
func checkRank(lo *lowering) error {
	for t := range lo.views {
		if rank := len(t.Shape()); rank > kernel.MaxRank {
			return fmt.Errorf("engine: %v has %d dimensions, at most %d can be computed", t, rank, kernel.MaxRank)
		}
	}
	return nil
}

// bindLeaves gives inputs and constants their memory.
func (p *Program) bindLeaves(spec Spec, lo *lowering) {
	for t, v := range lo.views {
		switch a := t.Attr().(type) {
		case tensor.InputAttr:
			m, ok := spec.State[t]
			if !ok {
				m = NewMemory(t.DType(), t.Size())
				p.inputs[t] = m
			}
			v.node.buffer = &buffer{memory: m, elems: t.Size(), dtype: t.DType()}
		case tensor.ConstantAttr:
			v.node.buffer = ownBuffer(t.DType(), t.Size())
			v.node.buffer.memory.Set(a.Value)
		}
	}
}

// A target is a node whose value replaces that of state.
type target struct{ state, value *node }

// pin marks the nodes that hold outputs and new state, adding copies where a
// value is merely seen or is wanted twice.
func pin(spec Spec, lo *lowering, p *Program) []target {
	own := func(t *tensor.Tensor) *node {
		v := lo.views[t]
		if !v.identity() || v.node.family == tensor.Leaf || v.node.pinned {
			v.node = lo.copied(v)
		}
		v.node.pinned = true
		return v.node
	}
	for _, t := range spec.Outputs {
		n := own(t)
		n.buffer = ownBuffer(t.DType(), t.Size())
		p.outputs = append(p.outputs, n.buffer.memory)
	}
	var targets []target
	for _, u := range spec.Updates {
		targets = append(targets, target{lo.views[u.State].node, own(u.Value)})
	}
	return targets
}

// sweep drops nodes that nothing needs.
func sweep(lo *lowering) []*node {
	dead := map[*node]bool{}
	for i := len(lo.nodes) - 1; i >= 0; i-- {
		n := lo.nodes[i]
		live := n.uses[:0]
		for _, u := range n.uses {
			if !dead[u] {
				live = append(live, u)
			}
		}
		n.uses = live
		dead[n] = len(live) == 0 && !n.pinned
	}
	var kept []*node
	for _, n := range lo.nodes {
		if !dead[n] {
			kept = append(kept, n)
		}
	}
	return kept
}

// overwrite lets new values be computed where the old ones are, or adds copies
// that bring them there in the end.
func (p *Program) overwrite(s *schedule, targets []target) {
	for _, t := range targets {
		if s.mayOverwrite(t.state, t.value) {
			t.value.buffer = t.state.buffer
			continue
		}
		last := &node{
			id: 1<<30 + len(s.groups), op: copyOp, dtype: t.value.dtype, shape: t.value.shape, pinned: true,
			args: []view{{t.value, contiguous(t.value.shape)}}, buffer: t.state.buffer,
		}
		last.group = &group{nodes: []*node{last}}
		t.value.pinned = false
		t.value.uses = append(t.value.uses, last)
		for _, u := range t.state.uses {
			s.before[last.group] = append(s.before[last.group], u.group)
		}
		s.groups = append(s.groups, last.group)
	}
}

// bindSteps turns groups into steps over memory.
func (p *Program) bindSteps() {
	scratch := slotBytes // a block for movements
	for at, g := range p.groups {
		var s step
		need := 0
		switch {
		case g.isLoop():
			l := (&loopBuilder{program: p, group: g}).build()
			s, need = elementwise{l}, l.scratch
		case g.reduction != nil:
			g.reduction.bind(p, g)
			s, need = g.reduction, g.reduction.scratch
		case g.product != nil:
			var steps []step
			steps, need = g.product.bind(p, g)
			last := len(steps) - 1
			p.steps = append(p.steps, steps[:last]...)
			s = steps[last]
		default:
			s = movementOf(g.head)
		}
		scratch = max(scratch, need)
		p.steps = append(p.steps, s)
		for len(p.of) < len(p.steps) {
			p.of = append(p.of, at)
		}
	}
	p.pool.reserve(scratch)
}

// constantBlock returns a block filled with element at of a constant.
func (p *Program) constantBlock(n *node, at int) unsafe.Pointer {
	size := n.dtype.Size()
	element := n.buffer.memory.Bytes[at*size : (at+1)*size]
	key := constantKey{dtype: n.dtype}
	for i, b := range element {
		key.bits |= uint64(b) << (8 * i)
	}
	if block, ok := p.constants[key]; ok {
		return block
	}
	block := NewMemory(n.dtype, blockSize)
	switch size {
	case 1:
		kernel.Fill(slice[uint8](block.Bytes), element[0])
	case 4:
		kernel.Fill(slice[uint32](block.Bytes), slice[uint32](element)[0])
	case 8:
		kernel.Fill(slice[uint64](block.Bytes), slice[uint64](element)[0])
	}
	p.constants[key] = unsafe.Pointer(unsafe.SliceData(block.Bytes))
	return p.constants[key]
}

// elementwise is a loop as a step.
type elementwise struct{ *loop }

func (e elementwise) tiles() int { return ceil(e.size, tileSize) }

func (e elementwise) tile(w *worker, i int) {
	e.run(unsafe.Pointer(unsafe.SliceData(w.scratch)), i*tileSize, min((i+1)*tileSize, e.size))
}

func (e elementwise) finish() {}

// Instructions returns the instruction set that kernels use, or why the one
// asked for cannot be had.
func Instructions() (string, error) {
	set, err := kernel.CPU()
	return string(set), err
}

// Input returns the memory of an input that is not state, to be written before
// Run; ok is false if the program does not read it.
func (p *Program) Input(t *tensor.Tensor) (m Memory, ok bool) {
	m, ok = p.inputs[t]
	return m, ok
}

// Output returns the memory of output i, valid until the next Run.
func (p *Program) Output(i int) Memory { return p.outputs[i] }

// Run computes the outputs and brings the state up to date.
func (p *Program) Run() {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	for _, s := range p.steps {
		p.pool.run(s)
	}
}

// RunTimed is Run, and tells what each of Steps took.
func (p *Program) RunTimed(took func(step int, d time.Duration)) {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	began := time.Now()
	for i, s := range p.steps {
		p.pool.run(s)
		if i+1 < len(p.steps) && p.of[i+1] == p.of[i] {
			continue
		}
		now := time.Now()
		took(p.of[i], now.Sub(began))
		began = now
	}
}
