package kernel

import (
	"maps"
	"unsafe"
)

func forFloat32(set InstructionSet) *Float32 {
	switch set {
	case AVX512:
		return avx512Float32()
	case AVX2:
		return avx2Float32()
	}
	return plainFloat32()
}

func avx512Float32() *Float32 {
	f := &Float32{
		Unary: map[string]func(dst, x []float32){
			"neg": negAVX512, "abs": absAVX512, "sign": signAVX512, "sqrt": sqrtAVX512, "rsqrt": rsqrtAVX512,
			"floor": floorAVX512, "exp": expAVX512, "log": logAVX512, "tanh": tanhAVX512, "logistic": logisticAVX512,
			"sin": withFallback(sinAVX512, Map[float32](Functions["sin"])),
			"cos": withFallback(cosAVX512, Map[float32](Functions["cos"])),
		},
		Binary: map[string]func(dst, a, b []float32){
			"add": addAVX512, "sub": subAVX512, "mul": mulAVX512, "div": divAVX512,
			"max": maxAVX512, "min": minAVX512, "pow": powAVX512,
		},
		Pairs: withSwapped(map[Pair]func(dst, a, b, c []float32){
			{"add", "add", false}: addAddAVX512, {"add", "sub", false}: addSubAVX512, {"add", "mul", false}: addMulAVX512, {"add", "sub", true}: addSubFromAVX512,
			{"sub", "add", false}: subAddAVX512, {"sub", "sub", false}: subSubAVX512, {"sub", "mul", false}: subMulAVX512, {"sub", "sub", true}: subSubFromAVX512,
			{"mul", "add", false}: mulAddAVX512, {"mul", "sub", false}: mulSubAVX512, {"mul", "mul", false}: mulMulAVX512, {"mul", "sub", true}: mulSubFromAVX512,
			{"div", "add", false}: divAddAVX512, {"div", "sub", false}: divSubAVX512, {"div", "mul", false}: divMulAVX512, {"div", "sub", true}: divSubFromAVX512,
		}),
		Compare: map[string]func(dst []bool, a, b []float32){
			"EQ": equalAVX512, "NE": notEqualAVX512, "LT": lessAVX512, "LE": lessEqualAVX512,
		},
		Select:     chooseAVX512,
		FromBool:   fromBoolAVX512,
		FromInt32:  func(dst []float32, x []int32) { fromInt32AVX512(dst, asFloat32(x)) },
		FromUint32: func(dst []float32, x []uint32) { fromUint32AVX512(dst, asFloat32(x)) },
		ToInt32:    func(dst []int32, x []float32) { toInt32AVX512(asFloat32(dst), x) },
		ToUint32:   func(dst []uint32, x []float32) { toUint32AVX512(asFloat32(dst), x) },
		Sum:        sumAVX512,
		MaxOf:      maxOfAVX512,
		SumRows:    inRows(sumRowsAVX512),
		MaxRows:    inRows(maxRowsAVX512),
		ShiftRight: func(dst, x []uint32, by int) { shiftRightAVX512(dst, x, uint64(by)) },
		RandomBits: inBlocks(32, philoxAVX512),
		Fill:       fillAVX512,
		Columns:    column,
		Repeat:     repeatsAVX512,
		CopyRows:   copyRowsAVX512,
		RepeatRows: repeatRowsAVX512,
	}
	f.complete()
	return f
}

func avx2Float32() *Float32 {
	f := &Float32{
		Unary: map[string]func(dst, x []float32){
			"neg": negAVX2, "abs": absAVX2, "sign": signAVX2, "sqrt": sqrtAVX2, "rsqrt": rsqrtAVX2,
			"floor": floorAVX2, "exp": expAVX2, "log": logAVX2, "tanh": tanhAVX2, "logistic": logisticAVX2,
			"sin": withFallback(sinAVX2, Map[float32](Functions["sin"])),
			"cos": withFallback(cosAVX2, Map[float32](Functions["cos"])),
		},
		Binary: map[string]func(dst, a, b []float32){
			"add": addAVX2, "sub": subAVX2, "mul": mulAVX2, "div": divAVX2,
			"max": maxAVX2, "min": minAVX2, "pow": powAVX2,
		},
		Pairs: withSwapped(map[Pair]func(dst, a, b, c []float32){
			{"add", "add", false}: addAddAVX2, {"add", "sub", false}: addSubAVX2, {"add", "mul", false}: addMulAVX2, {"add", "sub", true}: addSubFromAVX2,
			{"sub", "add", false}: subAddAVX2, {"sub", "sub", false}: subSubAVX2, {"sub", "mul", false}: subMulAVX2, {"sub", "sub", true}: subSubFromAVX2,
			{"mul", "add", false}: mulAddAVX2, {"mul", "sub", false}: mulSubAVX2, {"mul", "mul", false}: mulMulAVX2, {"mul", "sub", true}: mulSubFromAVX2,
			{"div", "add", false}: divAddAVX2, {"div", "sub", false}: divSubAVX2, {"div", "mul", false}: divMulAVX2, {"div", "sub", true}: divSubFromAVX2,
		}),
		Compare: map[string]func(dst []bool, a, b []float32){
			"EQ": wholeAVX2(equalAVX2, Equal[float32]),
			"NE": wholeAVX2(notEqualAVX2, NotEqual[float32]),
			"LT": wholeAVX2(lessAVX2, Less[float32]),
			"LE": wholeAVX2(lessEqualAVX2, LessEqual[float32]),
		},
		Select: func(dst []float32, p []bool, a, b []float32) {
			chooseAVX2(dst, p, a, b)
			n := len(dst) &^ 7
			Select(dst[n:], p[n:], a[n:], b[n:])
		},
		FromBool: func(dst []float32, x []bool) {
			fromBoolAVX2(dst, x)
			n := len(dst) &^ 7
			ConvertFromBool(dst[n:], x[n:])
		},
		FromInt32:  func(dst []float32, x []int32) { fromInt32AVX2(dst, asFloat32(x)) },
		FromUint32: func(dst []float32, x []uint32) { fromUint32AVX2(dst, asFloat32(x)) },
		ToInt32:    func(dst []int32, x []float32) { toInt32AVX2(asFloat32(dst), x) },
		ToUint32:   func(dst []uint32, x []float32) { toUint32AVX2(asFloat32(dst), x) },
		Sum:        sumAVX2,
		MaxOf:      maxOfAVX2,
		SumRows:    noRows,
		MaxRows:    noRows,
		ShiftRight: func(dst, x []uint32, by int) { shiftRightAVX2(dst, x, uint64(by)) },
		RandomBits: inBlocks(16, philoxAVX2),
		Fill:       fillAVX2,
		Columns:    func(_, _ []float32, _ int) int { return 0 },
		Repeat:     repeatsAVX2,
		CopyRows:   copyRowsAVX2,
		RepeatRows: repeatRowsAVX2,
	}
	f.complete()
	return f
}

// withSwapped adds the swapped pairs of commutative second primitives.
func withSwapped(pairs map[Pair]func(dst, a, b, c []float32)) map[Pair]func(dst, a, b, c []float32) {
	for p, f := range maps.Clone(pairs) {
		if p.Second != "sub" {
			p.Swapped = true
			pairs[p] = f
		}
	}
	return pairs
}

// wholeAVX2 completes a comparison kernel that processes only whole vectors of
// 8.
func wholeAVX2(whole, plain func(dst []bool, a, b []float32)) func(dst []bool, a, b []float32) {
	return func(dst []bool, a, b []float32) {
		whole(dst, a, b)
		n := len(dst) &^ 7
		plain(dst[n:], a[n:], b[n:])
	}
}

// withFallback completes a kernel that stops at a vector with an element
// outside its range; plain computes that element. The result for an element
// does not depend on its neighbours.
func withFallback(some func(dst, x []float32) int, plain func(dst, x []float32)) func(dst, x []float32) {
	return func(dst, x []float32) {
		for {
			done := some(dst, x)
			if dst, x = dst[done:], x[done:]; len(dst) == 0 {
				return
			}
			n := min(16, len(dst))
			for i := range n {
				if some(dst[i:i+1], x[i:i+1]) == 0 {
					plain(dst[i:i+1], x[i:i+1])
				}
			}
			dst, x = dst[n:], x[n:]
		}
	}
}

// inBlocks completes a kernel that fills only a multiple of words random words
// and begins at the first word of a block.
func inBlocks(words int, some func(dst []uint32, key, counter *[2]uint32, block uint64)) func(dst []uint32, key, counter *[2]uint32, start int) {
	return func(dst []uint32, key, counter *[2]uint32, start int) {
		first := min(-start&3, len(dst))
		RandomBits(dst[:first], key, counter, start)
		dst, start = dst[first:], start+first
		n := len(dst) / words * words
		some(dst[:n], key, counter, uint64(start/4))
		RandomBits(dst[n:], key, counter, start+n)
	}
}

// asFloat32 lets kernels of one signature read and write integers. The kernels
// treat the elements as integers.
func asFloat32[T int32 | uint32](x []T) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// columns describes the positions of columns in the vectors of 16 rows: element
// i of column j is in lane lanes[j][i] of vector v if bit i of masks[j][v] is
// set.
type columns struct {
	lanes [16][16]uint32
	masks [16][16]uint16
}

// columnsOf contains the columns of rows of each length up to 16.
var columnsOf = func() (all [17]columns) {
	for length := range all {
		c := &all[length]
		for j := range length {
			for i := range 16 {
				at := i*length + j
				c.lanes[j][i] = uint32(at % 16)
				c.masks[j][at/16] |= 1 << i
			}
		}
	}
	return all
}()

// column copies a column. It reads nothing beyond src.
func column(dst, src []float32, stride int) int {
	if stride < 2 || stride >= len(columnsOf) {
		return 0
	}
	n, c := min(len(dst), len(src)/stride)&^15, &columnsOf[stride]
	columnsAVX512(dst[:n], src, stride, &c.lanes[0][0], &c.masks[0][0])
	return n
}

// inRows completes a kernel that reduces only whole vectors of short rows.
func inRows(fold func(acc, x []float32, length int, lanes *uint32, masks *uint16)) func(acc, x []float32, length int) int {
	return func(acc, x []float32, length int) int {
		if length < 2 || length >= len(columnsOf) {
			return 0
		}
		n, c := len(acc)&^15, &columnsOf[length]
		fold(acc[:n], x, length, &c.lanes[0][0], &c.masks[0][0])
		return n
	}
}

// repeatsAVX512 and repeatsAVX2 use the shortest possible vectors: overlapping
// vectors are each stored in full.
func repeatsAVX512(dst, src []float32, times int) int {
	if times <= 8 {
		return repeatsAVX2(dst, src, times)
	}
	n := repeatable(16, dst, src, times)
	repeatAVX512(dst, src[:n], times)
	return n * times
}

func repeatsAVX2(dst, src []float32, times int) int {
	n := repeatable(8, dst, src, times)
	repeatAVX2(dst, src[:n], times)
	return n * times
}

// repeatable returns the number of elements of src for which a kernel can store
// vectors of the given number of lanes one after the other without writing
// beyond dst.
func repeatable(lanes int, dst, src []float32, times int) int {
	if times > lanes || len(dst) < lanes {
		return 0
	}
	return min(len(src), (len(dst)-lanes)/times+1)
}
