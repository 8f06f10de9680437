package engine

import (
	"fmt"

	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/tensor"
)

// Memory holds the elements of one tensor in row-major order.
type Memory = memory.Memory

// MemoryOf returns a Memory that shares the elements of x: a write to one is
// visible in the other.
func MemoryOf[T memory.Element](x []T) Memory { return memory.Of(x) }

// A Store holds the variables that programs share: parameters, optimiser slots,
// averages, counters. A variable is an input of a graph; its memory outlives
// the program.
type Store struct {
	variables []*tensor.Tensor
	memory    map[*tensor.Tensor]Memory
}

// NewStore returns an empty store.
func NewStore() *Store { return &Store{memory: map[*tensor.Tensor]Memory{}} }

// Add makes t, an input, a variable of the store and returns its memory, which
// is zeroed. If t is already a variable, Add returns the existing memory. It
// panics if t is not an input.
func (s *Store) Add(t *tensor.Tensor) Memory {
	if _, ok := t.Attr().(tensor.InputAttr); !ok {
		panic(fmt.Sprintf("engine: %v is computed and cannot be a variable", t))
	}
	m, ok := s.memory[t]
	if !ok {
		m = memory.New(t.DType(), t.Size())
		s.memory[t] = m
		s.variables = append(s.variables, t)
	}
	return m
}

// Memory returns the memory of variable t; ok is false if t is not a variable.
func (s *Store) Memory(t *tensor.Tensor) (m Memory, ok bool) {
	m, ok = s.memory[t]
	return m, ok
}

// Variables returns the variables in the order in which they were added.
func (s *Store) Variables() []*tensor.Tensor { return s.variables }
