package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/tensor"
)

// A Batcher runs a program on any number of rows. The inputs and outputs of the
// program have a batch axis first, of a fixed size. The Batcher runs one batch
// after the other and fills the last batch with zero rows. It is not safe for
// concurrent use.
//
// It is for programs in which rows do not depend on each other, for example
// networks in evaluation mode. Then the result of a row has the same bits at
// every position of the batch and next to any other rows.
type Batcher struct {
	program *Program
	batch   int // rows
	inputs  []batched
	outputs []batched
}

// A batched is an input or output of a program.
type batched struct {
	tensor *tensor.Tensor
	memory Memory // of one batch; empty for an input that the program does not read
	row    int    // bytes of one row
}

// NewBatcher returns a Batcher that copies rows to the given inputs of p. Other
// inputs keep the contents of their memory. It returns an error if no input is
// given, if the inputs and outputs do not all have a first axis of the same
// size, or if p performs updates: an update would also use the zero rows of the
// last batch.
func NewBatcher(p *Program, inputs ...*tensor.Tensor) (*Batcher, error) {
	if p.updates > 0 {
		return nil, errors.New("engine: a program with updates cannot run in batches")
	}
	if len(inputs) == 0 || inputs[0].Rank() == 0 {
		return nil, errors.New("engine: to run in batches, a program needs an input with a batch axis")
	}
	b := &Batcher{program: p, batch: inputs[0].Dim(0)}
	for _, t := range inputs {
		m, _ := p.Input(t)
		if err := b.add(&b.inputs, t, m); err != nil {
			return nil, err
		}
	}
	for i, t := range p.outputs {
		if err := b.add(&b.outputs, t, p.Output(i)); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// add appends t, with memory m, to list.
func (b *Batcher) add(list *[]batched, t *tensor.Tensor, m Memory) error {
	if t.Rank() == 0 || t.Dim(0) != b.batch || t.Size() == 0 {
		return fmt.Errorf("engine: %v is not a batch of %d rows", t, b.batch)
	}
	*list = append(*list, batched{t, m, t.Size() / b.batch * t.DType().Size()})
	return nil
}

// Batch returns the number of rows that one run of the program computes.
func (b *Batcher) Batch() int { return b.batch }

// Run runs the program on rows. rows holds one Memory for each input, in the
// order of the inputs of NewBatcher, all with the same number of rows; see
// [MemoryOf]. Run returns the same number of rows for each output, in new
// memory that belongs to the caller. If progress is not nil, Run calls it after
// every batch with the number of finished rows and the total. Run returns the
// error of ctx if ctx ends before the last batch begins. It returns an error if
// rows have the wrong dtype, are incomplete, or differ in number.
func (b *Batcher) Run(ctx context.Context, progress func(done, total int), rows ...Memory) ([]Memory, error) {
	n, err := b.count(rows)
	if err != nil {
		return nil, err
	}
	results := make([]Memory, len(b.outputs))
	for i, out := range b.outputs {
		results[i] = memory.New(out.tensor.DType(), n*out.tensor.Size()/b.batch)
	}
	for first := 0; first < n; first += b.batch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		done := min(first+b.batch, n)
		for i, in := range b.inputs {
			given := copy(in.memory.Bytes, rows[i].Bytes[first*in.row:done*in.row])
			clear(in.memory.Bytes[given:])
		}
		b.program.Run()
		for i, out := range b.outputs {
			copy(results[i].Bytes[first*out.row:done*out.row], out.memory.Bytes)
		}
		if progress != nil {
			progress(done, n)
		}
	}
	return results, nil
}

// count returns the number of rows.
func (b *Batcher) count(rows []Memory) (n int, err error) {
	if len(rows) != len(b.inputs) {
		return 0, fmt.Errorf("engine: rows of %d inputs, want %d", len(rows), len(b.inputs))
	}
	for i, in := range b.inputs {
		switch have := len(rows[i].Bytes) / in.row; {
		case rows[i].DType != in.tensor.DType():
			return 0, fmt.Errorf("engine: rows of %v, want rows of %v", rows[i].DType, in.tensor)
		case len(rows[i].Bytes)%in.row != 0:
			return 0, fmt.Errorf("engine: %d elements are not whole rows of %v", len(rows[i].Bytes)/in.tensor.DType().Size(), in.tensor)
		case i > 0 && have != n:
			return 0, fmt.Errorf("engine: %d rows of %v, and %d of %v", n, b.inputs[0].tensor, have, in.tensor)
		default:
			n = have
		}
	}
	return n, nil
}
