package measure

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
)

func TestCopyWarnings(t *testing.T) {
	real := &Set{Name: "real", Field: data.Point(2), Values: []float32{1, 2, 3, 4, 1, 2, 5, 6}}
	other := &Set{Name: "other", Field: data.Point(2), Values: []float32{7, 8}}
	samples := &Set{Name: "samples", Field: data.Point(2), Values: []float32{3, 4, 0, 1, 2, 1, 1, 2, 3, 4}}
	task := Task{Samples: samples, Train: real, Validation: real, Reference: other}
	got, err := task.copyWarnings()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"3 of the 5 samples are exact copies of examples of real"}, got); diff != "" {
		t.Error(diff)
	}
}

// copyWarnings returns the warnings of checkSets.
func (t *Task) copyWarnings() ([]string, error) {
	r := &Result{}
	err := t.checkSets(r)
	return r.Warnings, err
}

// TestCopiesOfImages looks for copies of images that were rounded to bytes.
func TestCopiesOfImages(t *testing.T) {
	real := &Set{Name: "real", Field: data.Image(1, 1, 2), Values: []float32{26. / 255, 1, 0, 0}}
	samples := &Set{Name: "samples", Field: data.Image(1, 1, 2), Values: []float32{.1, 1, .11, 1}}
	task := Task{Samples: samples, Reference: real}
	got, err := task.copyWarnings()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1 of the 2 samples are exact copies of examples of real"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestCachedSetsAreNotReadAgain damages a real set that is in the cache. The warnings must
// not change.
func TestCachedSetsAreNotReadAgain(t *testing.T) {
	real := &Set{Name: "real", Field: data.Point(2), Values: []float32{1, 2, 3, 4}}
	task := Task{Samples: &Set{Name: "samples", Field: data.Point(2), Values: []float32{3, 4}}, Reference: real, Cache: &Cache{}}
	want, err := task.copyWarnings()
	if err != nil {
		t.Fatal(err)
	}
	real.Values[0] = float32(math.NaN())
	got, err := task.copyWarnings()
	if diff := cmp.Diff(want, got); diff != "" || err != nil || len(want) != 1 {
		t.Errorf("the cached set was read again: error %v, %s", err, diff)
	}
	task.Cache = nil
	if _, err := task.copyWarnings(); err == nil {
		t.Error("a set with a NaN that is not in the cache is accepted")
	}
}
