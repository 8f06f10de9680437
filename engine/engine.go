package engine

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/gander-ml/gander/engine/internal/compile"
	"github.com/gander-ml/gander/engine/internal/cpu"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// A Device runs programs on this processor with a fixed number of threads.
type Device struct {
	pool     *pool.Pool
	replicas int // 0: not declared
}

// NewDevice returns a device with the given number of threads; 0 means one for
// each processor. Results do not depend on the number of threads: machines with
// the same instruction set compute the same bytes. Close releases the threads.
func NewDevice(threads int) *Device {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	return &Device{pool: pool.New(threads)}
}

// Threads returns the number of threads programs run on.
func (d *Device) Threads() int { return d.pool.Threads() }

// Close ends the device's threads. Its programs must not run afterwards.
func (d *Device) Close() { d.pool.Close() }

// SetReplicas declares how many replicas of a computation run together; an
// all-reduce sums over all of them. A device can run only 1 replica, and
// all-reduce is then the identity. Any other number is an error. Compile
// rejects all-reduce until SetReplicas is called, so a program for several
// replicas cannot run as a single one by accident.
func (d *Device) SetReplicas(n int) error {
	if n != 1 {
		return fmt.Errorf("engine: %d replicas declared, but a device can run only 1", n)
	}
	d.replicas = n
	return nil
}

// An Update replaces the value of a variable at the end of a run. Every reader
// within the program sees the old value.
type Update struct{ Variable, Value *tensor.Tensor }

// A Program is a compiled computation.
type Program struct {
	program *cpu.Program
	outputs []*tensor.Tensor
	updates int // number of updates
}

// Compile returns the program that computes outputs and then performs updates
// on variables of store. store may be nil if there are no variables. Other
// inputs get their values through [Program.Input]. Compile returns an error if
// the graph is malformed, if an update does not fit its variable, or if the
// graph has an all-reduce and no replicas are declared ([Device.SetReplicas]).
func (d *Device) Compile(store *Store, outputs []*tensor.Tensor, updates ...Update) (p *Program, err error) {
	state := map[*tensor.Tensor]Memory{}
	if store != nil {
		state = store.memory
	}
	misuse := tensor.Try(func() { p, err = d.compile(state, outputs, updates) })
	if misuse != nil {
		return nil, fmt.Errorf("compile: %w", misuse)
	}
	return p, err
}

func (d *Device) compile(state map[*tensor.Tensor]Memory, outputs []*tensor.Tensor, updates []Update) (*Program, error) {
	roots := append([]*tensor.Tensor{}, outputs...)
	for _, u := range updates {
		roots = append(roots, u.Value)
	}
	if d.replicas == 0 && slices.ContainsFunc(tensor.Ancestors(roots, nil), isAllReduce) {
		return nil, errors.New("compile: all-reduce, and the device does not declare its replicas (hint: call its SetReplicas)")
	}
	simple := simplify(roots)
	spec := compile.Spec{Outputs: simple[:len(outputs)], State: state}
	for i, u := range updates {
		spec.Updates = append(spec.Updates, compile.Update{State: u.Variable, Value: simple[len(outputs)+i]})
	}
	program, err := cpu.Compile(spec, d.pool)
	if err != nil {
		return nil, err
	}
	return &Program{program, outputs, len(updates)}, nil
}

func isAllReduce(t *tensor.Tensor) bool { return t.Op().Name == "all-reduce" }

// Input returns the memory of an input. The caller writes it before Run. If no
// result depends on the input, there is no memory and ok is false.
func (p *Program) Input(t *tensor.Tensor) (m Memory, ok bool) { return p.program.Input(t) }

// Output returns the memory of output i, valid until the next Run.
func (p *Program) Output(i int) Memory { return p.program.Output(i) }

// Run computes the outputs and performs the updates. Programs of one device run
// one at a time. Do not write the inputs during a run.
func (p *Program) Run() { p.program.Run() }

// RunTimed does the same as [Program.Run] and reports the duration of each of
// [Program.Steps]. It reads the clock once for each step, so it is slightly
// slower.
func (p *Program) RunTimed(took func(step int, d time.Duration)) { p.program.RunTimed(took) }

// A StepInfo describes one step of a program.
type StepInfo = cpu.StepInfo

// Steps describes the steps of the program in the order in which they run: the
// fused primitives, the amount of arithmetic, the memory traffic.
func (p *Program) Steps() []StepInfo { return p.program.Steps() }

// ArenaBytes returns the total size of the memory for intermediate values.
func (p *Program) ArenaBytes() int { return p.program.ArenaBytes() }

// Instructions returns the instruction set that programs use. It is the best
// one that this processor has, or the value of the environment variable
// GANDER_CPU. It returns an error if the processor does not have that set.
func Instructions() (string, error) { return cpu.Instructions() }
