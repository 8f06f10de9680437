package tensor_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/tensor"
)

// A product is a random dot.
type product struct {
	a, b []int
	attr tensor.DotAttr
}

// drawDot draws a product with up to two batch, contracted and free axes of
// each kind, of sizes 1 to 3, with the axes of both factors in any order.
func drawDot(t *rapid.T) product {
	number := func(lo, hi int, what string) int { return rapid.IntRange(lo, hi).Draw(t, what) }
	batch, contract := number(0, 2, "batch"), number(0, 2, "contract")
	aFree, bFree := number(0, 2, "free of a"), number(0, 2, "free of b")
	order := func(n int, what string) []int {
		axes := make([]int, n)
		for i := range axes {
			axes[i] = i
		}
		return rapid.Permutation(axes).Draw(t, what)
	}
	aOrder, bOrder := order(batch+contract+aFree, "axes of a"), order(batch+contract+bFree, "axes of b")
	p := product{a: make([]int, len(aOrder)), b: make([]int, len(bOrder))}
	p.attr = tensor.DotAttr{
		ABatch: aOrder[:batch], AContract: aOrder[batch : batch+contract],
		BBatch: bOrder[:batch], BContract: bOrder[batch : batch+contract],
	}
	for i, axis := range aOrder {
		p.a[axis] = number(1, 3, "extent")
		if i < batch+contract {
			p.b[bOrder[i]] = p.a[axis]
		}
	}
	for _, axis := range bOrder[batch+contract:] {
		p.b[axis] = number(1, 3, "extent")
	}
	return p
}

func TestGradientsOfRandomProducts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawDot(t)
		name := fmt.Sprintf("%v by %v, %+v", p.a, p.b, p.attr)
		if err := gradcheck.DotCase(name, p.a, p.b, p.attr).Verify(); err != nil {
			t.Fatal(err)
		}
	})
}
