package kernel

// The packers copy operands into the form that tiles read. Both read src at
// base plus each offset of a table. The caller has checked that these positions
// are in src.
type packers[T Float] struct {
	// copyRuns copies, for entry i of table, n contiguous elements to
	// dst[i*ld:].
	copyRuns func(dst []T, ld int, src []T, base int, table []int, n int)
	// transpose copies element k, of n contiguous elements, at entry i of table
	// to dst[k*ld+i]. It may write more, up to whole vectors, where dst has
	// room.
	transpose func(dst []T, ld int, src []T, base int, table []int, n int)
}

// packersOf returns the packers of the instruction set in use.
func packersOf[T Float]() *packers[T] {
	set, _ := CPU()
	if m, ok := any(float32Packers[set]).(*packers[T]); ok && m != nil {
		return m
	}
	return &packers[T]{plainCopyRuns[T], plainTranspose[T]}
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
type Transposer[T Float] struct {
	packers *packers[T]
	lines   []int
}

// NewTransposer returns a Transposer of blocks with at most rows rows, ld
// apart.
func NewTransposer[T Float](rows, ld int) *Transposer[T] {
	t := &Transposer[T]{packersOf[T](), make([]int, rows)}
	for i := range t.lines {
		t.lines[i] = i * ld
	}
	return t
}

// Transpose writes element (i, j) of the rows x cols block src to dst[j*ld+i].
// It may write more, up to whole vectors of i, where dst has room.
func (t *Transposer[T]) Transpose(dst []T, ld int, src []T, rows, cols int) {
	t.packers.transpose(dst, ld, src, 0, t.lines[:rows], cols)
}

// CopyBlock writes element (i, j) of the rows x cols block src to dst[i*ld+j],
// and nothing else.
func (t *Transposer[T]) CopyBlock(dst []T, ld int, src []T, rows, cols int) {
	t.packers.copyRuns(dst, ld, src, 0, t.lines[:rows], cols)
}
