package kernel

var float32Tilers = map[InstructionSet]*Tiler[float32]{
	AVX512: {Lanes: 16, Masked: true, tiles: tilesAVX512},
	AVX2:   plainTiler[float32](),
	Plain:  plainTiler[float32](),
}

var float32Movers = map[InstructionSet]*movers[float32]{
	AVX512: {copyRuns512, transpose512},
}

func copyRuns512(dst []float32, ld int, src []float32, base int, table []int, n int) {
	if len(table) == 0 || n == 0 {
		return
	}
	_, _ = dst[(len(table)-1)*ld+n-1], src[base+table[len(table)-1]+n-1]
	copyRunsAVX512(&dst[0], ld, ahead(&src[0], base), &table[0], len(table), n)
}

func transpose512(dst []float32, ld int, src []float32, base int, table []int, n int) {
	const lanes = 16
	for n > 0 && len(table) >= lanes {
		transposeAVX512(&dst[0], ld, ahead(&src[0], base), &table[0], lanes, n)
		table = table[lanes:]
		if len(table) > 0 {
			dst = dst[lanes:]
		}
	}
	if n > 0 && len(table) > 0 {
		var padded [lanes]int // what it reads beyond the last row is of no account
		for i := range padded {
			padded[i] = table[min(i, len(table)-1)]
		}
		transposeAVX512(&dst[0], ld, ahead(&src[0], base), &padded[0], lanes, n)
	}
}
