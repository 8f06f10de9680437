package movement

import (
	"testing"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/tensor"
)

// TestCountBefore compares countBefore with a count of the positions.
func TestCountBefore(t *testing.T) {
	for _, shape := range [][]int{{7}, {3, 4}, {2, 3, 4}, {3, 1, 2}} {
		for low := -3; low < 3; low++ {
			for interior := range 3 {
				a := tensor.PadAttr{Low: make([]int, len(shape)), High: make([]int, len(shape)), Interior: make([]int, len(shape))}
				for axis := range shape {
					a.Low[axis], a.High[axis], a.Interior[axis] = max(low, -shape[axis]), axis+1, (interior+axis)%3
				}
				y := tensor.Zeros(tensor.Float32, shape...).Pad(a).Shape()
				to, _ := padded(ir.Contiguous(shape), a, y)
				positions := ir.PositionsOver(&to, ir.Free(len(shape)))
				joined := ir.Collapse(&to)
				for position := range tensor.Size(y) + 1 {
					want := 0
					for _, p := range positions {
						if p < position {
							want++
						}
					}
					for _, l := range []*kernel.Layout{&to, &joined} {
						if got := countBefore(l, position); got != want {
							t.Fatalf("%v in %v: %d elements before %d, want %d", l, y, got, position, want)
						}
					}
				}
			}
		}
	}
}
