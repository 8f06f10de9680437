package tensor

import "slices"

// InputAttr describes an input.
type InputAttr struct {
	Name  string
	DType DType
	Shape []int
}

var opInput *Primitive

func init() {
	opInput = define(&Primitive{
		Name: "input", Family: Leaf, StableHLO: "function argument",
		Doc: "input() is a value that is given when the computation runs; it has a fixed dtype and shape.",
		infer: func(_ *Primitive, _ []*Tensor, attr any) (DType, []int) {
			a := attr.(InputAttr)
			return a.DType, a.Shape
		},
		grad: noGradient,
		plain: func(y *Tensor, _ []float64, _ []*Array) {
			panic("tensor: an input has no plain implementation: Eval gets its value from the caller")
		},
	})
}

// ConstantAttr holds the value of a constant. It must not be changed.
type ConstantAttr struct{ Value *Array }

var opConstant *Primitive

func init() {
	opConstant = define(&Primitive{
		Name: "constant", Family: Leaf, StableHLO: "constant",
		Doc: "constant() is a tensor with a fixed value.",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			v := attr.(ConstantAttr).Value
			if len(v.Data) != Size(v.Shape) {
				misuse(op.Name, nil, "%d elements for %s", len(v.Data), formatShape(v.DType, v.Shape))
			}
			return v.DType, slices.Clone(v.Shape)
		},
		grad: noGradient,
		plain: func(y *Tensor, out []float64, _ []*Array) {
			copy(out, y.attr.(ConstantAttr).Value.Data)
		},
	})
}
