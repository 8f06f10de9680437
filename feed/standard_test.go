package feed_test

import (
	"slices"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/tensor"
)

// TestStandard fills an input with standardised points. One of their columns is
// constant.
func TestStandard(t *testing.T) {
	set, err := data.NewTable(data.NewInfo("points", data.Point(3)), data.Values{Floats: []float32{1000, 3, .5, 3000, 3, .7}})
	if err != nil {
		t.Fatal(err)
	}
	g := &game.Game{Batch: 2, Inputs: []game.Input{{Name: "x", DType: tensor.Float32, Shape: []int{2, 3}}}}
	standard := &feed.Standard{Mean: []float64{2000, 3, .6}, SD: []float64{1000, 0, .1}}
	s, err := feed.New(set, g, 1, feed.Input{Name: "x", Standard: standard})
	if err != nil {
		t.Fatal(err)
	}
	m := game.Minibatch{"x": engine.MemoryOf(make([]float32, 6))}
	if err := s.Next(m); err != nil {
		t.Fatal(err)
	}
	got := m["x"].Float32()
	if got[0] > 0 {
		got = append(slices.Clone(got[3:]), got[:3]...)
	}
	for i, want := range []float32{-1, 0, -1, 1, 0, 1} {
		if away := got[i] - want; away > 1e-6 || away < -1e-6 {
			t.Errorf("standardised points are %v", got)
			break
		}
	}
	standard.SD = standard.SD[:2]
	if _, err := feed.New(set, g, 1, feed.Input{Name: "x", Standard: standard}); err == nil {
		t.Error("3 columns are standardised by 2 numbers")
	}
}
