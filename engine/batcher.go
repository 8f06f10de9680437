package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/tensor"
)

// A Batcher runs a program whose inputs and outputs have a batch axis first on
// any number of rows: one batch after the other, the last one filled up with
// zeros. It is not safe for concurrent use.
//
// It is for programs in which rows do not depend on one another, such as networks
// in evaluation. The result of a row then has the same bits wherever the row
// stands and whatever the others hold.
type Batcher struct {
	program *Program
	batch   int // rows
	inputs  []batched
	outputs []batched
}

// A batched is an input or output of a program.
type batched struct {
	tensor *tensor.Tensor
	memory Memory // of one batch; of an input that the program does not read, none
	row    int    // bytes
}

// NewBatcher returns a Batcher that gives rows to inputs of p. Any other inputs
// keep what is in their memory. It returns an error unless the inputs, at least
// one, and all outputs have a first axis of the same extent, and if p performs
// updates: these would see the rows that fill up the last batch.
func NewBatcher(p *Program, inputs ...*tensor.Tensor) (*Batcher, error) {
	if p.updates > 0 {
		return nil, errors.New("engine: a program with updates cannot run in batches")
	}
	if len(inputs) == 0 || inputs[0].Rank() == 0 {
		return nil, errors.New("engine: a program runs in batches if it has an input with a batch axis")
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

// add adds t, whose memory is m, to list.
func (b *Batcher) add(list *[]batched, t *tensor.Tensor, m Memory) error {
	if t.Rank() == 0 || t.Dim(0) != b.batch || t.Size() == 0 {
		return fmt.Errorf("engine: %v is not a batch of %d rows", t, b.batch)
	}
	*list = append(*list, batched{t, m, t.Size() / b.batch * t.DType().Size()})
	return nil
}

// Batch returns the number of rows that the program computes at a time.
func (b *Batcher) Batch() int { return b.batch }

// Run runs the program on rows, for each input as many, in the order in which
// NewBatcher was given the inputs; see [MemoryOf]. It returns as many rows for
// each output, in memory that is the caller's. progress, unless nil, is called
// after every batch with the number of rows that are done and of all. Run
// returns ctx's error if that ends before the last batch begins, and an error if
// rows are of another dtype, not whole, or not equally many.
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

// count returns how many rows there are.
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
