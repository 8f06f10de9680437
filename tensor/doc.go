// Package tensor describes computations. A *[Tensor] is a symbolic value of
// static shape and dtype. An expression computes nothing: it records a graph of
// about forty primitives. [Grad] returns a graph too. The package exists so
// that a loss can be written as the formula of its paper,
//
//	real.Neg().Softplus().Mean().Add(fake.Softplus().Mean())
//
// and so that gradients of gradients (gradient penalties, R1, R2) need no extra
// code. The main rule is that the set of primitives is closed under
// differentiation.
//
// Every primitive is defined in one place by five things: its shape rule, its
// gradient rule, its plain Go implementation, its StableHLO counterpart and its
// documentation. [Eval] computes any graph with the plain implementations. It
// is slow and simple, and it is the reference for every engine.
//
// Misuse (shapes or dtypes that do not fit) panics with a *[MisuseError] that
// names the operation, the shapes and the caller. [Try] turns this panic, and
// no other, into an error.
//
// The package must not know how a graph is run: it imports nothing of Gander.
package tensor
