// Package tensor describes computations. A *[Tensor] is a symbolic value of
// static shape and dtype: building an expression computes nothing, it records
// a graph of about forty primitives, and [Grad] answers with more graph. It
// exists so that a loss can be written as the formula of its paper,
//
//	real.Neg().Softplus().Mean().Add(fake.Softplus().Mean())
//
// and so that gradients of gradients (gradient penalties, R1, R2) come for
// free: the first law is that the set of primitives is closed under
// differentiation.
//
// Every primitive is defined in one place by five things: its shape rule, its
// gradient rule, its plain Go meaning, its StableHLO counterpart and its
// document. [Eval] computes any graph by the plain meanings alone; it is slow,
// obvious, and the oracle for every engine.
//
// Misuse (shapes or dtypes that do not fit) panics with a *[MisuseError] that
// names the operation, the shapes and the caller; [Try] turns that panic, and
// no other, into an error.
//
// The package must not know how a graph is run: it imports nothing of Gander.
package tensor
