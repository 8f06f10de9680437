package tensor

import (
	"math"
	"slices"
)

// ReduceAttr holds the axes that a reduction removes, ascending.
type ReduceAttr struct{ Axes []int }

func inferReduce(op *Primitive, args []*Tensor, attr any) (DType, []int) {
	x, axes := args[0], attr.(ReduceAttr).Axes
	for i, axis := range axes {
		if axis < 0 || axis >= len(x.shape) || i > 0 && axis <= axes[i-1] {
			misuse(op.Name, args, "the axes %v are not ascending or not within the rank", axes)
		}
	}
	if x.dtype == Bool {
		misuse(op.Name, args, "not defined for bool (convert first)")
	}
	return x.dtype, pick(x.shape, otherAxes(len(x.shape), axes))
}

// plainReduce reduces the elements of x along the axes with fold, beginning
// with start.
func plainReduce(start func(DType) float64, fold func(a, b float64) float64) func(*Tensor, []float64, []*Array) {
	return func(y *Tensor, out []float64, args []*Array) {
		x := args[0]
		kept := otherAxes(len(x.Shape), y.attr.(ReduceAttr).Axes)
		strides := Strides(y.shape)
		for i := range out {
			out[i] = start(y.dtype)
		}
		each(x.Shape, func(i int, index []int) {
			to := offset(pick(index, kept), strides)
			out[to] = fold(out[to], x.Data[i])
		})
	}
}

// broadcastBack returns a reduced tensor broadcast to its shape before the
// reduction.
func broadcastBack(reduced *Tensor, shape []int, axes []int) *Tensor {
	return reduced.Broadcast(shape, otherAxes(len(shape), axes))
}

var opReduceSum *Primitive

func init() {
	opReduceSum = define(&Primitive{
		Name: "reduce-sum", Family: Reduction, StableHLO: "reduce (add)",
		Doc:   "reduce-sum(x) is the sum over the stated axes, which are removed; the sum of no elements is 0.",
		infer: inferReduce,
		grad: func(y, dy *Tensor) []*Tensor {
			return []*Tensor{broadcastBack(dy, y.args[0].shape, y.attr.(ReduceAttr).Axes)}
		},
		plain: plainReduce(
			func(DType) float64 { return 0 },
			func(a, b float64) float64 { return a + b }),
	})
}

var opReduceMax *Primitive

func init() {
	opReduceMax = define(&Primitive{
		Name: "reduce-max", Family: Reduction, StableHLO: "reduce (maximum)",
		Doc: "reduce-max(x) is the maximum over the stated axes, which are removed; " +
			"NaN if any element is NaN; equal maxima share the gradient.",
		infer: inferReduce,
		grad: func(y, dy *Tensor) []*Tensor {
			x, axes := y.args[0], y.attr.(ReduceAttr).Axes
			winner := x.Compare(Equal, broadcastBack(y, x.shape, axes))
			share := dy.Div(winner.Convert(x.dtype).Sum(axes...))
			return []*Tensor{winner.Select(broadcastBack(share, x.shape, axes), x.like(0))}
		},
		plain: plainReduce(DType.lowest, greater),
	})
}

// axesOrAll converts negative axes and sorts them; no axes means all axes.
func (t *Tensor) axesOrAll(op string, axes []int) []int {
	if len(axes) == 0 {
		return otherAxes(len(t.shape))
	}
	resolved := make([]int, len(axes))
	for i, axis := range axes {
		resolved[i] = t.axis(op, axis)
	}
	slices.Sort(resolved)
	return resolved
}

// Sum returns the sum over axes and removes them. Without axes it is over all
// axes.
func (t *Tensor) Sum(axes ...int) *Tensor { return t.reduce(opReduceSum, axes) }

// MaxOver returns the maximum over axes and removes them. Without axes it is
// over all axes.
func (t *Tensor) MaxOver(axes ...int) *Tensor { return t.reduce(opReduceMax, axes) }

func (t *Tensor) reduce(op *Primitive, axes []int) *Tensor {
	axes = t.axesOrAll(op.Name, axes)
	if len(axes) == 0 {
		return t
	}
	return apply(op, ReduceAttr{axes}, t)
}

// ArgMaxAttr holds the axis of an argmax.
type ArgMaxAttr struct{ Axis int }

var opArgMax *Primitive

func init() {
	opArgMax = define(&Primitive{
		Name: "argmax", Family: Reduction, StableHLO: "composed: reduce over (value, iota)",
		Doc: "argmax(x) is the int32 index of the first maximum along one axis, which is removed. If there is a NaN, it is the index of the first NaN.",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			axis := attr.(ArgMaxAttr).Axis
			if axis < 0 || axis >= len(args[0].shape) || args[0].shape[axis] == 0 {
				misuse(op.Name, args, "no maximum along axis %d", axis)
			}
			if args[0].dtype == Bool {
				misuse(op.Name, args, "not defined for bool (convert first)")
			}
			return Int32, pick(args[0].shape, otherAxes(len(args[0].shape), []int{axis}))
		},
		grad: noGradient,
		plain: func(y *Tensor, out []float64, args []*Array) {
			x, axis := args[0], y.attr.(ArgMaxAttr).Axis
			strides := Strides(x.Shape)
			kept := pick(strides, otherAxes(len(x.Shape), []int{axis}))
			each(y.shape, func(i int, index []int) {
				start := offset(index, kept)
				best := x.Data[start]
				for k := 1; k < x.Shape[axis]; k++ {
					if v := x.Data[start+k*strides[axis]]; v > best || math.IsNaN(v) && !math.IsNaN(best) {
						best, out[i] = v, float64(k)
					}
				}
			})
		},
	})
}

// ArgMax returns the int32 index of the first maximum along axis, and removes
// the axis.
func (t *Tensor) ArgMax(axis int) *Tensor {
	return apply(opArgMax, ArgMaxAttr{t.axis("argmax", axis)}, t)
}
