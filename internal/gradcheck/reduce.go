package gradcheck

import (
	"fmt"

	"github.com/gander-ml/gander/tensor"
)

// reduceCases reduce a tensor of rank 3 over every subset of its axes.
func reduceCases() []Case {
	shape := []int{2, 3, 2}
	var cases []Case
	for _, axes := range [][]int{nil, {0}, {1}, {2}, {0, 1}, {0, 2}, {1, 2}, {0, 1, 2}, {-1}, {2, 0}, {-3, -1}} {
		name := fmt.Sprintf("reduce/sum over %v", axes)
		cases = append(cases, of1(name, drawn(name).normal(shape...), func(x *tensor.Tensor) *tensor.Tensor {
			return bend(x.Sin().Sum(axes...))
		}))
		name = fmt.Sprintf("reduce/max over %v", axes)
		cases = append(cases, of1(name, drawn(name).apart(shape)[0], func(x *tensor.Tensor) *tensor.Tensor {
			return bend(x.Add(x.Sin().Scale(0.5)).MaxOver(axes...)) // x + sin(x)/2 keeps the order
		}))
		name = fmt.Sprintf("reduce/mean over %v", axes)
		cases = append(cases, of1(name, drawn(name).normal(shape...), func(x *tensor.Tensor) *tensor.Tensor {
			return bend(x.Sin().Mean(axes...))
		}))
		if axes != nil {
			name = fmt.Sprintf("reduce/keepdims of %v", axes)
			cases = append(cases, of1(name, drawn(name).normal(shape...), func(x *tensor.Tensor) *tensor.Tensor {
				return bend(x.Sub(x.Square().Mean(axes...).KeepDims(axes...)))
			}))
		}
	}
	for axis := range shape {
		name := fmt.Sprintf("reduce/logsumexp over %d", axis)
		cases = append(cases, of1(name, drawn(name).normal(shape...), func(x *tensor.Tensor) *tensor.Tensor {
			return bend(x.LogSumExp(axis))
		}))
		name = fmt.Sprintf("reduce/rows named by argmax over %d", axis)
		cases = append(cases, of2(name, drawn(name).apart(shape)[0], drawn(name).normal(3, 2), func(x, rows *tensor.Tensor) *tensor.Tensor {
			return bend(rows.Gather(x.ArgMax(axis))).Mul(x.Sum().Sin())
		}))
	}
	for _, shape := range [][]int{nil, {3}, {2, 3}, {2, 3, 2, 1}} {
		name := fmt.Sprintf("reduce/sum per example of %v", shape)
		cases = append(cases, of1(name, drawn(name).normal(shape...), func(x *tensor.Tensor) *tensor.Tensor {
			return bend(x.Sin().SumPerExample())
		}))
	}
	name := "reduce/max of columns shared by two users"
	cases = append(cases, of1(name, drawn(name).apart([]int{3, 4})[0], func(x *tensor.Tensor) *tensor.Tensor {
		top := x.MaxOver(0)
		return x.Sub(top).Exp().Sum(1).Add(top.Sin().Sum())
	}))
	return cases
}
