package product

import (
	"slices"
	"sync/atomic"
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/loop"
	"github.com/gander-ml/gander/engine/internal/pool"
	"github.com/gander-ml/gander/tensor"
)

// tilerOf returns the fastest tiler of T on this processor.
func tilerOf[T kernel.Float]() *kernel.Tiler[T] {
	var t any = kernel.Float64Tiler()
	if _, ok := any(T(0)).(float32); ok {
		t = kernel.Float32Tiler()
	}
	return t.(*kernel.Tiler[T])
}

// A Multiplication is a matrix product or a convolution. It is divided into
// tiles before memory is assigned.
type Multiplication interface {
	// Temporaries returns the elements of memory that the product needs while
	// it runs: for partial results and for an operand in packed order.
	Temporaries() (partial, arranged int)
	// Bind returns the steps over the memory of g, in order, and the bytes of
	// scratch that a worker needs for them. g is the group that the product was
	// planned for.
	Bind(g *ir.Group, c loop.Constants) (steps []pool.Step, scratch int)
	// Form returns the name of the fast algorithm and its number of
	// multiplications; "" if the product is computed by its definition.
	Form() (name string, multiplications float64)
	// SkipsZeros reports whether the product skips zeros of an operand if
	// there are many.
	SkipsZeros() bool
}

// New plans the product that is the head of g. The nodes fused with it must be
// known, and the values of g that are kept in memory must have buffers.
func New(g *ir.Group) Multiplication {
	if g.Head.DType == tensor.Float32 {
		return planProduct[float32](g.Head)
	}
	return planProduct[float64](g.Head)
}

func planProduct[T kernel.Float](n *ir.Node) Multiplication {
	if n.Op == "dot" {
		return planDot[T](n)
	}
	return planConv[T](n)
}

// prepare chooses how p is computed. The operands must be set.
func (p *product[T]) prepare() *product[T] {
	p.tiler = tilerOf[T]()
	p.m, p.n, p.k = len(p.left.Rows), len(p.right.Rows), len(p.left.Cols)
	asGiven := p.cost()
	if p.swap().cost() >= asGiven {
		p.swap()
	}
	p.tiling = newTiling(p.tiler, len(p.batch), p.m, p.n, p.k, !p.left.InPlace(blockK), !p.right.PanelInPlace(1))
	p.far = p.n*p.k > farElements
	p.copier = kernel.NewTransposer[T](p.tiling.m, p.tiling.n)
	if p.swapped {
		p.transposer, p.copier = p.copier, kernel.NewTransposer[T](p.tiling.n, p.transposedLine())
	}
	return p
}

// farElements is a size of the right operand. A larger operand may be outside
// the near caches, so its panels are prefetched.
const farElements = 1 << 17

// swap exchanges the roles of the operands and returns p.
func (p *product[T]) swap() *product[T] {
	p.left, p.right = p.right, p.left
	p.m, p.n = p.n, p.m
	p.rows, p.columns = p.columns, p.rows
	p.swapped = !p.swapped
	p.arguments[0], p.arguments[1] = p.arguments[1], p.arguments[0]
	for i, at := range p.batch {
		p.batch[i].left, p.batch[i].right = at.right, at.left
	}
	return p
}

// cost estimates the cost of p with its current operands, in vector
// instructions for each k. A tile of one row waits for its own sums. The
// results of a swapped product must be transposed. Zeros are skipped only in
// the left operand.
func (p *product[T]) cost() float64 {
	vectors := p.tiler.Vectors(p.n)
	if p.zeroHint[p.arguments[0]] == zerosMostly && len(p.batch) == 1 && p.tiler.MultipliesSparse() {
		vectors /= 4
	}
	turn := 0.0
	if p.swapped {
		turn = 0.6 * float64(p.m*p.n) / float64(max(p.k, 1))
	}
	return turn + float64(max(p.m, min(4, 4*p.m)))*vectors +
		float64(ir.Ceil(p.m, blockM)*p.n)*p.right.PanelCost() + float64(p.m)*p.left.LeftCost()
}

func (p *product[T]) Temporaries() (partial, arranged int) {
	if p.zeros != nil {
		arranged = p.zeros.Elements()
	}
	return p.tiling.partialElements(len(p.batch)) + p.resultElements, arranged
}

// planResult decides how blocks are written to the result. kept is true if the
// result is kept in memory; then blocks may be computed in place.
func (p *product[T]) planResult(kept bool) {
	rows, columns := p.rows, p.columns
	if p.swapped {
		rows, columns = columns, rows
	}
	p.line, p.regular = regularRows(rows, columns)
	p.inPlace = kept && p.regular && !p.swapped && p.tiling.chunks == 1 && (p.tiler.Masked || p.n%p.tiler.Lanes == 0)
}

// regularRows reports whether the elements of each row are contiguous and rows
// have a constant distance. It returns this distance.
func regularRows(rows, columns []int) (line int, ok bool) {
	m, n := len(rows), len(columns)
	if m == 0 || n == 0 {
		return 0, false
	}
	if m > 1 {
		line = rows[1] - rows[0]
	}
	return line, columns[n-1] == columns[0]+n-1 && rows[m-1] == rows[0]+(m-1)*line
}

func (p *product[T]) Form() (string, float64) { return "", 0 }

func (p *product[T]) SkipsZeros() bool { return p.zeros != nil }

func (p *product[T]) Bind(g *ir.Group, c loop.Constants) ([]pool.Step, int) {
	n := g.Head
	p.left.Data, p.right.Data = ir.Contents[T](n.Args[p.arguments[0]].Node.Buffer), ir.Contents[T](n.Args[p.arguments[1]].Node.Buffer)
	if p.tiling.chunks > 1 {
		p.partial = ir.Contents[T](g.Partial)
		p.arrived = make([]atomic.Int32, len(p.batch)*p.tiling.down*p.tiling.across)
	}
	steps, scratch := p.bindResult(g, c)
	if p.zeros != nil {
		p.zeros.SetMemory(ir.Contents[T](g.Arranged))
		steps = append([]pool.Step{compactNonzeros[T]{p}}, steps...)
	}
	return steps, scratch
}

func (p *product[T]) bindResult(g *ir.Group, c loop.Constants) ([]pool.Step, int) {
	if p.separate {
		return p.bindSeparate(g, c)
	}
	p.planResult(g.Head.Buffer != nil)
	return []pool.Step{p}, p.epilogue.bind(g, c, p.scratch())
}

// bindSeparate returns two steps of g: the product, and the loop that follows
// it.
func (p *product[T]) bindSeparate(g *ir.Group, c loop.Constants) ([]pool.Step, int) {
	if g.Head.Buffer != nil {
		p.epilogue.out = ir.Contents[T](g.Head.Buffer)
	} else {
		p.epilogue.out = ir.Contents[T](g.Partial)[p.tiling.partialElements(len(p.batch)):]
	}
	p.planResult(true)
	then := loop.AfterHead(g, c, unsafe.Pointer(unsafe.SliceData(p.epilogue.out)))
	return []pool.Step{p, then}, max(p.scratch(), then.ScratchBytes())
}

func planDot[T kernel.Float](n *ir.Node) *product[T] {
	d := n.Attr.(tensor.DotAttr)
	la, lb := &n.Args[0].Layout, &n.Args[1].Layout
	p := &product[T]{
		arguments: [2]int{0, 1},
		left:      operandOf[T](la, ir.TableOf(la, ir.Free(len(la.Shape), d.ABatch, d.AContract)), ir.TableOf(la, d.AContract)),
		right:     operandOf[T](lb, ir.TableOf(lb, ir.Free(len(lb.Shape), d.BBatch, d.BContract)), ir.TableOf(lb, d.BContract)),
	}
	m, cols := len(p.left.Rows), len(p.right.Rows)
	p.rows, p.columns = ir.Table([]int{m}, []int{cols}), ir.Table([]int{cols}, []int{1})
	batchA, batchB := ir.TableOf(la, d.ABatch), ir.TableOf(lb, d.BBatch)
	for i := range batchA {
		p.batch = append(p.batch, offsets{batchA[i], batchB[i], i * m * cols})
	}
	p.zeroHint = [2]zeroHint{zeroHintOf(n.Args[0].Node), zeroHintOf(n.Args[1].Node)}
	p.prepare()
	p.useWholeRows(n)
	p.planSeparate(n)
	p.planSparse()
	return p
}

// useWholeRows divides p, the product of node n, into blocks of whole rows. It
// does so if the epilogue reads other values of the same size, such as an
// optimiser's step, and if the right operand is read in place and stays in the
// L2 cache while the rows are computed.
func (p *product[T]) useWholeRows(n *ir.Node) {
	size := n.DType.Size()
	operandBytes := 0
	var seen []*ir.Node
	for _, m := range n.Group.Nodes {
		for _, a := range m.Args {
			if a.Node.Group != n.Group && a.Node.Size() == n.Size() && m != n && !slices.Contains(seen, a.Node) {
				seen = append(seen, a.Node)
				operandBytes += a.Node.DType.Size()
			}
		}
	}
	inPlace := p.right.PanelInPlace(1) && (p.tiler.Masked || p.n%p.tiler.Lanes == 0) && p.n*p.k*size <= wholeRowBytes
	if operandBytes == 0 || p.swapped || p.tiling.chunks > 1 || len(p.batch) > 1 || !inPlace {
		return
	}
	p.tiling = p.tiling.wholeRows(p.m, p.n, size+operandBytes)
}

func operandOf[T kernel.Float](l *kernel.Layout, rows, cols []int) kernel.Operand[T] {
	return kernel.NewOperand[T](l.Offset, rows, cols)
}

const (
	shortRun  = 512     // elements: in shorter runs, an epilogue costs more for each run than for its elements
	nearBytes = 1 << 21 // bytes of results that stay in a near cache until all are computed
)

// planSeparate makes the loop that follows p, the product of node n, a separate
// step if blocks would pass short runs of results to it.
func (p *product[T]) planSeparate(n *ir.Node) {
	run := p.n
	if p.swapped {
		run = p.tiling.m
	} else if p.tiling.n < p.n {
		run = p.tiling.n
	}
	p.separate = n.Size() > 0 && len(n.Group.Nodes) > 1 && run < shortRun && (p.swapped || p.tiling.n < p.n) && n.Size()*n.DType.Size() <= nearBytes
	if p.separate && n.Buffer == nil {
		p.resultElements = n.Size()
	}
}
