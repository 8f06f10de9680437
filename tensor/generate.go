package tensor

import (
	"math"
	"slices"
)

// IotaAttr describes an iota.
type IotaAttr struct {
	DType DType
	Shape []int
	Axis  int
}

var opIota *Primitive

func init() {
	opIota = define(&Primitive{
		Name: "iota", Family: Generator, StableHLO: "iota",
		Doc: "iota() counts 0, 1, 2, ... along one axis and repeats along the others.",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			a := attr.(IotaAttr)
			if a.Axis < 0 || a.Axis >= len(a.Shape) || a.DType == Bool {
				misuse(op.Name, nil, "cannot count along axis %d of %s", a.Axis, formatShape(a.DType, a.Shape))
			}
			return a.DType, a.Shape
		},
		grad: noGradient,
		plain: func(y *Tensor, out []float64, _ []*Array) {
			axis := y.attr.(IotaAttr).Axis
			each(y.shape, func(i int, index []int) { out[i] = float64(index[axis]) })
		},
	})
}

// Iota returns a tensor that counts 0, 1, 2, ... along axis.
func Iota(dtype DType, axis int, shape ...int) *Tensor {
	return apply(opIota, IotaAttr{dtype, slices.Clone(shape), axis})
}

// RandomBitsAttr holds the shape of the random bits.
type RandomBitsAttr struct{ Shape []int }

var opRandomBits *Primitive

func init() {
	opRandomBits = define(&Primitive{
		Name: "random-bits", Family: Generator,
		StableHLO: "composed: Philox-4x32 in multiply, xor and convert on ui64",
		Doc: "random-bits(key, counter), both uint32[2], is a tensor of uniform uint32: " +
			"element i is word i mod 4 of Philox(key, [i/4, 0, counter0, counter1]).",
		infer: func(op *Primitive, args []*Tensor, attr any) (DType, []int) {
			for _, a := range args {
				if a.dtype != Uint32 || !slices.Equal(a.shape, []int{2}) {
					misuse(op.Name, args, "key and counter must be uint32[2]")
				}
			}
			return Uint32, attr.(RandomBitsAttr).Shape
		},
		grad: noGradient,
		plain: func(_ *Tensor, out []float64, args []*Array) {
			word := func(a *Array, i int) uint32 { return uint32(a.Data[i]) }
			key := [2]uint32{word(args[0], 0), word(args[0], 1)}
			for i := range out {
				block := [4]uint32{uint32(i / 4), 0, word(args[1], 0), word(args[1], 1)}
				out[i] = float64(Philox(key, block)[i%4])
			}
		},
	})
}

// RandomBits returns uniform uint32 words of the stream with the given key and
// counter, both uint32[2]. Equal key and counter give equal bits.
func RandomBits(key, counter *Tensor, shape ...int) *Tensor {
	return apply(opRandomBits, RandomBitsAttr{slices.Clone(shape)}, key, counter)
}

// RandomUniform returns uniform float32 numbers in [0, 1), multiples of 2^-24.
func RandomUniform(key, counter *Tensor, shape ...int) *Tensor {
	top := RandomBits(key, counter, shape...).Div(Scalar(Uint32, 256)) // the upper 24 bits, exact in float32
	return top.Convert(Float32).Scale(0x1p-24)
}

// RandomNormal returns standard normal float32 numbers (Box and Muller 1958).
// The largest possible magnitude is 5.77.
func RandomNormal(key, counter *Tensor, shape ...int) *Tensor {
	n := Size(shape)
	uniform := RandomUniform(key, counter, 2, n)
	radius := uniform.Slice1(0, 0, 1).Neg().Plus(1).Log().Scale(-2).Sqrt() // 1 - u is in (0, 1]
	angle := uniform.Slice1(0, 1, 2).Scale(2 * math.Pi)
	return radius.Mul(angle.Cos()).Reshape(shape...)
}
