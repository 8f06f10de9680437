package kernel

var float32Tilers = map[InstructionSet]*Tiler[float32]{
	AVX512: {
		Lanes: 16, Masked: true, tiles: tilesAVX512, halves: tilesAVX512Half, gathered: tilesAVX512Gathered, dots: dotsAVX512,
		sparse: sparseAVX512, nonzeros: nonzerosAVX512, sum: sumAVX512,
	},
	AVX2:  {Lanes: 8, tiles: tilesAVX2, gathered: tilesAVX2Gathered, sparse: sparseAVX2, nonzeros: nonzerosAVX2, sum: sumAVX2},
	Plain: plainTiler[float32](),
}

var float32Packers = map[InstructionSet]*packers[float32]{
	AVX512: {copyRuns512, transpose512},
	AVX2:   {copyRuns2, transpose2},
}

// The kernels get the position in src of the first entry of a table. The position of the entry
// 0, src[base], can be outside of src, and a pointer to it would be invalid.

func copyRuns512(dst []float32, ld int, src []float32, base int, table []int, n int) {
	if len(table) > 0 && n > 0 {
		checkRuns(dst, ld, src, base, table, n)
		copyRunsAVX512(&dst[0], ld, &src[base+table[0]], &table[0], len(table), n)
	}
}

func copyRuns2(dst []float32, ld int, src []float32, base int, table []int, n int) {
	if len(table) > 0 && n > 0 {
		checkRuns(dst, ld, src, base, table, n)
		copyRunsAVX2(&dst[0], ld, &src[base+table[0]], &table[0], len(table), n)
	}
}

// checkRuns panics if the last run is beyond dst or src.
func checkRuns(dst []float32, ld int, src []float32, base int, table []int, n int) {
	last := len(table) - 1
	_, _ = dst[last*ld+n-1], src[base+table[last]+n-1]
}

func transpose512(dst []float32, ld int, src []float32, base int, table []int, n int) {
	const lanes = 16
	for i := 0; i < len(table) && n > 0; i += lanes {
		var rows [lanes]int
		fillRows(rows[:], table[i:])
		_ = dst[i+(n-1)*ld+lanes-1]
		transposeAVX512(&dst[i], ld, &src[base+rows[0]], &rows[0], lanes, n)
	}
}

func transpose2(dst []float32, ld int, src []float32, base int, table []int, n int) {
	const lanes = 8
	whole := n &^ (lanes - 1)
	for i := 0; i < len(table) && whole > 0; i += lanes {
		var rows [lanes]int
		fillRows(rows[:], table[i:])
		_ = dst[i+(whole-1)*ld+lanes-1]
		transposeAVX2(&dst[i], ld, &src[base+rows[0]], &rows[0], lanes, whole)
	}
	if whole < n {
		plainTranspose(dst[whole*ld:], ld, src, base+whole, table, n-whole)
	}
}

// fillRows copies the entries of table to rows and repeats the last entry at
// the end. The repeated elements are written where nothing reads them.
func fillRows(rows, table []int) {
	n := copy(rows, table)
	for i := n; i < len(rows); i++ {
		rows[i] = table[n-1]
	}
}

var copyLines = map[InstructionSet]copyLine{AVX512: copyLines512}

func copyLines512(dst, src []float32, base, skip int, l *lines, pairs []int32) {
	last := pairs[len(pairs)-2:]
	_, _, _ = dst[int(pairs[0])-skip], dst[int(last[0])-skip+l.n-1], src[base+int(last[1])+(l.n-1)*l.step]
	from := &src[base+int(pairs[1])]
	if l.step == 1 {
		copyEachAVX512(&dst[0], from, &pairs[0], len(pairs)/2, l.n, skip)
	} else {
		copyEverySecondAVX512(&dst[0], from, &pairs[0], len(pairs)/2, l.n, skip)
	}
}
