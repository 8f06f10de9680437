package cpu

import (
	"time"

	"github.com/gander-ml/gander/engine/internal/compile"
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/loop"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/engine/internal/movement"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/engine/internal/product"
	"github.com/gander-ml/gander/tensor"
)

// A Program is a compiled computation: steps that run in order on memory that
// is assigned at compile time. A run allocates nothing.
type Program struct {
	threads  *pool.Pool
	steps    []pool.Step
	of       []int // the index of the group of each step
	planned  []planned
	compiled *compile.Result
}

// A planned holds a group and its reduction or product, if it has one. The step
// is planned before memory is assigned.
type planned struct {
	group     *ir.Group
	reduction *loop.Reduction
	product   product.Multiplication
}

// Compile returns the program that spec describes. The program runs on threads.
// Compile returns an error if an update does not fit its state.
func Compile(spec compile.Spec, threads *pool.Pool) (*Program, error) {
	if _, err := kernel.CPU(); err != nil {
		return nil, err
	}
	p := &Program{threads: threads}
	var err error
	if p.compiled, err = compile.Graph(spec, p.plan); err != nil {
		return nil, err
	}
	p.bind()
	return p, nil
}

// plan plans the step of a group and returns the memory that it needs.
func (p *Program) plan(g *ir.Group) (partial, arranged int) {
	pl := planned{group: g}
	switch {
	case g.EndsInReduction():
		pl.reduction = loop.NewReduction(g)
		partial = pl.reduction.Temporaries()
	case g.Head != nil && g.Head.Family == tensor.Product:
		pl.product = product.New(g)
		partial, arranged = pl.product.Temporaries()
	}
	p.planned = append(p.planned, pl)
	return partial, arranged
}

// bind creates the steps of all groups, after memory is assigned.
func (p *Program) bind() {
	blocks := loop.Constants{}
	scratch := 0
	for number, pl := range p.planned {
		steps, need := pl.bind(blocks)
		scratch = max(scratch, need)
		for _, s := range steps {
			p.steps = append(p.steps, s)
			p.of = append(p.of, number)
		}
	}
	p.threads.Reserve(scratch)
}

// bind returns the steps of a group in order, and the bytes of scratch that a
// worker needs for them.
func (pl *planned) bind(blocks loop.Constants) (steps []pool.Step, scratch int) {
	switch {
	case pl.group.IsLoop():
		l := loop.New(pl.group, blocks)
		return []pool.Step{l}, l.ScratchBytes()
	case pl.reduction != nil:
		pl.reduction.Bind(pl.group, blocks)
		return []pool.Step{pl.reduction}, pl.reduction.ScratchBytes()
	case pl.product != nil:
		return pl.product.Bind(pl.group, blocks)
	}
	return []pool.Step{movement.New(pl.group)}, movement.ScratchBytes
}

// Instructions returns the instruction set that kernels use, or an error if the
// requested set is not available.
func Instructions() (string, error) {
	set, err := kernel.CPU()
	return string(set), err
}

// Input returns the memory of an input that is not state. The caller writes it
// before Run. ok is false if the program does not read the input.
func (p *Program) Input(t *tensor.Tensor) (m memory.Memory, ok bool) {
	m, ok = p.compiled.Inputs[t]
	return m, ok
}

// Output returns the memory of output i, valid until the next Run.
func (p *Program) Output(i int) memory.Memory { return p.compiled.Outputs[i] }

// Run computes the outputs and updates the state.
func (p *Program) Run() { p.threads.Run(p.steps, nil) }

// RunTimed does the same as Run and reports the duration of each of Steps.
func (p *Program) RunTimed(took func(step int, d time.Duration)) {
	began := time.Now()
	p.threads.Run(p.steps, func(i int) {
		if i+1 < len(p.steps) && p.of[i+1] == p.of[i] {
			return
		}
		now := time.Now()
		took(p.of[i], now.Sub(began))
		began = now
	})
}
