package cpu

import (
	"sync/atomic"

	"github.com/gander-ml/gander/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// tilerOf returns the tiler of T that this processor is best at.
func tilerOf[T kernel.Float]() *kernel.Tiler[T] {
	var t any = kernel.Float64Tiler()
	if _, ok := any(T(0)).(float32); ok {
		t = kernel.Float32Tiler()
	}
	return t.(*kernel.Tiler[T])
}

// productOf binds the product of a group to memory and returns it with the
// scratch it needs.
func productOf[T kernel.Float](pr *Program, g *group) (step, int) {
	n := g.head
	var p *product[T]
	if n.op == "dot" {
		p = dotProduct[T](n)
	} else {
		p = convProduct[T](n)
	}
	p.tiler = tilerOf[T]()
	p.cut = cutOf(p.tiler, len(p.batch), p.m, p.n, p.k)
	if n.buffer != nil {
		p.sink.out = slice[T](n.buffer.memory.Bytes)
	}
	if p.cut.chunks > 1 {
		p.partial = slice[T](g.partial.memory.Bytes)
		p.arrived = make([]atomic.Int32, len(p.batch)*p.cut.down*p.cut.across)
	}
	p.inPlace = n.op == "dot" && n.buffer != nil && p.cut.chunks == 1 && (p.tiler.Masked || p.n%p.tiler.Lanes == 0)
	scratch := p.scratch()
	if len(g.nodes) > 1 {
		p.sink.tileAt = scratch
		p.sink.thenAt = scratch + slotBytes
		b := &loopBuilder{program: pr, group: g, tile: register{offset: p.sink.tileAt - p.sink.thenAt}}
		p.sink.then = b.build()
		scratch = p.sink.thenAt + p.sink.then.scratch
	}
	return p, scratch
}

// partialOf returns how many elements of memory the product n needs for the
// chunks it is cut into.
func partialOf(n *node) int {
	batch, m, cols, k := extents(n)
	if n.dtype == tensor.Float32 {
		c := cutOf(tilerOf[float32](), batch, m, cols, k)
		return c.partialElements(batch)
	}
	c := cutOf(tilerOf[float64](), batch, m, cols, k)
	return c.partialElements(batch)
}

// extents returns the sizes of a product.
func extents(node *node) (batch, m, n, k int) {
	la, lb := &node.args[0].layout, &node.args[1].layout
	switch a := node.attr.(type) {
	case tensor.DotAttr:
		return tensor.Size(pick(la.Shape, a.ABatch)), tensor.Size(pick(la.Shape, free(len(la.Shape), a.ABatch, a.AContract))),
			tensor.Size(pick(lb.Shape, free(len(lb.Shape), a.BBatch, a.BContract))), tensor.Size(pick(la.Shape, a.AContract))
	case tensor.ConvAttr:
		return a.Groups, lb.Shape[0] / a.Groups, la.Shape[0] * tensor.Size(node.shape[2:]), tensor.Size(lb.Shape[1:])
	}
	panic("cpu: not a product: " + node.op)
}

// table returns the offsets of all indices of shape, in row-major order.
func table(shape, strides []int) []int {
	offsets := make([]int, 0, tensor.Size(shape))
	var walk func(axis, at int)
	walk = func(axis, at int) {
		if axis == len(shape) {
			offsets = append(offsets, at)
			return
		}
		for i := range shape[axis] {
			walk(axis+1, at+i*strides[axis])
		}
	}
	walk(0, 0)
	return offsets
}

func pick(list, at []int) []int {
	picked := make([]int, len(at))
	for i, k := range at {
		picked[i] = list[k]
	}
	return picked
}

func free(rank int, taken ...[]int) []int {
	var axes []int
	for axis := range rank {
		used := false
		for _, list := range taken {
			used = used || contains(list, axis)
		}
		if !used {
			axes = append(axes, axis)
		}
	}
	return axes
}

// tableOf is the table over some axes of a layout.
func tableOf(l *kernel.Layout, axes []int) []int {
	return table(pick(l.Shape, axes), pick(l.Strides, axes))
}

func dotProduct[T kernel.Float](n *node) *product[T] {
	d := n.attr.(tensor.DotAttr)
	la, lb := &n.args[0].layout, &n.args[1].layout
	p := &product[T]{
		left:  operandOf[T](n.args[0], tableOf(la, free(len(la.Shape), d.ABatch, d.AContract)), tableOf(la, d.AContract)),
		right: operandOf[T](n.args[1], tableOf(lb, free(len(lb.Shape), d.BBatch, d.BContract)), tableOf(lb, d.BContract)),
	}
	p.m, p.n, p.k = len(p.left.Rows), len(p.right.Rows), len(p.left.Cols)
	p.rows, p.columns = table([]int{p.m}, []int{p.n}), table([]int{p.n}, []int{1})
	batchA, batchB := tableOf(la, d.ABatch), tableOf(lb, d.BBatch)
	for i := range batchA {
		p.batch = append(p.batch, offsets{batchA[i], batchB[i], i * p.m * p.n})
	}
	return p
}

func operandOf[T kernel.Float](v view, rows, cols []int) kernel.Operand[T] {
	return kernel.NewOperand(slice[T](v.node.buffer.memory.Bytes), v.layout.Offset, rows, cols)
}
