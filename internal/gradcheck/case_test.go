package gradcheck

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

func TestCaseNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Cases() {
		if seen[c.Name] {
			t.Errorf("two cases are called %q", c.Name)
		}
		seen[c.Name] = true
	}
}

// Engines run the same cases in float32.
func TestCasesWorkInFloat32(t *testing.T) {
	for _, wide := range Cases() {
		t.Run(wide.Name, func(t *testing.T) {
			t.Parallel()
			exact, rounded := values(t, wide), values(t, wide.As(tensor.Float32))
			for i := range exact {
				scale := norm(exact[i:i+1]) + 1
				for j, want := range exact[i].Data {
					if got := rounded[i].Data[j]; !(math.Abs(got-want) <= 1e-3*scale) {
						t.Fatalf("root %d, element %d: %g in float32, %g in float64", i, j, got, want)
					}
				}
			}
		})
	}
}

func values(t *testing.T, c Case) []*tensor.Array {
	t.Helper()
	tr, err := c.Trace(2)
	if err != nil {
		t.Fatal(err)
	}
	found, err := tensor.Eval(tr.Roots(), c.At(tr))
	if err != nil {
		t.Fatal(err)
	}
	return found
}
