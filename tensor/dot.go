package tensor

import (
	"cmp"
	"slices"
)

// DotAttr names the axes of a product a·b. Products are independent along batch
// axes and summed along contracted axes. Both are lists of pairs: axis
// ABatch[i] of a is paired with axis BBatch[i] of b.
type DotAttr struct{ ABatch, BBatch, AContract, BContract []int }

var opDot *Primitive

func init() {
	opDot = define(&Primitive{
		Name: "dot", Family: Product, StableHLO: "dot_general",
		Doc: "dot(a, b) sums products over the contracted axes. The result has the batch axes, " +
			"then the free axes of a, then those of b.",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			a, b, d := args[0], args[1], attr.(DotAttr)
			if a.dtype != b.dtype || !a.dtype.IsFloat() {
				misuse(op.Name, args, "want two tensors of one float dtype")
			}
			checkPairs(op, args, d.ABatch, d.BBatch)
			checkPairs(op, args, d.AContract, d.BContract)
			if repeats(d.ABatch, d.AContract) || repeats(d.BBatch, d.BContract) {
				misuse(op.Name, args, "an axis is named twice")
			}
			shape := pick(a.shape, d.ABatch)
			shape = append(shape, pick(a.shape, otherAxes(len(a.shape), d.ABatch, d.AContract))...)
			return a.dtype, append(shape, pick(b.shape, otherAxes(len(b.shape), d.BBatch, d.BContract))...)
		},
		grad: func(y, dy *Tensor) []*Tensor {
			a, b, d := y.args[0], y.args[1], y.attr.(DotAttr)
			batch := len(d.ABatch)
			aFree := len(a.shape) - batch - len(d.AContract)
			bFree := len(b.shape) - batch - len(d.BContract)
			flipped := DotAttr{d.BBatch, d.ABatch, d.BContract, d.AContract}
			return []*Tensor{
				gradFactor(dy, b, flipped, len(a.shape), batch+aFree, bFree),
				gradFactor(dy, a, d, len(b.shape), batch, aFree),
			}
		},
		plain: plainDot,
	})
}

func checkPairs(op *Primitive, args []*Tensor, a, b []int) {
	if len(a) != len(b) {
		misuse(op.Name, args, "axes %v and %v do not pair up", a, b)
	}
	for i := range a {
		if a[i] < 0 || a[i] >= len(args[0].shape) || b[i] < 0 || b[i] >= len(args[1].shape) {
			misuse(op.Name, args, "axis %d of the first or %d of the second does not exist", a[i], b[i])
		}
		if args[0].shape[a[i]] != args[1].shape[b[i]] {
			misuse(op.Name, args, "axes %d and %d differ: %d and %d",
				a[i], b[i], args[0].shape[a[i]], args[1].shape[b[i]])
		}
	}
}

// gradFactor returns the gradient of a product by one factor, x. rank is the
// rank of x, and other is the other factor. In d, other is the first factor.
// The free axes of other are the axes at..at+free-1 of dy.
func gradFactor(dy, other *Tensor, d DotAttr, rank, at, free int) *Tensor {
	batch := len(d.ABatch)
	otherFree := otherAxes(len(other.shape), d.ABatch, d.AContract)
	dyBatch, dyFree := make([]int, batch), make([]int, free)
	for i := range dyBatch {
		dyBatch[i] = i
	}
	for i := range dyFree {
		dyFree[i] = at + i
	}
	dx := dy.Dot(other, DotAttr{dyBatch, d.ABatch, dyFree, otherFree})

	// dx has the batch axes of x, the free axes of x, and the contracted axes
	// of x, in the order of their paired axes in other.
	order := slices.Clone(d.BBatch)
	order = append(order, otherAxes(rank, d.BBatch, d.BContract)...)
	byPartner := make([]int, len(d.AContract))
	for i := range byPartner {
		byPartner[i] = i
	}
	slices.SortFunc(byPartner, func(i, j int) int { return cmp.Compare(d.AContract[i], d.AContract[j]) })
	order = append(order, pick(d.BContract, byPartner)...)
	return dx.Transpose(inverse(order)...)
}

func plainDot(y *Tensor, out []float64, args []*Array) {
	a, b, d := args[0], args[1], y.attr.(DotAttr)
	aStrides, bStrides := Strides(a.Shape), Strides(b.Shape)
	aFree := otherAxes(len(a.Shape), d.ABatch, d.AContract)
	bFree := otherAxes(len(b.Shape), d.BBatch, d.BContract)
	batch, free := len(d.ABatch), len(d.ABatch)+len(aFree)
	each(y.shape, func(i int, index []int) {
		fromA := offset(index[:batch], pick(aStrides, d.ABatch)) + offset(index[batch:free], pick(aStrides, aFree))
		fromB := offset(index[:batch], pick(bStrides, d.BBatch)) + offset(index[free:], pick(bStrides, bFree))
		each(pick(a.Shape, d.AContract), func(_ int, k []int) {
			out[i] += a.Data[fromA+offset(k, pick(aStrides, d.AContract))] *
				b.Data[fromB+offset(k, pick(bStrides, d.BContract))]
		})
	})
}

// Dot returns the product of t and u over the axes of d.
func (t *Tensor) Dot(u *Tensor, d DotAttr) *Tensor {
	return apply(opDot, DotAttr{
		slices.Clone(d.ABatch), slices.Clone(d.BBatch), slices.Clone(d.AContract), slices.Clone(d.BContract),
	}, t, u)
}

// MatMul returns the matrix product of t [m,k] and u [k,n], shape [m,n].
func (t *Tensor) MatMul(u *Tensor) *Tensor {
	if len(t.shape) != 2 || len(u.shape) != 2 {
		misuse("matmul", []*Tensor{t, u}, "want two matrices")
	}
	return t.Dot(u, DotAttr{AContract: []int{1}, BContract: []int{0}})
}
