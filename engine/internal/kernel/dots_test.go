package kernel

import (
	"testing"

	"pgregory.net/rapid"
)

// TestSumsAlong compares sums along k with their definition, on values with exact
// sums. Nothing outside the masks is read, and nothing beyond the block is written.
func TestSumsAlong(t *testing.T) {
	onEverySet(t, func(t *testing.T, tiler *Tiler[float32], _ *packers[float32]) {
		if !tiler.Dots() {
			t.Skip("no tiles of sums along k")
		}
		rapid.Check(t, func(rt *rapid.T) {
			rows, cols := rapid.IntRange(1, 30).Draw(rt, "rows"), rapid.IntRange(1, 10).Draw(rt, "cols")
			n := rapid.IntRange(1, 9).Draw(rt, "steps")
			ldb, ldc := n*tiler.Lanes+3, cols+2
			a, b, c := fenced(rows*ldb), fenced(cols*ldb), fenced((rows+1)*ldc)
			var table []int
			for i := range rows {
				table = append(table, (rows-1-i)*ldb)
			}
			var steps []DotStep
			for s := range n {
				used := rapid.IntRange(1, tiler.Lanes).Draw(rt, "used")
				step := DotStep{s * tiler.Lanes, (n - 1 - s) * tiler.Lanes, 1<<used - 1}
				for i := range rows {
					whole(a[table[i]+step.Left:][:used], i+s)
				}
				for j := range cols {
					whole(b[j*ldb+step.Right:][:used], j)
				}
				steps = append(steps, step)
			}
			for _, add := range []bool{false, true} {
				tiler.SumAlong(c, ldc, a, table, b, ldb, cols, steps, add, SpareTile[float32]{Sums: make([]float32, SpareSums), Rows: make([]int, SpareRows)})
				for i, got := range c {
					row, col := i/ldc, i%ldc
					if row >= rows || col >= cols {
						if !isFence(got) {
							rt.Fatalf("cell %d beyond the block was written", i)
						}
						continue
					}
					var want float32
					for _, s := range steps {
						for l := 0; s.Mask>>l != 0; l++ {
							want += a[table[row]+s.Left+l] * b[col*ldb+s.Right+l]
						}
					}
					if add {
						want *= 2
					}
					if got != want {
						rt.Fatalf("add %v: sum (%d, %d) is %v, want %v", add, row, col, got, want)
					}
				}
			}
		})
	})
}
