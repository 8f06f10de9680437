package tensor

import (
	"math"
	"slices"
)

// PadAttr describes padding along each axis: Low elements before the first,
// High elements after the last, and Interior elements between neighbours. The
// new elements have the given Value. Negative Low or High removes elements.
type PadAttr struct {
	Low, High, Interior []int
	Value               float64
}

var opPad *Primitive

func init() {
	opPad = define(&Primitive{
		Name: "pad", Family: Movement, StableHLO: "pad",
		Doc: "pad(x) adds elements of one value along each axis: low before, high after, and " +
			"interior between neighbours; a negative low or high removes elements.",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			x, a := args[0], attr.(PadAttr)
			if len(a.Low) != len(x.shape) || len(a.High) != len(x.shape) || len(a.Interior) != len(x.shape) {
				misuse(op.Name, args, "low, high and interior must name every axis")
			}
			shape := make([]int, len(x.shape))
			for i, d := range x.shape {
				if a.Interior[i] < 0 {
					misuse(op.Name, args, "interior padding %d along axis %d", a.Interior[i], i)
				}
				shape[i] = a.Low[i] + dilated(d, a.Interior[i]+1) + a.High[i]
				if shape[i] < 0 {
					misuse(op.Name, args, "nothing is left of axis %d", i)
				}
			}
			return x.dtype, shape
		},
		grad: func(y, dy *Tensor) []*Tensor {
			x, a := y.args[0], y.attr.(PadAttr)
			rank := len(x.shape)
			cut := PadAttr{Low: make([]int, rank), High: make([]int, rank), Interior: make([]int, rank)}
			start, stride := make([]int, rank), make([]int, rank)
			for i := range rank {
				cut.Low[i], cut.High[i], stride[i] = -a.Low[i], -a.High[i], a.Interior[i]+1
			}
			dy = dy.Pad(cut)
			return []*Tensor{dy.Slice(start, dy.shape, stride)}
		},
		plain: func(y *Tensor, out []float64, args []*Array) {
			a, strides := y.attr.(PadAttr), Strides(args[0].Shape)
			each(y.shape, func(i int, index []int) {
				from := 0
				for axis, k := range index {
					k -= a.Low[axis]
					step := a.Interior[axis] + 1
					if k < 0 || k%step != 0 || k/step >= args[0].Shape[axis] {
						out[i] = a.Value
						return
					}
					from += k / step * strides[axis]
				}
				out[i] = args[0].Data[from]
			})
		},
	})
}

// Pad returns t with the padding a.
func (t *Tensor) Pad(a PadAttr) *Tensor {
	return apply(opPad, PadAttr{slices.Clone(a.Low), slices.Clone(a.High), slices.Clone(a.Interior), a.Value}, t)
}

// ConcatenateAttr holds the axis along which tensors are joined.
type ConcatenateAttr struct{ Axis int }

var opConcatenate *Primitive

func init() {
	opConcatenate = define(&Primitive{
		Name: "concatenate", Family: Movement, StableHLO: "concatenate",
		Doc: "concatenate(x0, x1, ...) joins tensors along one axis; all other dimensions must be equal.",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			axis := attr.(ConcatenateAttr).Axis
			if len(args) == 0 || axis < 0 || axis >= len(args[0].shape) {
				misuse(op.Name, args, "cannot join along axis %d", axis)
			}
			shape := slices.Clone(args[0].shape)
			for _, x := range args[1:] {
				if x.dtype != args[0].dtype || len(x.shape) != len(shape) {
					misuse(op.Name, args, "the dtypes or ranks differ")
				}
				for i, d := range x.shape {
					if i == axis {
						shape[i] += d
					} else if d != shape[i] {
						misuse(op.Name, args, "dimension %d differs", i)
					}
				}
			}
			return args[0].dtype, shape
		},
		grad: func(y, dy *Tensor) []*Tensor {
			axis, at := y.attr.(ConcatenateAttr).Axis, 0
			parts := make([]*Tensor, len(y.args))
			for i, x := range y.args {
				parts[i] = dy.Slice1(axis, at, at+x.shape[axis])
				at += x.shape[axis]
			}
			return parts
		},
		plain: func(y *Tensor, out []float64, args []*Array) {
			axis := y.attr.(ConcatenateAttr).Axis
			each(y.shape, func(i int, index []int) {
				k, part := index[axis], 0
				for k >= args[part].Shape[axis] {
					k -= args[part].Shape[axis]
					part++
				}
				at := slices.Clone(index)
				at[axis] = k
				out[i] = args[part].Data[offset(at, Strides(args[part].Shape))]
			})
		},
	})
}

// Concatenate joins tensors along axis; a negative axis counts from the last.
func Concatenate(axis int, parts ...*Tensor) *Tensor {
	if len(parts) > 0 {
		axis = parts[0].axis(opConcatenate.Name, axis)
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return apply(opConcatenate, ConcatenateAttr{axis}, parts...)
}

var opGather *Primitive

func init() {
	opGather = define(&Primitive{
		Name: "gather", Family: Movement, StableHLO: "gather",
		Doc: "gather(x, i) with x of shape [rows, ...] and int32 i of any shape is x[i], of shape i + [...]. " +
			"An index out of range reads NaN (0 for integers), so that the mistake is visible.",
		infer: func(op *Primitive, args []*Tensor, _ any) (DType, []int) {
			x, index := args[0], args[1]
			if len(x.shape) == 0 || index.dtype != Int32 {
				misuse(op.Name, args, "want rows and int32 indices")
			}
			return x.dtype, append(slices.Clone(index.shape), x.shape[1:]...)
		},
		grad: func(y, dy *Tensor) []*Tensor {
			return []*Tensor{dy.ScatterAdd(y.args[1], y.args[0].shape[0]), nil}
		},
		plain: func(y *Tensor, out []float64, args []*Array) {
			x, index := args[0], args[1].Data
			row := Size(x.Shape[1:])
			for i, k := range index {
				for j := range row {
					switch {
					case k >= 0 && int(k) < x.Shape[0]:
						out[i*row+j] = x.Data[int(k)*row+j]
					case y.dtype.IsFloat():
						out[i*row+j] = math.NaN()
					}
				}
			}
		},
	})
}

// Gather returns the rows of t at the given indices, int32 of any shape.
func (t *Tensor) Gather(index *Tensor) *Tensor { return apply(opGather, nil, t, index) }

// ScatterAddAttr holds the number of rows of the result.
type ScatterAddAttr struct{ Rows int }

var opScatterAdd *Primitive

func init() {
	opScatterAdd = define(&Primitive{
		Name: "scatter-add", Family: Movement, StableHLO: "scatter",
		Doc: "scatter-add(u, i) with int32 i and u of shape i + [...] is a tensor of shape [rows, ...]: zeros, " +
			"with each row of u added at its index, in order; a row with an index out of range is dropped.",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			u, index := args[0], args[1]
			rank := len(index.shape)
			if u.dtype == Bool {
				misuse(op.Name, args, "not defined for bool (convert first)")
			}
			if index.dtype != Int32 || len(u.shape) < rank || !slices.Equal(u.shape[:rank], index.shape) {
				misuse(op.Name, args, "want updates with the shape of the int32 indices and further axes")
			}
			return u.dtype, append([]int{attr.(ScatterAddAttr).Rows}, u.shape[rank:]...)
		},
		grad: func(y, dy *Tensor) []*Tensor {
			u, index := y.args[0], y.args[1]
			inRange := index.Compare(GreaterEqual, index.like(0)).Min(index.Compare(Less, index.like(float64(y.shape[0]))))
			rest := slices.Repeat([]int{1}, len(u.shape)-len(index.shape))
			inRange = inRange.Reshape(append(slices.Clone(index.shape), rest...)...)
			return []*Tensor{inRange.Select(dy.Gather(index), u.like(0)), nil} // 0 for dropped rows
		},
		plain: func(y *Tensor, out []float64, args []*Array) {
			row := Size(y.shape[1:])
			for i, k := range args[1].Data {
				if k < 0 || int(k) >= y.shape[0] {
					continue
				}
				for j := range row {
					at := int(k)*row + j
					out[at] = y.dtype.round(out[at] + args[0].Data[i*row+j])
				}
			}
		},
	})
}

// ScatterAdd returns a tensor of shape [rows, ...]: zeros, with each row of t
// added at its index.
func (t *Tensor) ScatterAdd(index *Tensor, rows int) *Tensor {
	return apply(opScatterAdd, ScatterAddAttr{rows}, t, index)
}
