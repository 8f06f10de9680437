package kernel

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// drawSparse draws a left operand, in row or column order. Most elements are
// zero, and some zeros are negative. The other elements include NaN and
// infinity.
func drawSparse(t *rapid.T, rows, k int) Operand[float32] {
	rest := rapid.IntRange(0, 3).Draw(t, "beyond the line")
	down, across := table(rows, k+rest), table(k, 1)
	if rapid.Bool().Draw(t, "columns") {
		down, across = table(rows, 1), table(k, rows+rest)
	}
	op := NewOperand[float32](rapid.IntRange(0, 3).Draw(t, "base"), down, across)
	op.Data = fenced(op.Base + down[rows-1] + across[k-1] + 1)
	one := rapid.SampledFrom([]int{1, 9, 2, 1000}).Draw(t, "one element in")
	for i := range rows {
		for p := range k {
			v := float32(0)
			switch n := rapid.IntRange(0, 16*one).Draw(t, "element"); {
			case n == 0 && one > 2:
				v = float32(math.Inf(1))
			case n < 16:
				v = float32(n-8) / 7
			case n%5 == 0:
				v = float32(math.Copysign(0, -1))
			}
			op.Data[op.Base+down[i]+across[p]] = v
		}
	}
	return op
}

func table(n, step int) []int {
	t := make([]int, n)
	for i := range t {
		t[i] = i * step
	}
	return t
}

// TestSparseGivesTheSameBits compares sparse tiles with tiles that also
// multiply zeros, and checks that nothing is written outside the block.
func TestSparseGivesTheSameBits(t *testing.T) {
	onEverySet(t, func(t *testing.T, tiler *Tiler[float32], _ *packers[float32]) {
		if !tiler.MultipliesSparse() {
			t.Skip("has no sparse tiles")
		}
		rapid.Check(t, func(rt *rapid.T) {
			rows := rapid.SampledFrom([]int{1, 2, 15, 16, 17, 40, 64, 70}).Draw(rt, "rows")
			k := rapid.SampledFrom([]int{1, 2, 15, 16, 17, 31, 33}).Draw(rt, "k")
			depth := rapid.SampledFrom([]int{k, 1, 16, 20, 300}).Draw(rt, "depth")
			cols := rapid.IntRange(1, tiler.Widest()*tiler.Lanes).Draw(rt, "cols")
			op := drawSparse(rt, rows, k)
			s := NewSparse(&op, depth)
			s.SetMemory(fenced(s.Elements()))
			for row := 0; row < rows; row += SparseRows {
				if !tiler.CompactNonzeros(s, &op, row, min(SparseRows, rows-row)) {
					return // too many elements are not zero
				}
			}
			room := (cols + tiler.Lanes - 1) / tiler.Lanes * tiler.Lanes
			b := fenced(k*room + room)
			for p := range k {
				whole(b[p*room:p*room+cols], p)
			}
			want, got := fenced(rows*(room+1)), fenced(rows*(room+1))
			for begin := 0; begin < k; begin += depth {
				end := min(begin+depth, k)
				left := op.Left(fenced((rows+tiler.Height(1))*k), tiler.Height(1), 0, rows, begin, end-begin)
				panel := b[begin*room:]
				tiler.Multiply(want, room+1, &left, panel, room, rows, cols, end-begin, begin > 0)
				tiler.MultiplySparse(got, room+1, s, 0, rows, begin/depth, panel, room, cols, begin > 0)
			}
			for i := range got {
				inside := i%(room+1) < cols
				beyond := !inside && (tiler.Masked || i%(room+1) == room)
				if inside && math.Float32bits(got[i]) != math.Float32bits(want[i]) && (got[i] == got[i] || want[i] == want[i]) {
					rt.Fatalf("element %d is %v, and %v with zeros", i, got[i], want[i])
				}
				if beyond && !isFence(got[i]) {
					rt.Fatalf("cell %d beyond the block was written", i)
				}
			}
		})
	})
}

func TestCompactNonzerosGivesUp(t *testing.T) {
	onEverySet(t, func(t *testing.T, tiler *Tiler[float32], _ *packers[float32]) {
		if !tiler.MultipliesSparse() {
			t.Skip("has no sparse tiles")
		}
		const rows, k = 64, 100
		for _, shape := range [][2][]int{{table(rows, k), table(k, 1)}, {table(rows, 1), table(k, rows)}} {
			op := NewOperand[float32](0, shape[0], shape[1])
			op.Data = make([]float32, rows*k)
			s := NewSparse(&op, 32)
			s.SetMemory(make([]float32, s.Elements()))
			for i := range op.Data {
				op.Data[i] = float32(i % 3)
			}
			if tiler.CompactNonzeros(s, &op, 0, rows) {
				t.Error("two thirds of the elements are not zero, but the operand counts as mostly zero")
			}
			for i := range op.Data {
				op.Data[i] = float32(i / (rows * k / 5 * 4))
			}
			if !tiler.CompactNonzeros(s, &op, 0, rows) {
				t.Error("four fifths of the elements are zero, but the operand does not count as mostly zero")
			}
		}
	})
}

func TestSparseNeedsContiguousElements(t *testing.T) {
	op := NewOperand[float32](0, table(3, 20), table(5, 2))
	if NewSparse(&op, 8) != nil {
		t.Error("an operand without contiguous rows or columns is accepted")
	}
}

func TestFinite(t *testing.T) {
	onEverySet(t, func(t *testing.T, tiler *Tiler[float32], _ *packers[float32]) {
		if !tiler.MultipliesSparse() {
			t.Skip("has no sparse tiles")
		}
		for _, ld := range []int{33, 40} {
			for _, v := range []float64{math.Inf(1), math.Inf(-1), math.NaN()} {
				b := fenced(4 * ld)
				for p := range 4 {
					whole(b[p*ld:p*ld+33], p)
				}
				if !tiler.Finite(b, ld, 4, 33) {
					t.Errorf("lines %d apart: finite elements count as not finite", ld)
				}
				b[2*ld+32] = float32(v)
				if tiler.Finite(b, ld, 4, 33) {
					t.Errorf("lines %d apart: %v counts as finite", ld, v)
				}
			}
		}
	})
}
