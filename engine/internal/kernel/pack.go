package kernel

// The packers copy operands into the form that tiles read. Both read src at
// base plus each offset of a table. The caller has checked that these positions
// are in src.
type movers[T Float] struct {
	// copyRuns copies, for entry i of table, n contiguous elements to
	// dst[i*ld:].
	copyRuns func(dst []T, ld int, src []T, base int, table []int, n int)
	// transpose copies element k, of n contiguous elements, at entry i of table
	// to dst[k*ld+i]. It may write more, up to whole vectors, where dst has
	// room.
	transpose func(dst []T, ld int, src []T, base int, table []int, n int)
}

// packersOf returns the packers of the instruction set in use.
func moversOf[T Float]() *movers[T] {
	set, _ := CPU()
	if m, ok := any(float32Movers[set]).(*movers[T]); ok && m != nil {
		return m
	}
	return &movers[T]{plainCopyRuns[T], plainTranspose[T]}
}

func plainCopyRuns[T Float](dst []T, ld int, src []T, base int, table []int, n int) {
	if n == 1 {
		for i, offset := range table {
			dst[i*ld] = src[base+offset]
		}
		return
	}
	for i, offset := range table {
		copy(dst[i*ld:i*ld+n], src[base+offset:base+offset+n])
	}
}

func plainTranspose[T Float](dst []T, ld int, src []T, base int, table []int, n int) {
	for i, offset := range table {
		for k, v := range src[base+offset : base+offset+n] {
			dst[k*ld+i] = v
		}
	}
}

// A Transposer copies blocks of results to their positions, or transposes them.
// The rows of a block have a constant distance.
type Turner[T Float] struct {
	movers *movers[T]
	lines  []int
}

// NewTransposer returns a Transposer of blocks with at most rows rows, ld
// apart.
func NewTurner[T Float](rows, ld int) *Turner[T] {
	t := &Turner[T]{moversOf[T](), make([]int, rows)}
	for i := range t.lines {
		t.lines[i] = i * ld
	}
	return t
}

// Transpose writes element (i, j) of the rows x cols block src to dst[j*ld+i].
// It may write more, up to whole vectors of i, where dst has room.
func (t *Turner[T]) Turn(dst []T, ld int, src []T, rows, cols int) {
	t.movers.transpose(dst, ld, src, 0, t.lines[:rows], cols)
}

// CopyBlock writes element (i, j) of the rows x cols block src to dst[i*ld+j],
// and nothing else.
func (t *Turner[T]) Lay(dst []T, ld int, src []T, rows, cols int) {
	t.movers.copyRuns(dst, ld, src, 0, t.lines[:rows], cols)
}
