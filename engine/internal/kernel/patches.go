package kernel

import "math"

// Outside is the entry of a gathering's table that is read as zero.
const Outside = math.MinInt32

// A Gathering copies elements from where a table says, or zeros, into one
// block. Where neighbours in the block are neighbours in memory, or every
// second element, it can copy them by vectors.
type Gathering[T Float] struct {
	table []int32
	lines []lines
}

// lines are runs of n elements that are step apart in memory, as pairs of a
// place in the block and one in memory.
type lines struct {
	n, step int
	pairs   []int32
}

// NewGathering returns the gathering by a table, which must not be changed.
func NewGathering[T Float](table []int32) *Gathering[T] {
	g := &Gathering[T]{table: table}
	set, _ := CPU()
	var zero T
	if _, ok := any(zero).(float32); ok && copyLines[set] != nil {
		g.lines = linesOf(table)
	}
	return g
}

// longestLine is the most elements of a line, and shortLines how many there
// must be on average to be worth while.
const (
	longestLine = 16
	shortLines  = 3
)

// linesOf cuts a table into lines of every length and step; nil if most are
// too short.
func linesOf(table []int32) []lines {
	var all []lines
	count, inside := 0, 0
	for i := 0; i < len(table); {
		if table[i] == Outside {
			i++
			continue
		}
		n, step := lineAt(table[i:])
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
	return all
}

// lineAt returns how many entries of a table begin a line, and its step.
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

// Clears says whether All writes the zeros too; if not, the block must be
// cleared before it is first gathered.
func (g *Gathering[T]) Clears() bool { return g.lines == nil }

// All gathers the whole block from src, whose element base the table counts
// from.
func (g *Gathering[T]) All(dst, src []T, base int) {
	if g.lines == nil {
		g.Part(dst, src, base, 0, len(g.table))
		return
	}
	set, _ := CPU()
	d, s := any(dst).([]float32), any(src).([]float32)
	for i := range g.lines {
		copyLines[set](d, s, base, &g.lines[i])
	}
}

// Part gathers elements from to end-1 of the block to dst, zeros included.
func (g *Gathering[T]) Part(dst, src []T, base, from, end int) {
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

// Spread sets dst[i*step] to src[i], as far as dst reaches.
func Spread[T Float](dst []T, step int, src []T) {
	if step == 1 {
		copy(dst, src)
		return
	}
	n := min(len(src), (len(dst)+step-1)/step)
	for i, v := range src[:n] {
		dst[i*step] = v
	}
}
