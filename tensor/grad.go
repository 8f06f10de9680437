package tensor

import "slices"

// Grad returns the gradient of loss, a scalar, by wrt. It has the shape of wrt,
// and is a graph that can be differentiated again. It is zero if loss does not
// depend on wrt.
func Grad(loss, wrt *Tensor) *Tensor { return Grads(loss, wrt)[0] }

// Grads returns the gradients of loss, a scalar, by each of wrt. These may be
// inputs or intermediate values. It uses reverse accumulation: from the loss
// backwards, the rule of each primitive computes the gradients of its arguments
// from the gradient of its result. Gradients from all users of a value are
// added.
func Grads(loss *Tensor, wrt ...*Tensor) []*Tensor {
	if len(loss.shape) != 0 || !loss.dtype.IsFloat() {
		misuse("grad", []*Tensor{loss}, "want a float scalar to differentiate")
	}
	for _, x := range wrt {
		if !x.dtype.IsFloat() {
			misuse("grad", []*Tensor{loss, x}, "want floats to differentiate by")
		}
	}
	sum := map[*Tensor]*Tensor{loss: Scalar(loss.dtype, 1)}
	path := between(loss, wrt)
	for _, y := range slices.Backward(path) {
		dy := sum[y]
		if dy == nil {
			continue
		}
		for i, dx := range y.op.grad(y, dy) {
			x := y.args[i]
			switch {
			case dx == nil:
			case sum[x] == nil:
				sum[x] = dx
			default:
				sum[x] = sum[x].Add(dx)
			}
		}
	}
	grads := make([]*Tensor, len(wrt))
	for i, x := range wrt {
		if grads[i] = sum[x]; grads[i] == nil {
			grads[i] = x.like(0)
		}
	}
	return grads
}

// between returns the values on all paths from any of wrt to loss, oldest
// first. It includes one of wrt only if that is computed from another of wrt.
func between(loss *Tensor, wrt []*Tensor) []*Tensor {
	depends := map[*Tensor]bool{}
	var path []*Tensor
	for _, t := range Ancestors([]*Tensor{loss}, func(t *Tensor) bool { return t.op == opStopGradient }) {
		through := slices.ContainsFunc(t.args, func(a *Tensor) bool { return depends[a] })
		if t.op == opStopGradient {
			through = false
		}
		if through {
			path = append(path, t)
		}
		depends[t] = through || slices.Contains(wrt, t)
	}
	return path
}
