package kernel

// The movers bring operands into the form that tiles read. Both read src at base
// plus each offset of a table, which the caller has checked.
type movers[T Float] struct {
	// copyRuns writes, for entry i of table, n neighbours to dst[i*ld:].
	copyRuns func(dst []T, ld int, src []T, base int, table []int, n int)
	// transpose writes neighbour k of entry i of table, of n, to dst[k*ld+i].
	// It may write more than that, up to whole vectors, where dst has room.
	transpose func(dst []T, ld int, src []T, base int, table []int, n int)
}

// moversOf returns the movers of the chosen instruction set.
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

// A Turner brings blocks of results, whose rows are some distance apart, to
// where they belong, or turns them so that columns become rows.
type Turner[T Float] struct {
	movers *movers[T]
	lines  []int
}

// NewTurner returns a turner of blocks of at most rows rows, ld apart.
func NewTurner[T Float](rows, ld int) *Turner[T] {
	t := &Turner[T]{moversOf[T](), make([]int, rows)}
	for i := range t.lines {
		t.lines[i] = i * ld
	}
	return t
}

// Turn writes element (i, j) of the rows x cols block src to dst[j*ld+i]. It
// may write more, up to whole vectors of i, where dst has room.
func (t *Turner[T]) Turn(dst []T, ld int, src []T, rows, cols int) {
	t.movers.transpose(dst, ld, src, 0, t.lines[:rows], cols)
}

// Lay writes element (i, j) of the rows x cols block src to dst[i*ld+j], and
// nothing else.
func (t *Turner[T]) Lay(dst []T, ld int, src []T, rows, cols int) {
	t.movers.copyRuns(dst, ld, src, 0, t.lines[:rows], cols)
}
