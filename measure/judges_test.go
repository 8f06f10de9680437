package measure

import (
	"slices"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/random"
)

func TestJudges(t *testing.T) {
	fields := map[string]data.Field{
		"images": data.Image(3, 8, 8), "points": data.Point(2), "classes": data.Label(10),
		"volumes": {Kind: data.Pixels, Shape: []int{1, 4, 8, 8}}, "tokens": {Kind: data.Tokens, Shape: []int{4}, Classes: 9},
	}
	imagesAlone, pointsAlone := []string{"classes", "stacked-modes", "swd"}, []string{"modes"}
	for _, m := range List() {
		for what, f := range fields {
			want := what == "images" || what == "volumes" || what == "points"
			switch {
			case slices.Contains(imagesAlone, m.Name):
				want = what == "images"
			case slices.Contains(pointsAlone, m.Name):
				want = what == "points"
			}
			if examplesOf(f) != what || m.Judges(f) != want {
				t.Errorf("%s judges %s, called %s: %v", m.Name, what, examplesOf(f), m.Judges(f))
			}
		}
	}
}

// TestVolumes measures pixels of four axes.
func TestVolumes(t *testing.T) {
	volumes := func(name string) *Set {
		s := &Set{Name: name, Field: data.Field{Name: "x", Kind: data.Pixels, Shape: []int{1, 2, 3, 4}}}
		random := random.New(1, name)
		for range 200 * s.Size() {
			s.Values = append(s.Values, float32(random.Float64()))
		}
		s.Labels, s.Classes = make([]int32, 200), 1
		return s
	}
	task := Task{Samples: volumes("samples"), Train: volumes("train"), Validation: volumes("validation"), Reference: volumes("real")}
	for _, m := range List() {
		if m.Classifies || !m.Judges(task.Samples.Field) {
			continue
		}
		if r := runMeasure(t, m.Name, task); r.Space != "pixels" || r.N != 200 {
			t.Errorf("%s measured %d volumes in the space %s", m.Name, r.N, r.Space)
		}
	}
}
