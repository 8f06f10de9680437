package kernel

import "math"

// Outside is an entry of the table of a StagingCopy for an element that is
// zero.
const Outside = math.MinInt32

// A StagingCopy fills a block with elements at the positions of a table, or
// with zeros. It uses vectors where neighbours in the block are neighbours in
// memory, or every second element there.
type StagingCopy[T Float] struct {
	table []int32
	row   int // parts of the block begin and end at multiples of row
	lines []lines
	copy  copyLine
}

// A copyLine copies the given pairs of l from src[base:] to dst. dst begins at
// position skip of the block.
type copyLine func(dst, src []float32, base, skip int, l *lines, pairs []int32)

// lines holds runs of n elements that are step apart in memory. pairs holds a
// position in the block and a position in memory for each run, in the order of
// the block. first holds the index in pairs of the first run of each row of the
// block, and of the end.
type lines struct {
	n, step int
	pairs   []int32
	first   []int
}

// NewStagingCopy returns a StagingCopy with the given table, for parts of whole
// rows. The table must not change afterwards.
func NewStagingCopy[T Float](table []int32, row int) *StagingCopy[T] {
	g := &StagingCopy[T]{table: table, row: row}
	set, _ := CPU()
	var zero T
	if _, ok := any(zero).(float32); ok && copyLines[set] != nil {
		g.lines, g.copy = linesOf(table, row), copyLines[set]
	}
	return g
}

// longestLine is the largest number of elements of a line. shortLines is the
// smallest average length for which lines are faster.
const (
	longestLine = 16
	shortLines  = 3
)

// linesOf divides the rows of a table into lines, grouped by length and step. It
// returns nil if lines are too short on average.
func linesOf(table []int32, row int) []lines {
	var all []lines
	count, inside := 0, 0
	for i := 0; i < len(table); {
		if table[i] == Outside {
			i++
			continue
		}
		n, step := lineAt(table[i : i/row*row+row])
		k := 0
		for k < len(all) && (all[k].n != n || all[k].step != step) {
			k++
		}
		if k == len(all) {
			all = append(all, lines{n: n, step: step})
		}
		all[k].pairs = append(all[k].pairs, int32(i), table[i])
		i += n
		count++
		inside += n
	}
	if inside < shortLines*count {
		return nil
	}
	for k := range all {
		l, i := &all[k], 0
		for start := 0; start <= len(table); start += row {
			for i < len(l.pairs) && int(l.pairs[i]) < start {
				i += 2
			}
			l.first = append(l.first, i)
		}
	}
	return all
}

// lineAt returns the length and the step of the line at the beginning of table.
func lineAt(table []int32) (n, step int) {
	n, step = 1, 1
	if len(table) > 1 && table[1] != Outside && table[1]-table[0] == 2 {
		step = 2
	}
	for n < min(len(table), longestLine) && table[n] != Outside && table[n]-table[n-1] == int32(step) {
		n++
	}
	return n, step
}

// WritesZeros reports whether Copy also writes the zeros. If not, the caller
// must clear the block before the first copy.
func (g *StagingCopy[T]) WritesZeros() bool { return g.lines == nil }

// Copy copies elements from to end-1 of the block from src to dst. Both are
// multiples of the row. The positions of the table are relative to src[base].
func (g *StagingCopy[T]) Copy(dst, src []T, base, from, end int) {
	if g.lines == nil {
		g.copyEach(dst, src, base, from, end)
		return
	}
	d, s := any(dst[:end-from]).([]float32), any(src).([]float32)
	for i := range g.lines {
		l := &g.lines[i]
		if pairs := l.pairs[l.first[from/g.row]:l.first[end/g.row]]; len(pairs) > 0 {
			g.copy(d, s, base, from, l, pairs)
		}
	}
}

// copyEach is Copy for any table.
func (g *StagingCopy[T]) copyEach(dst, src []T, base, from, end int) {
	table := g.table[from:end]
	dst = dst[:len(table)]
	for i, at := range table {
		var v T
		if at != Outside {
			v = src[base+int(at)]
		}
		dst[i] = v
	}
}

// StoreStrided sets dst[i*step] = src[i], for all i with i*step inside dst.
func StoreStrided[T Float](dst []T, step int, src []T) {
	if step == 1 {
		copy(dst, src)
		return
	}
	n := min(len(src), (len(dst)+step-1)/step)
	for i, v := range src[:n] {
		dst[i*step] = v
	}
}
