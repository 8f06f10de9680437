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

// TestCopiesOfImages wants images found that were kept as bytes in between.
func TestCopiesOfImages(t *testing.T) {
	real := &Set{Name: "real", Shape: []int{1, 1, 2}, Values: []float32{26. / 255, 1, 0, 0}}
	samples := &Set{Name: "samples", Shape: []int{1, 1, 2}, Values: []float32{.1, 1, .11, 1}}
	got := copyWarnings(samples, real)
	if diff := cmp.Diff([]string{"1 of the 2 samples are exact copies of examples of real"}, got); diff != "" {
		t.Error(diff)
	}
}
