package bench

import (
	"context"
	"fmt"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/tensor"
)

// A Product is a matrix product, MxK by KxN. Layout has a letter for each operand: N if
// it is stored by rows, T if it is stored by columns.
type Product struct {
	M, N, K int
	Layout  string
}

// Products returns products of the timed models, and the usual cube 1024x1024x1024.
func Products() []Product {
	return []Product{
		{1024, 1024, 1024, "NN"},
		{100, 1200, 1200, "NN"},
		{16384, 64, 48, "NN"},
		{16384, 64, 1024, "NN"},
		{1024, 64, 16384, "TN"},
		{16384, 1024, 64, "NT"},
		{4096, 128, 1024, "NN"},
		{1024, 256, 2048, "NN"},
	}
}

// maxOperand is the largest number of elements of an operand or of the product: 1 GiB.
const maxOperand = 1 << 28

// ParseProduct parses the format of Product.String: MxNxK, or MxNxK:LAYOUT.
func ParseProduct(text string) (Product, error) {
	p := Product{Layout: "NN"}
	for _, format := range []string{"%dx%dx%d", "%dx%dx%d:%s"} {
		fmt.Sscanf(text, format, &p.M, &p.N, &p.K, &p.Layout)
	}
	short := p
	short.Layout = ""
	layout := p.Layout == "NN" || p.Layout == "TN" || p.Layout == "NT" || p.Layout == "TT"
	if !layout || p.String() != text && short.String() != text || min(p.M, p.N, p.K) < 1 {
		return p, hint.Add(fmt.Errorf("shape %q: want MxNxK or MxNxK:LAYOUT, LAYOUT one of NN, TN, NT and TT", text), "1024x64x16384:TN")
	}
	if bound := maxOperand / max(p.M, p.N, p.K); max(min(p.M, p.N), min(p.M, p.K), min(p.N, p.K)) > bound {
		return p, hint.Add(fmt.Errorf("shape %s: a matrix would have more than %d elements", text, maxOperand), "take it smaller")
	}
	return p, nil
}

func (p Product) String() string {
	text := fmt.Sprintf("%dx%dx%d", p.M, p.N, p.K)
	if p.Layout == "" {
		return text
	}
	return text + ":" + p.Layout
}

// Gemm times a matrix product.
func Gemm(ctx context.Context, p Product, o Options) (*RateResult, error) {
	a, readA := matrix("a", p.M, p.K, p.Layout[0] == 'T')
	b, readB := matrix("b", p.K, p.N, p.Layout[1] == 'T')
	return rate(ctx, p.String(), o, readA.MatMul(readB), 2*p.M*p.N*p.K, a, b)
}

// matrix returns an input as it is stored, and the same as a rows x columns matrix.
func matrix(name string, rows, columns int, byColumns bool) (stored, read *tensor.Tensor) {
	if byColumns {
		stored = tensor.Input(name, tensor.Float32, columns, rows)
		return stored, stored.Transpose(1, 0)
	}
	stored = tensor.Input(name, tensor.Float32, rows, columns)
	return stored, stored
}
