package kernel

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

// onEverySet runs a test with the tiler and packers of each instruction set
// that this processor has.
func onEverySet(t *testing.T, test func(t *testing.T, tiler *Tiler[float32], m *packers[float32])) {
	for _, set := range available() {
		m := float32Packers[set]
		if m == nil {
			m = &packers[float32]{plainCopyRuns[float32], plainTranspose[float32]}
		}
		t.Run(string(set), func(t *testing.T) { test(t, float32Tilers[set], m) })
	}
}

// fence is the value of memory that must not be written, and of memory that
// must not affect results.
var fence = float32(math.NaN())

func fenced(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = fence
	}
	return x
}

// whole fills x with small whole numbers. Their products and sums are exact in
// any order.
func whole(x []float32, seed int) {
	for i := range x {
		x[i] = float32((i*7+seed*3)%11 - 5)
	}
}

func isFence(v float32) bool { return math.Float32bits(v) == math.Float32bits(fence) }

// A left is one memory order of a left operand.
type left struct {
	name string
	lay  func(rows, k, height int) Left[float32]
}

var lefts = []left{
	{"rows", func(rows, k, h int) Left[float32] { return Left[float32]{nil, h, h * (k + 3), k + 3, 1} }},
	{"columns", func(rows, k, h int) Left[float32] { return Left[float32]{nil, h, h, 1, rows + 2} }},
	{"panels", func(rows, k, h int) Left[float32] { return Left[float32]{nil, h, h * k, 1, h} }},
}

func TestTilesMultiply(t *testing.T) {
	onEverySet(t, func(t *testing.T, tiler *Tiler[float32], _ *packers[float32]) {
		for vectors := 1; vectors <= tiler.Widest(); vectors++ {
			height, whole := tiler.Height(vectors), (vectors-1)*tiler.Lanes
			for _, cols := range []int{whole + 1, whole + tiler.Lanes/2, whole + tiler.Lanes/2 + 1, whole + tiler.Lanes - 1, whole + tiler.Lanes} {
				for rows := range 2*height + 2 {
					for _, k := range []int{0, 1, 2, 3, 17} {
						for _, l := range lefts {
							checkMultiply(t, tiler, l, height, rows, cols, k)
						}
					}
				}
			}
		}
	})
}

// checkMultiply compares one product, overwriting or adding, with its
// definition, and checks that nothing else is written.
func checkMultiply(t *testing.T, tiler *Tiler[float32], l left, height, rows, cols, k int) {
	t.Helper()
	room := (cols + tiler.Lanes - 1) / tiler.Lanes * tiler.Lanes
	ldc, ldb := room+1, room+2
	a := l.lay(rows, k, height)
	a.Data = fenced((rows + height + 3) * (k + height + 3))
	b, c := fenced(k*ldb+room), fenced((rows+1)*ldc+room)
	at := func(i, p int) *float32 { return &a.Data[a.at(i)+p*a.Column] }
	for i := range rows {
		for p := range k {
			*at(i, p) = float32((i*5+p*3)%7 - 3)
		}
	}
	for p := range k {
		whole(b[p*ldb:p*ldb+cols], p)
	}
	for _, add := range []bool{false, true} {
		var queue *PrefetchQueue
		if add { // the first tile prefetches fewer lines than it has steps, or the same number
			queue = &PrefetchQueue{}
			queue.Add(unsafe.Pointer(&c[0]), lineBytes*(k-rows%2))
		}
		tiler.MultiplyPrefetch(c, ldc, &a, b, ldb, rows, cols, k, add, queue)
		for i := range rows {
			for j := range cols {
				var want float32
				for p := range k {
					want += *at(i, p) * b[p*ldb+j]
				}
				if add {
					want *= 2
				}
				if got := c[i*ldc+j]; got != want {
					t.Fatalf("%s %dx%dx%d add %v: element (%d, %d) is %v, want %v", l.name, rows, cols, k, add, i, j, got, want)
				}
			}
		}
	}
	for i, v := range c {
		inside := i/ldc < rows && (i%ldc < cols || !tiler.Masked && i%ldc < room)
		if !inside && !isFence(v) {
			t.Fatalf("%s %dx%dx%d: cell %d beyond the block was written", l.name, rows, cols, k, i)
		}
	}
}

func TestTilesKeepNaNAndInfinity(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	values := []float32{0, 1, -1, inf, -inf, nan}
	onEverySet(t, func(t *testing.T, tiler *Tiler[float32], _ *packers[float32]) {
		b, got := make([]float32, 3*tiler.Lanes), make([]float32, tiler.Lanes)
		for _, left := range values {
			for _, right := range values {
				for i := range b {
					b[i] = 1
				}
				b[tiler.Lanes] = right
				a := Left[float32]{[]float32{1, left, 1}, 1, 3, 3, 1}
				tiler.Multiply(got, tiler.Lanes, &a, b, tiler.Lanes, 1, 1, 3, false)
				want := 1 + left*right + 1
				if got[0] != want && !(got[0] != got[0] && want != want) {
					t.Errorf("%v times %v, and 2, summed to %v, want %v", left, right, got[0], want)
				}
			}
		}
	})
}

// drawTable draws offsets: runs of contiguous offsets with jumps between them.
func drawTable(t *rapid.T, name string, longest int) []int {
	n := rapid.IntRange(1, longest).Draw(t, name)
	run := rapid.SampledFrom([]int{1, 2, 4, 7, 16, 100}).Draw(t, name+" run")
	leap := rapid.IntRange(0, 9).Draw(t, name+" leap")
	table := make([]int, n)
	for i := 1; i < n; i++ {
		table[i] = table[i-1] + 1
		if i%run == 0 {
			table[i] += leap
		}
	}
	return table
}

// TestOperandsPack compares every packed form of random operands with the
// tables.
func TestOperandsPack(t *testing.T) {
	onEverySet(t, func(t *testing.T, tiler *Tiler[float32], m *packers[float32]) {
		rapid.Check(t, func(rt *rapid.T) {
			rows, cols := drawTable(rt, "rows", 70), drawTable(rt, "cols", 70)
			far := rapid.IntRange(1, 9).Draw(rt, "far")
			for i := range cols {
				cols[i] *= far
			}
			op := NewOperand[float32](5, rows, cols)
			op.packers = m
			op.Data = make([]float32, 6+rows[len(rows)-1]+cols[len(cols)-1])
			for i := range op.Data {
				op.Data[i] = float32(i)
			}
			if msg := checkPacking(&op, tiler.Lanes); msg != "" {
				rt.Fatal(msg)
			}
		})
	})
}

// checkPacking packs a whole operand in every form.
func checkPacking(op *Operand[float32], lanes int) string {
	rows, k := len(op.Rows), len(op.Cols)
	want := func(i, p int) float32 { return op.Data[op.Base+op.Rows[i]+op.Cols[p]] }
	width := (rows+lanes-1)/lanes*lanes + lanes
	dst := fenced(width*k + 1)
	op.Panel(dst, width, 0, rows, 0, k)
	arranged := fenced(rows*k + 1)
	op.Arrange(arranged, 0, rows)
	const height = 6
	block := fenced((rows+height)*k + 1)
	l := op.Left(block, height, 0, rows, 0, k)
	for i := range rows {
		for p := range k {
			if got := dst[p*width+i]; got != want(i, p) {
				return fmt.Sprintf("panel: element (%d, %d) is %v, want %v", i, p, got, want(i, p))
			}
			if got := arranged[i*k+p]; got != want(i, p) {
				return fmt.Sprintf("arranged: element (%d, %d) is %v, want %v", i, p, got, want(i, p))
			}
			if got := l.Data[l.at(i)+p*l.Column]; got != want(i, p) {
				return fmt.Sprintf("left: element (%d, %d) is %v, want %v", i, p, got, want(i, p))
			}
		}
	}
	if op.PanelInPlace(1) {
		data, ld := op.PanelAt(rows/2, k/3)
		for i := range rows - rows/2 {
			for p := range k - k/3 {
				if got := data[p*ld+i]; got != want(rows/2+i, k/3+p) {
					return fmt.Sprintf("in place: element (%d, %d) is %v, want %v", rows/2+i, k/3+p, got, want(rows/2+i, k/3+p))
				}
			}
		}
	}
	for i, v := range dst {
		if !isFence(v) && (i%width >= width-lanes || i >= width*k) {
			return fmt.Sprintf("panel: cell %d beyond the vectors was written", i)
		}
	}
	if !isFence(arranged[rows*k]) || !isFence(block[(rows+height)*k]) {
		return "a cell beyond the block was written"
	}
	return ""
}

func TestTransposer(t *testing.T) {
	for _, shape := range [][2]int{{1, 1}, {16, 16}, {17, 5}, {3, 40}, {50, 33}} {
		rows, cols := shape[0], shape[1]
		src := make([]float32, rows*(cols+2))
		whole(src, 1)
		ld := rows + 16
		dst := fenced(ld * cols)
		NewTransposer[float32](rows, cols+2).Transpose(dst, ld, src, rows, cols)
		for i := range rows {
			for j := range cols {
				if dst[j*ld+i] != src[i*(cols+2)+j] {
					t.Fatalf("%dx%d: element (%d, %d) is %v", rows, cols, i, j, dst[j*ld+i])
				}
			}
		}
		ld = cols + 1
		laid := fenced(ld * rows)
		NewTransposer[float32](rows, cols+2).CopyBlock(laid, ld, src, rows, cols)
		for i, v := range laid {
			if j := i % ld; j < cols && v != src[i/ld*(cols+2)+j] || j == cols && !isFence(v) {
				t.Fatalf("%dx%d: element (%d, %d) is %v", rows, cols, i/ld, j, v)
			}
		}
	}
}

func TestChooseInstructionSet(t *testing.T) {
	have := []InstructionSet{AVX2, Plain}
	if set, err := choose("", have); set != AVX2 || err != nil {
		t.Errorf("by itself: %v, %v", set, err)
	}
	if set, err := choose("go", have); set != Plain || err != nil {
		t.Errorf("go: %v, %v", set, err)
	}
	for _, wanted := range []string{"avx512", "sse"} {
		if _, err := choose(wanted, have); err == nil || !strings.Contains(err.Error(), "avx2 or go") {
			t.Errorf("%s: error %v does not list the available sets", wanted, err)
		}
	}
}

// TestStagingCopies compares staging copies by lines, and in parts, with their
// table.
func TestStagingCopies(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		step := rapid.IntRange(1, 3).Draw(rt, "step")
		width, run := rapid.IntRange(1, 40).Draw(rt, "width"), rapid.IntRange(1, 40).Draw(rt, "run")
		var table []int32
		for i := range rapid.IntRange(1, 6).Draw(rt, "lines") {
			for j := range width {
				table = append(table, int32(i*100+j*step-7))
				if j%run == 0 {
					table[len(table)-1] = Outside
				}
			}
		}
		src := make([]float32, 800)
		for i := range src {
			src[i] = float32(i)
		}
		g := NewStagingCopy[float32](table, width)
		all, part := fenced(len(table)+1), fenced(len(table)+1)
		if !g.WritesZeros() {
			clear(all[:len(table)])
			clear(part[:len(table)])
		}
		g.Copy(all, src, 7, 0, len(table))
		cut := rapid.IntRange(0, len(table)/width).Draw(rt, "cut") * width
		g.Copy(part, src, 7, 0, cut)
		g.Copy(part[cut:], src, 7, cut, len(table))
		for i, at := range table {
			var want float32
			if at != Outside {
				want = src[7+at]
			}
			if all[i] != want || part[i] != want {
				rt.Fatalf("element %d is %v, or in part %v, want %v", i, all[i], part[i], want)
			}
		}
		if !isFence(all[len(table)]) || !isFence(part[len(table)]) {
			rt.Fatal("a cell beyond the block was written")
		}
	})
}

func TestStoreStrided(t *testing.T) {
	dst := fenced(5)
	StoreStrided(dst[1:4], 2, []float32{7, 8, 9})
	if !isFence(dst[0]) || dst[1] != 7 || !isFence(dst[2]) || dst[3] != 8 || !isFence(dst[4]) {
		t.Errorf("stored %v", dst)
	}
}
