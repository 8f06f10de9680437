package measure

import (
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/tensor"
)

// kernelRows is the number of rows of the symmetric kernel matrix that one product
// computes. Each product begins at the diagonal. With an eighth of a subset per product,
// nearly half of the matrix is never computed.
const kernelRows = 128

// A kernelProgram computes sums of the kernel (x.y/d + 1)^3 over subsets of examples with
// d features. The products and the sum of each row are float32. The sums over rows are
// float64.
type kernelProgram struct {
	program *engine.Program
	x, y    []float32 // [size, d]; y is nil if the program computes only the sum within x

	withinX, betweenXY []rowSums
}

// rowSums is the sums of the rows of a matrix, with their weight in the total.
type rowSums struct {
	of     *tensor.Tensor
	output int // of the program
	weight float64
}

// newKernelProgram compiles the sum within x and, if between is true, the sum between x
// and y.
func newKernelProgram(device *engine.Device, size, d int, between bool) (*kernelProgram, error) {
	x, y := tensor.Input("x", tensor.Float32, size, d), tensor.Input("y", tensor.Float32, size, d)
	k := &kernelProgram{withinX: withinOf(x)}
	if between {
		k.betweenXY = []rowSums{{of: cubeOf(d, x.MatMul(y.Transpose(1, 0))).Sum(1), weight: 1}}
	}
	var outputs []*tensor.Tensor
	for _, sums := range [][]rowSums{k.withinX, k.betweenXY} {
		for i := range sums {
			sums[i].output = len(outputs)
			outputs = append(outputs, sums[i].of)
		}
	}
	var err error
	if k.program, err = device.Compile(nil, outputs); err != nil {
		return nil, err
	}
	k.x = inputOf(k.program, x)
	if between {
		k.y = inputOf(k.program, y)
	}
	return k, nil
}

// withinOf returns the sums for k(x_i, x_j) over i != j. Each product begins at the
// diagonal. The part to the right of the diagonal counts twice, because the part below
// it is not computed.
func withinOf(x *tensor.Tensor) []rowSums {
	size, d := x.Shape()[0], x.Shape()[1]
	sums := []rowSums{{of: cubeOf(d, x.Square().Sum(1)), weight: -1}}
	for first := 0; first < size; first += kernelRows {
		rows, rest := x.Slice1(0, first, min(first+kernelRows, size)), x.Slice1(0, first, size)
		k := cubeOf(d, rows.MatMul(rest.Transpose(1, 0)))
		square := k.Slice1(1, 0, rows.Shape()[0])
		sums = append(sums, rowSums{of: k.Sum(1), weight: 2}, rowSums{of: square.Sum(1), weight: -1})
	}
	return sums
}

// cubeOf returns the kernel of products x.y of d features.
func cubeOf(d int, products *tensor.Tensor) *tensor.Tensor {
	k := products.Scale(1 / float64(d)).Plus(1)
	return k.Square().Mul(k)
}

// within returns the sum of k(x_i, x_j) over i != j after a run.
func (k *kernelProgram) within() float64 { return k.sum(k.withinX) }

// between returns the sum of all k(x_i, y_j) after a run.
func (k *kernelProgram) between() float64 { return k.sum(k.betweenXY) }

// sum returns the weighted total of row sums.
func (k *kernelProgram) sum(of []rowSums) (sum float64) {
	for _, rows := range of {
		for _, v := range k.program.Output(rows.output).Float32() {
			sum += rows.weight * float64(v)
		}
	}
	return sum
}
