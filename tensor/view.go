package tensor

import "slices"

// BroadcastAttr describes a broadcast: axis i of the argument becomes axis
// Axes[i] of the result.
type BroadcastAttr struct{ Shape, Axes []int }

var opBroadcast *Primitive

func init() {
	opBroadcast = define(&Primitive{
		Name: "broadcast", Family: View, StableHLO: "broadcast_in_dim",
		Doc: "broadcast(x) repeats x along new axes and along axes where x has dimension 1.",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			x, a := args[0], attr.(BroadcastAttr)
			if len(a.Axes) != len(x.shape) {
				misuse(op.Name, args, "%d axes for a tensor of rank %d", len(a.Axes), len(x.shape))
			}
			for i, axis := range a.Axes {
				if axis < 0 || axis >= len(a.Shape) || i > 0 && axis <= a.Axes[i-1] {
					misuse(op.Name, args, "the axes %v do not ascend within %v", a.Axes, a.Shape)
				}
				if x.shape[i] != 1 && x.shape[i] != a.Shape[axis] {
					misuse(op.Name, args, "cannot broadcast to %v", a.Shape)
				}
			}
			return x.dtype, a.Shape
		},
		grad: func(y, dy *Tensor) []*Tensor {
			x, a := y.args[0], y.attr.(BroadcastAttr)
			var repeated []int
			for axis := range a.Shape {
				i := slices.Index(a.Axes, axis)
				if i < 0 || x.shape[i] == 1 && a.Shape[axis] != 1 {
					repeated = append(repeated, axis)
				}
			}
			if len(repeated) > 0 {
				dy = dy.Sum(repeated...)
			}
			return []*Tensor{dy.Reshape(x.shape...)}
		},
		plain: func(y *Tensor, out []float64, args []*Array) {
			x, axes := args[0], y.attr.(BroadcastAttr).Axes
			strides := Strides(x.Shape)
			each(y.shape, func(i int, index []int) {
				from := 0
				for k, axis := range axes {
					if x.Shape[k] != 1 {
						from += index[axis] * strides[k]
					}
				}
				out[i] = x.Data[from]
			})
		},
	})
}

// Broadcast returns t repeated to shape; axis i of t becomes axis axes[i].
func (t *Tensor) Broadcast(shape, axes []int) *Tensor {
	return apply(opBroadcast, BroadcastAttr{slices.Clone(shape), slices.Clone(axes)}, t)
}

// BroadcastTo returns t repeated to shape. Dimensions are matched from the
// last; dimensions that are 1 or missing are repeated.
func (t *Tensor) BroadcastTo(shape ...int) *Tensor {
	if slices.Equal(t.shape, shape) {
		return t
	}
	if len(shape) < len(t.shape) {
		misuse(opBroadcast.Name, []*Tensor{t}, "cannot broadcast to %v", shape)
	}
	axes := make([]int, len(t.shape))
	for i := range axes {
		axes[i] = len(shape) - len(t.shape) + i
	}
	return t.Broadcast(shape, axes)
}

// ReshapeAttr holds the new shape.
type ReshapeAttr struct{ Shape []int }

var opReshape *Primitive

func init() {
	opReshape = define(&Primitive{
		Name: "reshape", Family: View, StableHLO: "reshape",
		Doc: "reshape(x) has the elements of x, in row-major order, in another shape of the same size.",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			shape := attr.(ReshapeAttr).Shape
			if Size(shape) != args[0].Size() {
				misuse(op.Name, args, "%d elements do not fill %v", args[0].Size(), shape)
			}
			return args[0].dtype, shape
		},
		grad:  func(y, dy *Tensor) []*Tensor { return []*Tensor{dy.Reshape(y.args[0].shape...)} },
		plain: func(_ *Tensor, out []float64, args []*Array) { copy(out, args[0].Data) },
	})
}

// Reshape returns the elements of t in another shape. One dimension may be -1;
// it is computed from the size of t.
func (t *Tensor) Reshape(shape ...int) *Tensor {
	shape = slices.Clone(shape)
	if i := slices.Index(shape, -1); i >= 0 {
		shape[i] = 1
		if n := Size(shape); n > 0 {
			shape[i] = t.Size() / n
		}
	}
	if slices.Equal(t.shape, shape) {
		return t
	}
	return apply(opReshape, ReshapeAttr{shape}, t)
}

// TransposeAttr holds a permutation: axis i of the result is axis Axes[i] of
// the argument.
type TransposeAttr struct{ Axes []int }

var opTranspose *Primitive

func init() {
	opTranspose = define(&Primitive{
		Name: "transpose", Family: View, StableHLO: "transpose",
		Doc: "transpose(x) has the axes of x in another order.",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			axes := attr.(TransposeAttr).Axes
			if len(axes) != len(args[0].shape) || len(otherAxes(len(axes), axes)) > 0 {
				misuse(op.Name, args, "%v is not a permutation of the axes", axes)
			}
			return args[0].dtype, pick(args[0].shape, axes)
		},
		grad: func(y, dy *Tensor) []*Tensor {
			return []*Tensor{dy.Transpose(inverse(y.attr.(TransposeAttr).Axes)...)}
		},
		plain: func(y *Tensor, out []float64, args []*Array) {
			strides := pick(Strides(args[0].Shape), y.attr.(TransposeAttr).Axes)
			each(y.shape, func(i int, index []int) { out[i] = args[0].Data[offset(index, strides)] })
		},
	})
}

// inverse returns the inverse of the permutation axes.
func inverse(axes []int) []int {
	back := make([]int, len(axes))
	for i, axis := range axes {
		back[axis] = i
	}
	return back
}

// Transpose returns t with its axes in another order: axis i of the result is
// axis axes[i] of t.
func (t *Tensor) Transpose(axes ...int) *Tensor {
	if slices.IsSorted(axes) && len(axes) == len(t.shape) && len(otherAxes(len(axes), axes)) == 0 {
		return t
	}
	return apply(opTranspose, TransposeAttr{slices.Clone(axes)}, t)
}

// SliceAttr describes a strided slice: along each axis, elements Start,
// Start+Stride, ... below Limit.
type SliceAttr struct{ Start, Limit, Stride []int }

var opSlice *Primitive

func init() {
	opSlice = define(&Primitive{
		Name: "slice", Family: View, StableHLO: "slice",
		Doc: "slice(x) takes elements start, start+stride, ... below limit along each axis.",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			x, a := args[0], attr.(SliceAttr)
			if len(a.Start) != len(x.shape) || len(a.Limit) != len(x.shape) || len(a.Stride) != len(x.shape) {
				misuse(op.Name, args, "start, limit and stride must name every axis")
			}
			shape := make([]int, len(x.shape))
			for i, d := range x.shape {
				if a.Start[i] < 0 || a.Limit[i] < a.Start[i] || a.Limit[i] > d || a.Stride[i] < 1 {
					misuse(op.Name, args, "%d:%d:%d along axis %d", a.Start[i], a.Limit[i], a.Stride[i], i)
				}
				shape[i] = (a.Limit[i] - a.Start[i] + a.Stride[i] - 1) / a.Stride[i]
			}
			return x.dtype, shape
		},
		grad: func(y, dy *Tensor) []*Tensor {
			x, a := y.args[0], y.attr.(SliceAttr)
			rank := len(x.shape)
			pad := PadAttr{Low: slices.Clone(a.Start), High: make([]int, rank), Interior: make([]int, rank)}
			for i, d := range x.shape {
				pad.Interior[i] = a.Stride[i] - 1
				pad.High[i] = d - a.Start[i] - dilated(y.shape[i], a.Stride[i])
			}
			return []*Tensor{dy.Pad(pad)}
		},
		plain: func(y *Tensor, out []float64, args []*Array) {
			a, strides := y.attr.(SliceAttr), Strides(args[0].Shape)
			each(y.shape, func(i int, index []int) {
				from := 0
				for axis, k := range index {
					from += (a.Start[axis] + k*a.Stride[axis]) * strides[axis]
				}
				out[i] = args[0].Data[from]
			})
		},
	})
}

// dilated returns the size of n elements with dilation-1 gaps between
// neighbours; 0 for no elements.
func dilated(n, dilation int) int {
	if n == 0 {
		return 0
	}
	return (n-1)*dilation + 1
}

// Slice returns the elements start, start+stride, ... below limit along every
// axis.
func (t *Tensor) Slice(start, limit, stride []int) *Tensor {
	return apply(opSlice, SliceAttr{slices.Clone(start), slices.Clone(limit), slices.Clone(stride)}, t)
}

// Slice1 returns elements lo to hi-1 along one axis.
func (t *Tensor) Slice1(axis, lo, hi int) *Tensor {
	axis = t.axis("slice", axis)
	start, limit, stride := make([]int, len(t.shape)), slices.Clone(t.shape), make([]int, len(t.shape))
	for i := range stride {
		stride[i] = 1
	}
	start[axis], limit[axis] = lo, hi
	return t.Slice(start, limit, stride)
}

// ReverseAttr holds the axes that are reversed.
type ReverseAttr struct{ Axes []int }

var opReverse *Primitive

func init() {
	opReverse = define(&Primitive{
		Name: "reverse", Family: View, StableHLO: "reverse",
		Doc: "reverse(x) is x with the order of elements reversed along the stated axes.",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			for _, axis := range attr.(ReverseAttr).Axes {
				if axis < 0 || axis >= len(args[0].shape) {
					misuse(op.Name, args, "axis %d of a tensor of rank %d", axis, len(args[0].shape))
				}
			}
			if repeats(attr.(ReverseAttr).Axes) {
				misuse(op.Name, args, "an axis is named twice")
			}
			return args[0].dtype, args[0].shape
		},
		grad: func(y, dy *Tensor) []*Tensor {
			return []*Tensor{dy.Reverse(y.attr.(ReverseAttr).Axes...)}
		},
		plain: func(y *Tensor, out []float64, args []*Array) {
			axes, strides := y.attr.(ReverseAttr).Axes, Strides(y.shape)
			each(y.shape, func(i int, index []int) {
				from := offset(index, strides)
				for _, axis := range axes {
					from += (y.shape[axis] - 1 - 2*index[axis]) * strides[axis]
				}
				out[i] = args[0].Data[from]
			})
		},
	})
}

// Reverse returns t with the order of elements reversed along axes; each axis
// may appear once.
func (t *Tensor) Reverse(axes ...int) *Tensor {
	if len(axes) == 0 {
		return t
	}
	return apply(opReverse, ReverseAttr{slices.Clone(axes)}, t)
}
