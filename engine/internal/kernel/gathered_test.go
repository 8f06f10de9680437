package kernel

import (
	"testing"

	"pgregory.net/rapid"
)

// TestGatheredTilesMultiply compares products with panels that are read in place
// with products with packed panels. Both add in the same order, so the results
// have the same bytes.
func TestGatheredTilesMultiply(t *testing.T) {
	onEverySet(t, func(t *testing.T, tiler *Tiler[float32], m *packers[float32]) {
		if !tiler.Gathers() {
			t.Skip("no gathered tiles")
		}
		rapid.Check(t, func(rt *rapid.T) {
			vectors := rapid.IntRange(1, tiler.Widest()).Draw(rt, "vectors")
			cols := vectors*tiler.Lanes - rapid.IntRange(0, tiler.Lanes-1).Draw(rt, "missing")
			rows, k := rapid.IntRange(1, 2*tiler.Height(vectors)+1).Draw(rt, "rows"), rapid.IntRange(0, 40).Draw(rt, "k")
			leap := rapid.IntRange(0, 5).Draw(rt, "leap")
			var along, steps []int
			for j := range cols {
				along = append(along, 3+j+j/tiler.Lanes*leap)
			}
			at := rapid.SliceOfN(rapid.IntRange(0, 90), k, k).Draw(rt, "steps")
			steps = append(steps, at...)
			op := NewOperand[float32](2, along, steps)
			op.packers = m
			op.Data = make([]float32, 2+along[cols-1]+91)
			whole(op.Data, 1)
			l := lefts[rapid.IntRange(0, len(lefts)-1).Draw(rt, "left")]
			height := tiler.Height(vectors)
			a := l.lay(rows, k, height)
			a.Data = make([]float32, (rows+height+3)*(k+height+3))
			whole(a.Data, 2)
			g, ok := op.Gather(tiler, make([]int, WidestGather), 0, cols, 0, k)
			if !ok {
				if tiler.Masked || cols%tiler.Lanes == 0 {
					rt.Fatal("contiguous vectors are not read in place")
				}
				return
			}
			room := vectors * tiler.Lanes
			panel := make([]float32, room*k)
			op.Panel(panel, room, 0, cols, 0, k)
			want, got := fenced((rows+1)*(room+1)), fenced((rows+1)*(room+1))
			for _, add := range []bool{false, true} {
				tiler.Multiply(want, room+1, &a, panel, room, rows, cols, k, add)
				tiler.MultiplyGathered(got, room+1, &a, &g, rows, add, nil)
			}
			for i := range want {
				if got[i] != want[i] && !(isFence(got[i]) && isFence(want[i])) {
					rt.Fatalf("cell %d is %v, packed %v", i, got[i], want[i])
				}
			}
		})
	})
}

func TestGatherRefusesBrokenVectors(t *testing.T) {
	onEverySet(t, func(t *testing.T, tiler *Tiler[float32], _ *packers[float32]) {
		rows := make([]int, tiler.Lanes)
		for i := range rows {
			rows[i] = i + i/2
		}
		op := NewOperand[float32](0, rows, []int{0, 1})
		op.Data = make([]float32, 100)
		if _, ok := op.Gather(tiler, make([]int, WidestGather), 0, len(rows), 0, 2); ok {
			t.Error("elements with gaps are read as a vector")
		}
	})
}
