package run_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/run"
)

// TestSamplesAsArray reads the npy files of samples of all kinds. Pixels have the same range
// whatever the scale of the generator is, so that other programs can read them.
func TestSamplesAsArray(t *testing.T) {
	both := data.Scale{Lo: -1, Hi: 1}
	for name, c := range map[string]struct {
		field  data.Field
		scale  data.Scale
		values []float32
		want   any
	}{
		"images":  {data.Image(1, 1, 3), both, []float32{-3, 0.2, 1}, []byte{0, 153, 255}},
		"volumes": {data.Volume(1, 1, 4), both, []float32{-3, 0, .5, 2}, []float32{0, .5, .75, 1}},
		"points":  {data.Point(3), data.Scale{}, []float32{-3, 0, 7}, []float32{-3, 0, 7}},
	} {
		samples := run.Samples{N: 1, Field: c.field, Scale: c.scale, Values: c.values}
		var file bytes.Buffer
		if err := samples.EncodeNPY(&file); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		array, err := format.DecodeNPY(&file)
		if err != nil {
			t.Fatal(err)
		}
		want := &format.Array{Shape: append([]int{1}, c.field.Shape...), Data: c.want}
		if diff := cmp.Diff(want, array); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	nan := run.Samples{N: 2, Field: data.Volume(1, 1, 1), Scale: both, Values: []float32{0, float32(math.NaN())}}
	if err := nan.EncodeNPY(new(bytes.Buffer)); err == nil || err.Error() != "sample 1 has a voxel that is not a number (NaN)" {
		t.Errorf("NaN: %v", err)
	}
}
