package measure

import (
	"context"
	"fmt"
	"math"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/internal/stream"
	"github.com/gander-ml/gander/tensor"
)

func init() {
	define(Measure{
		Name:   "kernel",
		Title:  "kernel distance: squared maximum mean discrepancy of the features, without bias",
		Source: "Binkowski et al. 2018, section 3, in other features",
		N:      10000, Least: 100, Points: true, Images: true, Spaces: true, Seen: true,
		run: kernel,
	})
}

// The protocol of Binkowski et al. 2018.
const (
	kernelSubsets = 100
	kernelSize    = 1000 // examples in a subset of each side
)

func kernel(ctx context.Context, t *Task, r *Result) error {
	measured, floor, err := t.comparisons(ctx, r, 2)
	if err != nil {
		return err
	}
	mean, spread, size, err := t.kernelDistance(ctx, "samples", measured)
	if err != nil {
		return err
	}
	if size < kernelSize {
		r.warn("subsets are of %d examples and not the %d of the protocol, as there are no more", size, kernelSize)
	}
	value := Value{Name: "distance", Value: Number(mean), Spread: number(spread),
		SpreadOf: fmt.Sprintf("standard error over %d subsets", kernelSubsets), Better: Lower}
	switch n, m := measured.samples.Len(), measured.reference.Len(); {
	case n == size && m == size:
		r.warn("no spread: every subset has all samples and all real examples")
		value.Spread, value.SpreadOf = nil, ""
	case n == size:
		r.warn("every subset has all samples: the spread is of the choice of real examples alone")
	case m == size:
		r.warn("every subset has all real examples: the spread is of the choice of samples alone")
	}
	if floor != nil {
		found, _, _, err := t.kernelDistance(ctx, "floor", *floor)
		if err != nil {
			return err
		}
		value.Floor = number(found)
	}
	r.Values = []Value{value}
	r.Protocol = fmt.Sprintf("unbiased estimate of the squared maximum mean discrepancy of %d features under the kernel (x.y/d + 1)^3, d their number: "+
		"the mean over %d random subsets of %d examples of each side, which may overlap; around 0 for equal distributions, and then often below", measured.samples.Size(), kernelSubsets, size)
	return nil
}

// kernelDistance returns the mean discrepancy over random subsets, its standard
// error, and the size of the subsets.
func (t *Task) kernelDistance(ctx context.Context, what string, c comparison) (mean, spread float64, size int, err error) {
	a, b := c.samples, c.reference
	size = min(kernelSize, a.Len(), b.Len())
	d, err := newSubsetDiscrepancy(t.Device, size, a.Size())
	if err != nil {
		return 0, 0, 0, err
	}
	pickA, pickB := newPicker(t.Seed, "kernel "+what, a.Len()), newPicker(t.Seed, "kernel "+what+" reference", b.Len())
	var found []float64
	for i := range kernelSubsets {
		if err := ctx.Err(); err != nil {
			return 0, 0, 0, err
		}
		v := d.of(a, pickA.next(size), b, pickB.next(size))
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return 0, 0, 0, fmt.Errorf("%s: the kernel of features is beyond what float32 holds (hint: scale the data)", a.Name)
		}
		found = append(found, v)
		t.progress("subsets of "+what, i+1, kernelSubsets)
	}
	mean, sd := meanSD(found)
	return mean, sd / math.Sqrt(kernelSubsets), size, nil
}

// A picker draws subsets, each without repetition.
type picker struct {
	random *stream.Stream
	order  []int32
}

func newPicker(seed uint64, name string, n int) *picker {
	p := &picker{stream.New(seed, name), make([]int32, n)}
	for i := range p.order {
		p.order[i] = int32(i)
	}
	return p
}

// next returns k different indices, valid until the next call: the beginning of
// a shuffle.
func (p *picker) next(k int) []int32 {
	for i := range k {
		j := i + p.random.Intn(len(p.order)-i)
		p.order[i], p.order[j] = p.order[j], p.order[i]
	}
	return p.order[:k]
}

// A subsetDiscrepancy computes the squared maximum mean discrepancy of size examples
// a side, each of d features.
type subsetDiscrepancy struct {
	size, d int
	program *engine.Program
	x, y    []float32
}

// newSubsetDiscrepancy compiles the sums of the kernel (x.y/d + 1)^3 over the rows of
// its three matrices, and the kernel of each example with itself.
func newSubsetDiscrepancy(device *engine.Device, size, d int) (*subsetDiscrepancy, error) {
	x, y := tensor.Input("x", tensor.Float32, size, d), tensor.Input("y", tensor.Float32, size, d)
	cube := func(s *tensor.Tensor) *tensor.Tensor {
		k := s.Scale(1 / float64(d)).Plus(1)
		return k.Square().Mul(k)
	}
	rows := func(a, b *tensor.Tensor) *tensor.Tensor { return cube(a.MatMul(b.Transpose(1, 0))).Sum(1) }
	self := func(a *tensor.Tensor) *tensor.Tensor { return cube(a.Square().Sum(1)) }
	program, err := device.Compile(nil, []*tensor.Tensor{rows(x, x), rows(y, y), rows(x, y), self(x), self(y)})
	if err != nil {
		return nil, err
	}
	inX, _ := program.Input(x)
	inY, _ := program.Input(y)
	return &subsetDiscrepancy{size, d, program, inX.Float32(), inY.Float32()}, nil
}

// of returns the discrepancy of the picked examples: with m = size, the sum of
// k(x_i, x_j) over i != j, by m(m-1), and that of y, less twice the mean of
// k(x_i, y_j) (Gretton et al. 2012, equation 3).
func (d *subsetDiscrepancy) of(a *Set, pickA []int32, b *Set, pickB []int32) float64 {
	for i := range d.size {
		copy(d.x[i*d.d:], a.At(int(pickA[i])))
		copy(d.y[i*d.d:], b.At(int(pickB[i])))
	}
	d.program.Run()
	sum := func(output int) (sum float64) {
		for _, v := range d.program.Output(output).Float32() {
			sum += float64(v)
		}
		return sum
	}
	m := float64(d.size)
	return (sum(0)-sum(3)+sum(1)-sum(4))/(m*(m-1)) - 2*sum(2)/(m*m)
}
