package loop

import (
	"fmt"
	"math"
	"math/bits"
	"unsafe"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// An operation runs one pointwise primitive over a block of n elements. The
// first element of the block has index start. r[0] is the destination, r[1:]
// are the arguments.
type operation func(r pointers, n, start int)

// pointers is passed by value. If the address of an array is passed to a
// function that is chosen at run time, Go allocates the array for every block.
type pointers [4]unsafe.Pointer

// operationOf returns the operation of a pointwise node.
func operationOf(n *ir.Node) operation {
	key := opKey{n.Op, n.DType}
	switch n.Op {
	case "iota":
		return iota_(n)
	case "random-bits":
		return randomBits
	case "compare":
		key = opKey{string(n.Attr.(tensor.CompareAttr).Direction), n.Args[0].Node.DType}
	case "div":
		if by, ok := powerOfTwo(n.Args[1]); ok {
			return shiftRight(by)
		}
	case "convert":
		if op := conversions[[2]tensor.DType{n.DType, n.Args[0].Node.DType}]; op != nil {
			return op
		}
	}
	if op := operations[key]; op != nil {
		return op
	}
	panic(fmt.Sprintf("loop: no kernel for %s on %v", n.Op, key.dtype))
}

type opKey struct {
	name  string
	dtype tensor.DType
}

var operations = map[opKey]operation{}

func init() {
	addFloats[float32](tensor.Float32)
	addFloats[float64](tensor.Float64)
	addNumbers[float32](tensor.Float32)
	addNumbers[float64](tensor.Float64)
	addNumbers[int32](tensor.Int32)
	addNumbers[uint32](tensor.Uint32)
	addSigned[float32](tensor.Float32)
	addSigned[float64](tensor.Float64)
	addSigned[int32](tensor.Int32)
	operations[opKey{"div", tensor.Int32}] = binary(kernel.DivInt[int32])
	operations[opKey{"div", tensor.Uint32}] = binary(kernel.DivInt[uint32])
	operations[opKey{"max", tensor.Bool}] = binary(kernel.Or)
	operations[opKey{"min", tensor.Bool}] = binary(kernel.And)
	operations[opKey{"EQ", tensor.Bool}] = compare(kernel.Equal[bool])
	operations[opKey{"NE", tensor.Bool}] = compare(kernel.NotEqual[bool])
	operations[opKey{"select", tensor.Bool}] = choose[bool]()
	operations[opKey{ir.CopyOp, tensor.Bool}] = unary(kernel.Copy[bool])
	addVectorised(kernel.ForFloat32())
}

// addVectorised replaces the plain kernels by the vector kernels of this
// processor.
func addVectorised(f *kernel.Float32) {
	const d = tensor.Float32
	for name, op := range f.Unary {
		operations[opKey{name, d}] = unary(op)
	}
	for name, op := range f.Binary {
		operations[opKey{name, d}] = binary(op)
	}
	for name, op := range f.Compare {
		operations[opKey{name, d}] = compare(op)
	}
	operations[opKey{"select", d}] = func(r pointers, n, _ int) {
		f.Select(at[float32](r[0], n), at[bool](r[1], n), at[float32](r[2], n), at[float32](r[3], n))
	}
}

func addFloats[T kernel.Float](d tensor.DType) {
	for name, f := range kernel.Functions {
		operations[opKey{name, d}] = unary(kernel.Map[T](f))
	}
	operations[opKey{"div", d}] = binary(kernel.Div[T])
	operations[opKey{"pow", d}] = binary(kernel.Pow[T])
}

func addSigned[T float32 | float64 | int32](d tensor.DType) {
	operations[opKey{"abs", d}] = unary(kernel.Abs[T])
	operations[opKey{"sign", d}] = unary(kernel.Sign[T])
}

func addNumbers[T kernel.Number](d tensor.DType) {
	operations[opKey{"neg", d}] = unary(kernel.Neg[T])
	operations[opKey{ir.CopyOp, d}] = unary(kernel.Copy[T])
	operations[opKey{"add", d}] = binary(kernel.Add[T])
	operations[opKey{"sub", d}] = binary(kernel.Sub[T])
	operations[opKey{"mul", d}] = binary(kernel.Mul[T])
	operations[opKey{"max", d}] = binary(kernel.Max[T])
	operations[opKey{"min", d}] = binary(kernel.Min[T])
	operations[opKey{"select", d}] = choose[T]()
	operations[opKey{"EQ", d}] = compare(kernel.Equal[T])
	operations[opKey{"NE", d}] = compare(kernel.NotEqual[T])
	operations[opKey{"LT", d}] = compare(kernel.Less[T])
	operations[opKey{"LE", d}] = compare(kernel.LessEqual[T])
	operations[opKey{"GT", d}] = compare(func(dst []bool, a, b []T) { kernel.Less(dst, b, a) })
	operations[opKey{"GE", d}] = compare(func(dst []bool, a, b []T) { kernel.LessEqual(dst, b, a) })
}

// conversions has the key {destination, source}.
var conversions = map[[2]tensor.DType]operation{}

func init() {
	const f32, f64, i32, u32, bit = tensor.Float32, tensor.Float64, tensor.Int32, tensor.Uint32, tensor.Bool
	const maxI, minI, maxU = math.MaxInt32, math.MinInt32, math.MaxUint32
	add := func(dst, src tensor.DType, op operation) { conversions[[2]tensor.DType{dst, src}] = op }
	add(f32, f64, unary2(kernel.Convert[float32, float64]))
	add(f32, i32, unary2(kernel.ForFloat32().FromInt32))
	add(f32, u32, unary2(kernel.ForFloat32().FromUint32))
	add(f64, f32, unary2(kernel.Convert[float64, float32]))
	add(f64, i32, unary2(kernel.Convert[float64, int32]))
	add(f64, u32, unary2(kernel.Convert[float64, uint32]))
	add(i32, u32, unary2(kernel.Convert[int32, uint32]))
	add(u32, i32, unary2(kernel.Convert[uint32, int32]))
	add(i32, f32, unary2(kernel.ForFloat32().ToInt32))
	add(i32, f64, unary2(kernel.ConvertToInt[int32, float64](minI, maxI)))
	add(u32, f32, unary2(kernel.ForFloat32().ToUint32))
	add(u32, f64, unary2(kernel.ConvertToInt[uint32, float64](0, maxU)))
	add(f32, bit, unary2(kernel.ForFloat32().FromBool))
	add(f64, bit, unary2(kernel.ConvertFromBool[float64]))
	add(i32, bit, unary2(kernel.ConvertFromBool[int32]))
	add(u32, bit, unary2(kernel.ConvertFromBool[uint32]))
	add(bit, f32, unary2(kernel.ConvertToBool[float32]))
	add(bit, f64, unary2(kernel.ConvertToBool[float64]))
	add(bit, i32, unary2(kernel.ConvertToBool[int32]))
	add(bit, u32, unary2(kernel.ConvertToBool[uint32]))
}

func at[T any](p unsafe.Pointer, n int) []T { return unsafe.Slice((*T)(p), n) }

func unary[T any](f func(dst, x []T)) operation { return unary2(f) }

func unary2[D, S any](f func(dst []D, x []S)) operation {
	return func(r pointers, n, _ int) { f(at[D](r[0], n), at[S](r[1], n)) }
}

func binary[T any](f func(dst, a, b []T)) operation {
	return func(r pointers, n, _ int) { f(at[T](r[0], n), at[T](r[1], n), at[T](r[2], n)) }
}

func compare[T any](f func(dst []bool, a, b []T)) operation {
	return func(r pointers, n, _ int) { f(at[bool](r[0], n), at[T](r[1], n), at[T](r[2], n)) }
}

func choose[T any]() operation {
	return func(r pointers, n, _ int) {
		kernel.Select(at[T](r[0], n), at[bool](r[1], n), at[T](r[2], n), at[T](r[3], n))
	}
}

func randomBits(r pointers, n, start int) {
	kernel.ForFloat32().RandomBits(at[uint32](r[0], n), (*[2]uint32)(r[1]), (*[2]uint32)(r[2]), start)
}

// powerOfTwo returns k if v is 2^k, a uint32 constant.
func powerOfTwo(v ir.View) (k int, ok bool) {
	n := v.Node
	if n.Op != "constant" || n.DType != tensor.Uint32 || n.Size() != 1 {
		return 0, false
	}
	value := n.Buffer.Memory.Uint32()[0]
	return bits.TrailingZeros32(value), bits.OnesCount32(value) == 1
}

func shiftRight(by int) operation {
	return func(r pointers, n, _ int) {
		kernel.ForFloat32().ShiftRight(at[uint32](r[0], n), at[uint32](r[1], n), by)
	}
}

func iota_(n *ir.Node) operation {
	axis := n.Attr.(tensor.IotaAttr).Axis
	stride, dim := tensor.Strides(n.Shape)[axis], n.Shape[axis]
	switch n.DType {
	case tensor.Float32:
		return count[float32](stride, dim)
	case tensor.Float64:
		return count[float64](stride, dim)
	case tensor.Int32:
		return count[int32](stride, dim)
	}
	return count[uint32](stride, dim)
}

func count[T kernel.Number](stride, dim int) operation {
	return func(r pointers, n, start int) { kernel.Iota(at[T](r[0], n), start, stride, dim) }
}
