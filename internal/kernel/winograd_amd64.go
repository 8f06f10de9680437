package kernel

var winograds = map[InstructionSet]*Winograd{
	AVX512: {spreading(inputAVX512, 9), spreading(tapsAVX512, 4), gathering(outputAVX512)},
	AVX2:   {spreading(inputAVX2, 9), spreading(tapsAVX2, 4), gathering(outputAVX2)},
}

// spreading completes a transform that writes planes, and reads places of a
// table. That these lie in src is for the caller to see to.
func spreading(run func(dst *float32, plane, step int, src *float32, table *int32, count, n int), places int) func(dst []float32, plane, step int, src []float32, table []int32, n int) {
	return func(dst []float32, plane, step int, src []float32, table []int32, n int) {
		if count := len(table) / places; count > 0 && n > 0 {
			_ = dst[8*plane+(count-1)*step+n-1]
			run(&dst[0], plane, step, &src[0], &table[0], count, n)
		}
	}
}

// gathering completes the transform that reads planes. That the places of the
// table lie in dst is for the caller to see to.
func gathering(run func(dst *float32, table *int32, src *float32, plane, step int, count, n int)) func(dst []float32, table []int32, src []float32, plane, step int, n int) {
	return func(dst []float32, table []int32, src []float32, plane, step int, n int) {
		if count := len(table) / 4; count > 0 && n > 0 {
			_ = src[8*plane+(count-1)*step+n-1]
			run(&dst[0], &table[0], &src[0], plane, step, count, n)
		}
	}
}
