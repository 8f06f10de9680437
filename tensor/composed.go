package tensor

import (
	"math"
	"slices"
)

// This file contains operations composed from primitives. They need no gradient
// rule and no kernel.

// Scale returns c*t.
func (t *Tensor) Scale(c float64) *Tensor { return t.Mul(Scalar(t.dtype, c)) }

// Plus returns t + c.
func (t *Tensor) Plus(c float64) *Tensor { return t.Add(Scalar(t.dtype, c)) }

// Square returns t*t.
func (t *Tensor) Square() *Tensor { return t.Mul(t) }

// Mean returns the mean over axes, and removes them. Without axes it is over
// all axes. The mean over no elements is 0.
func (t *Tensor) Mean(axes ...int) *Tensor {
	sum := t.Sum(axes...)
	return sum.Scale(float64(sum.Size()) / float64(max(t.Size(), 1)))
}

// SumPerExample returns the sum over all axes except the first: [batch, ...]
// becomes [batch].
func (t *Tensor) SumPerExample() *Tensor {
	if len(t.shape) < 2 {
		return t
	}
	return t.Sum(otherAxes(len(t.shape), []int{0})...)
}

// Flatten returns t in the shape [batch, all other elements].
func (t *Tensor) Flatten() *Tensor {
	if len(t.shape) == 0 {
		misuse("flatten", []*Tensor{t}, "want a batch axis")
	}
	return t.Reshape(t.shape[0], Size(t.shape[1:]))
}

// Softplus returns log(1 + e^t) without overflow. Its error is within one
// rounding of 1: a float32 below -17 gives 0. Its gradient is the logistic
// function, at 0 too.
func (t *Tensor) Softplus() *Tensor {
	shift := t.Max(t.like(0)).shift()
	return shift.Neg().Exp().Add(t.Sub(shift).Exp()).Log().Add(shift)
}

// shift returns t as a constant that is subtracted inside an exponential and
// added after the logarithm. It is 0 where t is not finite, because Inf-Inf is
// NaN. The result does not depend on the shift, so derivatives of all orders
// are correct.
func (t *Tensor) shift() *Tensor {
	finite := t.Abs().Compare(Less, t.like(math.Inf(1)))
	return finite.Select(t, t.like(0)).StopGradient()
}

// ReLU returns t where it is positive and 0 elsewhere. Its gradient at 0 is 0.
// NaN remains NaN.
func (t *Tensor) ReLU() *Tensor { return t.Compare(LessEqual, t.like(0)).Select(t.like(0), t) }

// LeakyReLU returns t where it is positive and slope*t elsewhere.
func (t *Tensor) LeakyReLU(slope float64) *Tensor {
	return t.Compare(LessEqual, t.like(0)).Select(t.Scale(slope), t)
}

// KeepDims inserts the axes that a reduction removed, as dimensions of 1. The
// result broadcasts against the unreduced tensor. axes are the axes of the
// unreduced tensor; a negative axis counts from the last.
func (t *Tensor) KeepDims(axes ...int) *Tensor {
	rank := len(t.shape) + len(axes)
	axes = slices.Clone(axes)
	for i, axis := range axes {
		if axis < 0 {
			axes[i] += rank
		}
		if axes[i] < 0 || axes[i] >= rank {
			misuse("keepdims", []*Tensor{t}, "axis %d of a tensor that had rank %d", axis, rank)
		}
	}
	if repeats(axes) {
		misuse("keepdims", []*Tensor{t}, "an axis of %v is named twice", axes)
	}
	slices.Sort(axes)
	shape := slices.Clone(t.shape)
	for _, axis := range axes {
		shape = slices.Insert(shape, axis, 1)
	}
	return t.Reshape(shape...)
}

// LogSumExp returns log(sum(e^t)) over one axis, without overflow, and removes
// the axis. It is -Inf if all elements are -Inf.
func (t *Tensor) LogSumExp(axis int) *Tensor {
	axis = t.axis("logsumexp", axis)
	shift := t.MaxOver(axis).shift()
	return t.Sub(shift.KeepDims(axis)).Exp().Sum(axis).Log().Add(shift)
}
