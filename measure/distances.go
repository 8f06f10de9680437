package measure

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/tensor"
)

// A visit is a function that is called with the squared Euclidean distances of example i
// of one set to examples j, j+1, ... of the other. Calls with the same i are in the order
// of j, one at a time. Calls with different i come from several threads at the same
// time. The slice is valid only during the call.
type visit func(i, j int, squared []float32)

const (
	// tileRows is the largest number of examples of a set in a tile. A tile of
	// distances has 4 MB and stays in the processor's cache for its visits.
	tileRows = 1024

	// tileNumbers is the largest number of values of a set that a tile reads, 64 MB.
	tileNumbers = 1 << 24

	// stripe is the number of columns of a tile that are transposed together: the
	// number of values in a cache line.
	stripe = 16

	// If |a|^2 + |b|^2 - 2ab is below near * (|a|^2 + |b|^2), it has lost too many
	// bits, and the distance is computed from a - b.
	near = 1.0 / 64

	// If scale * (|a|^2 + |b|^2) is above wide, the rounding error of the kernel's
	// exponent is more than 1e-5, and the kernel is computed from a - b.
	wide = 64

	// farthest is the largest |a|^2 for which distances do not overflow float32.
	farthest = math.MaxFloat32 / 8
)

// distances computes the squared distances of all examples of a to all examples of b. It
// calls rows for the examples of a and, unless it is nil, columns for those of b. If a and
// b are the same set, every example is compared with all others: rows is called for both
// examples of a pair, the distance of an example to itself is +Inf, and columns must be
// nil.
//
// Distances are |a|^2 + |b|^2 - 2ab in float32, computed in tiles on the task's device.
// The mean of both sets is first subtracted from the examples. Small distances are
// computed again in float64. The relative error is usually 1e-6 and at most about 1e-5.
// The distance is 0 if and only if the examples are equal. Examples of whole numbers often have equal distances. These are exact
// if no example is further than 2^11 from the mean. The error is that of ctx, or that examples are too far apart for float32.
func (t *Task) distances(ctx context.Context, what string, a, b *Set, rows, columns visit) error {
	return t.pairs(ctx, what, a, b, 0, rows, columns)
}

// gaussianKernel is like distances, but visits get the kernel exp(-scale * squared
// distance), scale > 0, in float32, and 0 for an example with itself.
func (t *Task) gaussianKernel(ctx context.Context, what string, a, b *Set, scale float64, rows, columns visit) error {
	return t.pairs(ctx, what, a, b, scale, rows, columns)
}

// pairs calls visits with the squared distances if scale is 0, and else with the kernel.
func (t *Task) pairs(ctx context.Context, what string, a, b *Set, scale float64, rows, columns visit) error {
	p, err := newPairing(t.Device, a, b, scale)
	if err != nil {
		return err
	}
	p.rows, p.columns = rows, columns
	if p.self {
		p.columns = rows
	}
	done, total := 0, p.left.blocks*p.right.blocks
	if p.self {
		total = p.left.blocks * (p.left.blocks + 1) / 2
	}
	for i := range p.left.blocks {
		first := 0
		if p.self {
			first = i
		}
		p.left.load(i)
		for j := first; j < p.right.blocks; j++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			p.right.load(j)
			p.program.Run()
			if err := p.visitTile(); err != nil {
				return err
			}
			done++
			t.progress(what, done, total)
		}
	}
	return nil
}

// A pairing computes the distances between two sets, one tile at a time.
type pairing struct {
	left, right   side
	self          bool    // both sets are the same
	scale         float64 // of the kernel; 0: visits get distances
	program       *engine.Program
	transposed    [][stripe * tileRows]float32 // for each thread
	rows, columns visit
}

// A side is one of the two sets of a pairing.
type side struct {
	set    *Set
	block  int // number of examples in a block; the last may have fewer
	blocks int
	input  []float32 // [block, size]: the examples of the current block
	first  int       // index of the first of them
	n      int       // number of them
	norms  []float32 // [block]: their squared distances from the origin
}

// newSide divides a set into blocks of equal size, except for the last.
func newSide(s *Set) side {
	limit := min(max(tileNumbers/s.Size(), 1), tileRows)
	blocks := (s.Len() + limit - 1) / limit
	block := (s.Len() + blocks - 1) / blocks
	return side{set: s, block: block, blocks: (s.Len() + block - 1) / block}
}

// load makes block i the current block.
func (s *side) load(i int) {
	s.first = i * s.block
	s.n = min(s.block, s.set.Len()-s.first)
	copy(s.input, s.set.Values[s.first*s.set.Size():(s.first+s.n)*s.set.Size()])
}

// newPairing compiles the program of a tile and checks that float32 is wide enough for
// the sets.
func newPairing(device *engine.Device, a, b *Set, scale float64) (*pairing, error) {
	p := &pairing{left: newSide(a), right: newSide(b), self: a == b, scale: scale, transposed: make([][stripe * tileRows]float32, device.Threads())}
	size := a.Size()
	x := tensor.Input("a", tensor.Float32, p.left.block, size)
	y := tensor.Input("b", tensor.Float32, p.right.block, size)
	origin := tensor.Input("origin", tensor.Float32, size)
	u, v := x.Sub(origin), y.Sub(origin)
	uu, vv := u.Square().Sum(1), v.Square().Sum(1)
	squared := uu.KeepDims(1).Add(vv).Sub(u.MatMul(v.Transpose(1, 0)).Scale(2))
	values := squared
	if scale > 0 {
		values = squared.Scale(-scale).Exp()
	}
	program, err := device.Compile(nil, []*tensor.Tensor{values, uu, vv})
	if err != nil {
		return nil, err
	}
	p.program = program
	p.left.input, p.left.norms = inputOf(program, x), program.Output(1).Float32()
	p.right.input, p.right.norms = inputOf(program, y), program.Output(2).Float32()
	writeOrigin(inputOf(program, origin), a, b)
	return p, checkRange(a, b)
}

// inputOf returns the memory of an input of a program.
func inputOf(p *engine.Program, x *tensor.Tensor) []float32 {
	m, _ := p.Input(x)
	return m.Float32()
}

// writeOrigin sets origin to the mean of all examples of the two sets. Features that are
// whole numbers in all examples, such as bits and counts, have a rounded origin. Their
// differences and products are then whole numbers too.
func writeOrigin(origin []float32, a, b *Set) {
	sum, broken := make([]float64, len(origin)), make([]bool, len(origin))
	for _, s := range []*Set{a, b} {
		for i := range s.Len() {
			for k, v := range s.At(i) {
				sum[k] += float64(v)
				broken[k] = broken[k] || float64(v) != math.Floor(float64(v))
			}
		}
	}
	for k, v := range sum {
		mean := v / float64(a.Len()+b.Len())
		if !broken[k] {
			mean = math.Round(mean)
		}
		origin[k] = float32(mean)
	}
}

// narrow is the range of the values below which squared distances underflow float32.
const narrow = 1e-17

// checkRange returns an error if the examples of two sets are not all equal, but so near
// to each other that float32 cannot hold their distances.
func checkRange(a, b *Set) error {
	least, most := slices.Clone(a.At(0)), slices.Clone(a.At(0))
	for _, s := range []*Set{a, b} {
		for i := range s.Len() {
			for k, v := range s.At(i) {
				least[k], most[k] = min(least[k], v), max(most[k], v)
			}
		}
	}
	widest := float32(0)
	for k, v := range most {
		widest = max(widest, v-least[k])
	}
	if widest > 0 && widest < narrow {
		return hint.Add(fmt.Errorf("%s and %s: all numbers are within %.2g of each other, too near to compute distances", a.Name, b.Name, widest), "scale the data")
	}
	return nil
}

// visitTile calls the visits with the values of the tile, after exact has corrected
// them.
func (p *pairing) visitTile() error {
	for _, s := range []*side{&p.left, &p.right} {
		for i, v := range s.norms[:s.n] {
			if !(v < farthest) {
				return hint.Add(fmt.Errorf("%s: example %d is too far from the others to compute its distances", s.set.Name, s.first+i), "scale the data")
			}
		}
	}
	tile, line := p.program.Output(0).Float32(), p.right.block
	p.parallel(p.left.n, func(_, i int) {
		row := tile[i*line:][:p.right.n]
		p.exact(i, row)
		if j := p.left.first + i - p.right.first; p.self && j >= 0 && j < len(row) {
			row[j] = p.selfValue()
		}
		p.rows(p.left.first+i, p.right.first, row)
	})
	if p.columns == nil || p.self && p.left.first == p.right.first {
		return nil
	}
	stripes := (p.right.n + stripe - 1) / stripe
	p.parallel(stripes, func(thread, s int) {
		p.visitColumns(p.transposed[thread][:], tile, s*stripe, min((s+1)*stripe, p.right.n))
	})
	return nil
}

// exact computes again the distances of row i of the tile, or the kernel, that may have
// large rounding errors.
func (p *pairing) exact(i int, row []float32) {
	x := p.left.set.At(p.left.first + i)
	norm := p.left.norms[i]
	for j, other := range p.right.norms[:len(row)] {
		if p.scale > 0 {
			if p.scale*float64(norm+other) > wide {
				row[j] = float32(math.Exp(-p.scale * float64(squaredDifferences(x, p.right.set.At(p.right.first+j)))))
			}
		} else if row[j] <= near*(norm+other) {
			row[j] = squaredDifferences(x, p.right.set.At(p.right.first+j))
		}
	}
}

// selfValue is the value for an example with itself.
func (p *pairing) selfValue() float32 {
	if p.scale > 0 {
		return 0
	}
	return float32(math.Inf(1))
}

// visitColumns calls the visit of columns from to end-1 of the tile. It copies them to
// transposed first.
func (p *pairing) visitColumns(transposed, tile []float32, from, end int) {
	line, n := p.right.block, p.left.n
	for i := range n {
		for k, v := range tile[i*line+from : i*line+end] {
			transposed[k*n+i] = v
		}
	}
	for k := range end - from {
		p.columns(p.right.first+from+k, p.left.first, transposed[k*n:(k+1)*n])
	}
}

// parallel calls f for 0 to n-1 from the threads of the device. Each thread has a range of
// consecutive numbers, in order. The first argument is the number of the thread.
func (p *pairing) parallel(n int, f func(thread, i int)) {
	threads := len(p.transposed)
	var wait sync.WaitGroup
	for k := range threads {
		wait.Go(func() {
			for i := n * k / threads; i < n*(k+1)/threads; i++ {
				f(k, i)
			}
		})
	}
	wait.Wait()
}

// squaredDifferences returns the squared Euclidean distance of a and b, computed in
// float64. They have equal lengths. The result is 0 if and only if they are equal.
func squaredDifferences(a, b []float32) float32 {
	var sums [4]float64
	b = b[:len(a)]
	k := 0
	for ; k+4 <= len(a); k += 4 {
		d0, d1 := float64(a[k])-float64(b[k]), float64(a[k+1])-float64(b[k+1])
		d2, d3 := float64(a[k+2])-float64(b[k+2]), float64(a[k+3])-float64(b[k+3])
		sums[0] += d0 * d0
		sums[1] += d1 * d1
		sums[2] += d2 * d2
		sums[3] += d3 * d3
	}
	for ; k < len(a); k++ {
		d := float64(a[k]) - float64(b[k])
		sums[0] += d * d
	}
	sum := sums[0] + sums[1] + (sums[2] + sums[3])
	if sum > 0 {
		return max(float32(sum), math.SmallestNonzeroFloat32)
	}
	return 0
}
