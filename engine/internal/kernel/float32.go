package kernel

import (
	"math"
	"sync"
)

//go:generate go -C asm run ./vector -out ../float32_amd64.s -stubs ../float32_stub_amd64.go -pkg kernel

// A Float32 holds the float32 kernels that have vector versions, by the name of
// the primitive. All slices of a call must have at least the length of dst:
// unlike the plain kernels, the vector kernels do not check this.
//
// The vector kernels of all instruction sets give the same bits. The plain
// kernels give these bits too, except for exp, log, tanh, logistic, sin, cos,
// rsqrt and pow, which they compute in float64: for these the vector kernels
// are within 2 units in the last place of the plain ones.
type Float32 struct {
	Unary      map[string]func(dst, x []float32)
	Binary     map[string]func(dst, a, b []float32)
	Pairs      map[Pair]func(dst, a, b, c []float32)       // same bits as the two primitives one after the other
	Compare    map[string]func(dst []bool, a, b []float32) // EQ, NE, LT, LE, GT and GE
	Select     func(dst []float32, p []bool, a, b []float32)
	FromBool   func(dst []float32, x []bool)
	FromInt32  func(dst []float32, x []int32)
	FromUint32 func(dst []float32, x []uint32)
	ToInt32    func(dst []int32, x []float32) // see [ConvertToInt]
	ToUint32   func(dst []uint32, x []float32)
	Sum        func(x []float32) float32
	MaxOf      func(start float32, x []float32) float32

	// Reductions of short rows: acc[i] and row i of x, from its first element
	// to its last. They process as many rows as whole vectors allow, possibly
	// none, and return the number of processed rows.
	SumRows func(acc, x []float32, length int) int
	MaxRows func(acc, x []float32, length int) int

	ShiftRight func(dst, x []uint32, by int)
	RandomBits func(dst []uint32, key, counter *[2]uint32, start int)

	// Copies of elements of four bytes of any type. Columns and Repeat process
	// as many elements as whole vectors allow, possibly none, and return the
	// number of processed elements of dst.
	Fill    func(dst []float32, v float32)
	Columns func(dst, src []float32, stride int) int // dst[i] = src[i*stride]
	Repeat  func(dst, src []float32, times int) int  // dst[i] = src[i/times]

	// Rows with a length that is a multiple of 16. CopyRows copies rows that
	// begin stride apart in src. RepeatRows fills each row with one element;
	// the elements are stride apart in src.
	CopyRows   func(dst, src []float32, length, stride int)
	RepeatRows func(dst, src []float32, length, stride int)
}

// A Pair is two binary primitives that run as one: First of a and b, then
// Second of the result and c. If Swapped is true, c is the left argument of
// Second.
type Pair struct {
	First, Second string
	Swapped       bool
}

// ForFloat32 returns the kernels of the instruction set in use.
var ForFloat32 = sync.OnceValue(func() *Float32 {
	set, _ := CPU()
	return forFloat32(set)
})

// plainFloat32 returns the plain kernels. They are the reference for tests of
// the others, and are used on processors without vector kernels.
func plainFloat32() *Float32 {
	f := &Float32{
		Unary: map[string]func(dst, x []float32){
			"neg": Neg[float32], "abs": Abs[float32], "sign": Sign[float32],
		},
		Binary: map[string]func(dst, a, b []float32){
			"add": Add[float32], "sub": Sub[float32], "mul": Mul[float32], "div": Div[float32],
			"max": Max[float32], "min": Min[float32], "pow": Pow[float32],
		},
		Compare: map[string]func(dst []bool, a, b []float32){
			"EQ": Equal[float32], "NE": NotEqual[float32], "LT": Less[float32], "LE": LessEqual[float32],
		},
		Select:     Select[float32],
		FromBool:   ConvertFromBool[float32],
		FromInt32:  Convert[float32, int32],
		FromUint32: Convert[float32, uint32],
		ToInt32:    ConvertToInt[int32, float32](math.MinInt32, math.MaxInt32),
		ToUint32:   ConvertToInt[uint32, float32](0, math.MaxUint32),
		Sum:        Sum[float32],
		MaxOf:      MaxOf[float32],
		SumRows:    noRows,
		MaxRows:    noRows,
		ShiftRight: ShiftRight,
		RandomBits: RandomBits,
		Fill:       Fill[float32],
		Columns:    func(_, _ []float32, _ int) int { return 0 },
		Repeat:     func(_, _ []float32, _ int) int { return 0 },
		CopyRows:   copyRows,
		RepeatRows: repeatRows,
	}
	for name, function := range Functions {
		f.Unary[name] = Map[float32](function)
	}
	f.complete()
	return f
}

// Functions contains the unary primitives that are computed with [Map].
var Functions = map[string]func(float64) float64{
	"exp": math.Exp, "log": math.Log, "tanh": math.Tanh, "logistic": Logistic, "sqrt": math.Sqrt,
	"rsqrt": Rsqrt, "sin": math.Sin, "cos": math.Cos, "floor": math.Floor,
}

// complete adds the comparisons that are other comparisons with swapped
// arguments.
func (f *Float32) complete() {
	less, lessEqual := f.Compare["LT"], f.Compare["LE"]
	f.Compare["GT"] = func(dst []bool, a, b []float32) { less(dst, b, a) }
	f.Compare["GE"] = func(dst []bool, a, b []float32) { lessEqual(dst, b, a) }
}

func noRows(_, _ []float32, _ int) int { return 0 }

func copyRows(dst, src []float32, length, stride int) {
	for at := 0; len(dst) > 0; at += stride {
		copy(dst[:length], src[at:])
		dst = dst[length:]
	}
}

func repeatRows(dst, src []float32, length, stride int) {
	for at := 0; len(dst) > 0; at += stride {
		Fill(dst[:length], src[at])
		dst = dst[length:]
	}
}
