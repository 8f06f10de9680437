package cpu

import (
	"github.com/gander-ml/gander/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

func convProduct[T kernel.Float](n *node) *product[T] {
	c := n.attr.(tensor.ConvAttr)
	lx, lk := &n.args[0].layout, &n.args[1].layout
	outputs, inputs := lk.Shape[0]/c.Groups, lk.Shape[1]
	spatial := n.shape[2:]

	taps := table(lk.Shape[1:], lk.Strides[1:])
	p := &product[T]{arguments: [2]int{1, 0}, left: operandOf[T](lk, table([]int{outputs}, lk.Strides[:1]), taps)}

	// The patches: a row for each output position, a column for each tap.
	positions := append([]int{lx.Shape[0]}, spatial...)
	noMove := make([]int, len(positions))
	rowStrides := append([]int{lx.Strides[0]}, noMove[1:]...)
	colStrides := append([]int{lx.Strides[1]}, noMove[1:]...)
	p.right = operandOf[T](lx, table(positions, rowStrides), table(append([]int{inputs}, lk.Shape[2:]...), colStrides))
	p.window = windowOf(c, lx, lk, positions, inputs)

	area := tensor.Size(spatial)
	p.rows = table([]int{outputs}, []int{area})
	p.columns = table([]int{lx.Shape[0], area}, []int{lk.Shape[0] * area, 1})
	for g := range c.Groups {
		p.batch = append(p.batch, offsets{g * outputs * lk.Strides[0], g * inputs * lx.Strides[1], g * outputs * area})
	}
	return p.prepare()
}

// windowOf says where output positions and taps meet in the input.
func windowOf(c tensor.ConvAttr, lx, lk *kernel.Layout, positions []int, inputs int) *kernel.Window {
	w := &kernel.Window{Dilation: c.InputDilation, Extent: lx.Shape[2:], Stride: lx.Strides[2:]}
	taps := append([]int{inputs}, lk.Shape[2:]...)
	for s := range c.Strides {
		stride := make([]int, len(positions))
		stride[1+s] = c.Strides[s]
		rows := table(positions, stride)
		for i := range rows {
			rows[i] -= c.PadLow[s]
		}
		reach := make([]int, len(taps))
		reach[1+s] = c.KernelDilation[s]
		w.RowAt = append(w.RowAt, rows)
		w.ColAt = append(w.ColAt, table(taps, reach))
	}
	return w
}
