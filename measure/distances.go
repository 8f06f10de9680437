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

// A visit is given the squared Euclidean distances of example i of one set to
// examples j, j+1, ... of the other. Visits of one i come in the order of j and
// one at a time, those of different i at the same time from several threads.
// The slice is valid during the visit alone.
type visit func(i, j int, squared []float32)

const (
	// tileRows is the most examples of a set that a tile has: a tile of
	// distances takes 4 MB and stays in the cache for its visits.
	tileRows = 1024

	// tileNumbers is the most numbers of a set that a tile reads, 64 MB.
	tileNumbers = 1 << 24

	// stripe is how many columns of a tile are turned at a time: the numbers of
	// a cache line.
	stripe = 16

	// near is the part of |a|^2 + |b|^2 below which |a|^2 + |b|^2 - 2ab has lost
	// too many bits, and the distance is computed from a - b.
	near = 1.0 / 64

	// wide is |a|^2 + |b|^2, in units of the kernel's exponent, above which its
	// rounding is more than 1e-5 and the kernel is computed from a - b.
	wide = 64

	// farthest is the greatest |a|^2 that leaves room for distances in float32.
	farthest = math.MaxFloat32 / 8
)

// distances computes the squared distances of all examples of a to all of b and
// calls rows for the examples of a and columns, unless it is nil, for those of
// b. If b is a itself, every example is compared with all others: rows is
// called for both sides of each pair, the distance to itself is +Inf, and
// columns must be nil.
//
// Distances are |a|^2 + |b|^2 - 2ab in float32, tile by tile on the task's
// device, of examples from which the mean of both sets is subtracted. Near
// examples are compared anew in float64: relative errors are 1e-6 as a rule and
// about 1e-5 at the worst; the distance of equal examples is 0 and no other is.
// Distances of whole numbers, many of which are equal, are exact as long as no
// example is further than 2^11 from the mean.
// An error is that of ctx, or tells that examples are too far apart for float32.
func (t *Task) distances(ctx context.Context, what string, a, b *Set, rows, columns visit) error {
	return t.pairs(ctx, what, a, b, 0, rows, columns)
}

// gaussianKernel is distances for the kernel exp(-scale * squared distance),
// scale > 0: visits are given its values, in float32, and 0 for an example with
// itself.
func (t *Task) gaussianKernel(ctx context.Context, what string, a, b *Set, scale float64, rows, columns visit) error {
	return t.pairs(ctx, what, a, b, scale, rows, columns)
}

// pairs gives visits the squared distances or, unless scale is 0, the kernel.
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
			if err := p.deliver(); err != nil {
				return err
			}
			done++
			t.progress(what, done, total)
		}
	}
	return nil
}

// A pairing computes the distances between two sets, a tile at a time.
type pairing struct {
	left, right   side
	self          bool    // the sets are one
	scale         float64 // of the kernel; 0: distances are wanted
	program       *engine.Program
	turned        [][stripe * tileRows]float32 // for each thread
	rows, columns visit
}

// A side is one of the two sets of a pairing.
type side struct {
	set    *Set
	block  int // examples in a block; the last may have fewer
	blocks int
	input  []float32 // [block, size]: the examples at hand
	first  int       // the first of them
	n      int       // how many
	norms  []float32 // [block]: their squared distances from the origin
}

func newSide(s *Set) side {
	limit := min(max(tileNumbers/s.Size(), 1), tileRows)
	blocks := (s.Len() + limit - 1) / limit
	block := (s.Len() + blocks - 1) / blocks
	return side{set: s, block: block, blocks: (s.Len() + block - 1) / block}
}

// load makes block i the examples at hand.
func (s *side) load(i int) {
	s.first = i * s.block
	s.n = min(s.block, s.set.Len()-s.first)
	copy(s.input, s.set.Values[s.first*s.set.Size():(s.first+s.n)*s.set.Size()])
}

func newPairing(device *engine.Device, a, b *Set, scale float64) (*pairing, error) {
	p := &pairing{left: newSide(a), right: newSide(b), self: a == b, scale: scale, turned: make([][stripe * tileRows]float32, device.Threads())}
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
	return p, checkSpread(a, b)
}

func inputOf(p *engine.Program, x *tensor.Tensor) []float32 {
	m, _ := p.Input(x)
	return m.Float32()
}

// writeOrigin sets origin to the mean of all examples of the two sets, rounded for
// features that are whole numbers in all of them, such as bits and counts: so the
// differences are whole, and their products.
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

// narrow is the greatest difference of two numbers of a feature below which
// squared distances leave what float32 keeps its bits for.
const narrow = 1e-17

// checkSpread refuses sets whose examples are not all equal, but so near that
// their distances cannot be told apart.
func checkSpread(a, b *Set) error {
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
		return hint.Add(fmt.Errorf("%s and %s: all numbers are within %.2g of each other, too near for distances to be computed", a.Name, b.Name, widest), "scale the data")
	}
	return nil
}

// deliver gives the values of the tile to the visits, distances made exact where
// they must be.
func (p *pairing) deliver() error {
	for _, s := range []*side{&p.left, &p.right} {
		for i, v := range s.norms[:s.n] {
			if !(v < farthest) {
				return hint.Add(fmt.Errorf("%s: example %d is too far from the others for its distances to be computed", s.set.Name, s.first+i), "scale the data")
			}
		}
	}
	tile, line := p.program.Output(0).Float32(), p.right.block
	p.parallel(p.left.n, func(_, i int) {
		row := tile[i*line:][:p.right.n]
		p.exact(i, row)
		if j := p.left.first + i - p.right.first; p.self && j >= 0 && j < len(row) {
			row[j] = p.toItself()
		}
		p.rows(p.left.first+i, p.right.first, row)
	})
	if p.columns == nil || p.self && p.left.first == p.right.first {
		return nil
	}
	stripes := (p.right.n + stripe - 1) / stripe
	p.parallel(stripes, func(thread, s int) {
		p.turn(p.turned[thread][:], tile, s*stripe, min((s+1)*stripe, p.right.n))
	})
	return nil
}

// exact computes the distances of row i of the tile, or the kernel, anew where
// rounding may have spoiled them.
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

// toItself is what visits are given for an example with itself.
func (p *pairing) toItself() float32 {
	if p.scale > 0 {
		return 0
	}
	return float32(math.Inf(1))
}

// turn gives columns from to end-1 of the tile to their visit, by way of turned.
func (p *pairing) turn(turned, tile []float32, from, end int) {
	line, n := p.right.block, p.left.n
	for i := range n {
		for k, v := range tile[i*line+from : i*line+end] {
			turned[k*n+i] = v
		}
	}
	for k := range end - from {
		p.columns(p.right.first+from+k, p.left.first, turned[k*n:(k+1)*n])
	}
}

// parallel calls f for 0 to n-1 from the threads of the device, each of them
// for neighbours in order, and says from which.
func (p *pairing) parallel(n int, f func(thread, i int)) {
	threads := len(p.turned)
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

// squaredDifferences returns the squared Euclidean distance of a and b, which
// have equal lengths, computed in float64: 0 if they are equal and more if they
// are not.
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
