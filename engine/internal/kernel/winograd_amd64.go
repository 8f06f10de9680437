package kernel

var winograds = map[InstructionSet][]*Winograd{
	AVX512: {
		{2, 2, 3, toPlanes(winogradInputs3AVX512, 3, 3), toPlanes(winogradTaps3of2AVX512, 2, 3), fromPlanes(winogradResults2of3AVX512, 3, 2)},
		{2, 3, 4, toPlanes(winogradInputs4AVX512, 4, 4), toPlanes(winogradTaps4of3AVX512, 3, 4), fromPlanes(winogradResults2of4AVX512, 4, 2)},
		{3, 2, 4, toPlanes(winogradInputs4AVX512, 4, 4), toPlanes(winogradTaps4of2AVX512, 2, 4), fromPlanes(winogradResults3of4AVX512, 4, 3)},
		{2, 4, 5, toPlanes(winogradInputs5AVX512, 5, 5), toPlanes(winogradTaps5of4AVX512, 4, 5), fromPlanes(winogradResults2of5AVX512, 5, 2)},
	},
	AVX2: {
		{2, 2, 3, toPlanes(winogradInputs3AVX2, 3, 3), toPlanes(winogradTaps3of2AVX2, 2, 3), fromPlanes(winogradResults2of3AVX2, 3, 2)},
		{2, 3, 4, toPlanes(winogradInputs4AVX2, 4, 4), toPlanes(winogradTaps4of3AVX2, 3, 4), fromPlanes(winogradResults2of4AVX2, 4, 2)},
		{3, 2, 4, toPlanes(winogradInputs4AVX2, 4, 4), toPlanes(winogradTaps4of2AVX2, 2, 4), fromPlanes(winogradResults3of4AVX2, 4, 3)},
		{2, 4, 5, toPlanes(winogradInputs5AVX2, 5, 5), toPlanes(winogradTaps5of4AVX2, 4, 5), fromPlanes(winogradResults2of5AVX2, 5, 2)},
	},
}

// toPlanes completes a transform from reads x reads positions of a table to
// writes x writes planes. The caller must make sure that the positions are
// inside src.
func toPlanes(run func(dst *float32, plane, step int, src *float32, table *int32, count, n int), reads, writes int) func(dst []float32, plane, step int, src []float32, table []int32, n int) {
	return func(dst []float32, plane, step int, src []float32, table []int32, n int) {
		if count := len(table) / (reads * reads); count > 0 && n > 0 {
			_ = dst[(writes*writes-1)*plane+(count-1)*step+n-1]
			run(&dst[0], plane, step, &src[0], &table[0], count, n)
		}
	}
}

// fromPlanes completes a transform from reads x reads planes to writes x writes
// positions of a table. The caller must make sure that the positions are inside
// dst.
func fromPlanes(run func(dst *float32, table *int32, src *float32, plane, step int, count, n int), reads, writes int) func(dst []float32, table []int32, src []float32, plane, step int, n int) {
	return func(dst []float32, table []int32, src []float32, plane, step int, n int) {
		if count := len(table) / (writes * writes); count > 0 && n > 0 {
			_ = src[(reads*reads-1)*plane+(count-1)*step+n-1]
			run(&dst[0], &table[0], &src[0], plane, step, count, n)
		}
	}
}
