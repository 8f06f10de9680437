package measure

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCopyWarnings(t *testing.T) {
	real := &Set{Name: "real", Shape: []int{2}, Values: []float32{1, 2, 3, 4, 1, 2, 5, 6}}
	other := &Set{Name: "other", Shape: []int{2}, Values: []float32{7, 8}}
	samples := &Set{Name: "samples", Shape: []int{2}, Values: []float32{3, 4, 0, 1, 2, 1, 1, 2, 3, 4}}
	got := copyWarnings(samples, nil, real, real, other)
	if diff := cmp.Diff([]string{"3 of the 5 samples are exact copies of examples of real"}, got); diff != "" {
		t.Error(diff)
	}
}
