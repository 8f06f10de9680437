package tensor

// inferSame is the shape rule of operations that keep dtype and shape.
func inferSame(_ *Primitive, args []*Tensor, _ any) (DType, []int) {
	return args[0].dtype, args[0].shape
}

func plainSame(_ *Tensor, out []float64, args []*Array) { copy(out, args[0].Data) }

var opStopGradient *Primitive

func init() {
	opStopGradient = define(&Primitive{
		Name: "stop-gradient", Family: View, StableHLO: "none: its argument",
		Doc:   "stop-gradient(x) is x; no gradient flows through it.",
		infer: inferSame,
		grad:  noGradient,
		plain: plainSame,
	})
}

// StopGradient returns t as a constant: no gradient flows through it.
func (t *Tensor) StopGradient() *Tensor { return apply(opStopGradient, nil, t) }

var opAllReduce *Primitive

func init() {
	opAllReduce = define(&Primitive{
		Name: "all-reduce", Family: View, StableHLO: "all_reduce (add)",
		Doc: "all-reduce(x) is the sum of x over all replicas of the computation; on one replica it is x. " +
			"It is its own adjoint.",
		infer: inferUnary(Int32, Uint32),
		grad:  func(_, dy *Tensor) []*Tensor { return []*Tensor{dy.AllReduce()} },
		plain: plainSame,
	})
}

// AllReduce returns the sum of t over all replicas of the computation. [Eval]
// always has one replica. An engine returns an error until the number of
// replicas is set.
func (t *Tensor) AllReduce() *Tensor { return apply(opAllReduce, nil, t) }
