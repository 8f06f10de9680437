package gradcheck

import (
	"fmt"

	"github.com/gander-ml/gander/tensor"
)

// dotCases have up to two batch axes, two contracted axes and two free axes of
// each factor, in every combination. The axes of each factor are in random
// order, so the lists of pairs are arbitrary permutations.
func dotCases() []Case {
	var cases []Case
	for batch := range 3 {
		for contract := range 3 {
			for aFree := range 3 {
				for bFree := range 3 {
					for order := range 1 + batch*contract/2 { // cases with more axes in two orders
						cases = append(cases, dotCase(batch, contract, aFree, bFree, order))
					}
				}
			}
		}
	}
	name := "dot/matrix product"
	d := drawn(name)
	cases = append(cases, of2(name, d.normal(2, 3), d.normal(3, 4), func(a, b *tensor.Tensor) *tensor.Tensor {
		return bend(a.MatMul(b))
	}))
	name = "dot/a matrix by itself"
	return append(cases, of1(name, drawn(name).normal(3, 3), func(x *tensor.Tensor) *tensor.Tensor {
		return bend(x.MatMul(x).Dot(x, tensor.DotAttr{AContract: []int{0, 1}, BContract: []int{1, 0}}))
	}))
}

func dotCase(batch, contract, aFree, bFree, order int) Case {
	name := fmt.Sprintf("dot/batch %d contract %d free %d and %d order %d", batch, contract, aFree, bFree, order)
	d := drawn(name)
	aOrder := d.Perm(make([]int32, batch+contract+aFree))
	bOrder := d.Perm(make([]int32, batch+contract+bFree))
	aShape, bShape := make([]int, len(aOrder)), make([]int, len(bOrder))
	var attr tensor.DotAttr
	extents := []int{2, 3} // sizes of the first and second axis of a kind
	for i := range batch {
		attr.ABatch, attr.BBatch = append(attr.ABatch, int(aOrder[i])), append(attr.BBatch, int(bOrder[i]))
		aShape[aOrder[i]], bShape[bOrder[i]] = extents[i], extents[i]
	}
	for i := range contract {
		at, extent := batch+i, extents[1-i]
		attr.AContract, attr.BContract = append(attr.AContract, int(aOrder[at])), append(attr.BContract, int(bOrder[at]))
		aShape[aOrder[at]], bShape[bOrder[at]] = extent, extent
	}
	for i := range aFree {
		aShape[aOrder[batch+contract+i]] = extents[i]
	}
	for i := range bFree {
		bShape[bOrder[batch+contract+i]] = extents[1-i]
	}
	return DotCase(name, aShape, bShape, attr)
}

// DotCase returns a case of a product of a and b, differentiated by both.
func DotCase(name string, a, b []int, attr tensor.DotAttr) Case {
	d := drawn(name)
	return of2(name, d.normal(a...), d.normal(b...), func(a, b *tensor.Tensor) *tensor.Tensor {
		return a.Dot(b, attr).Sin()
	})
}
