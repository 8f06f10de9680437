package measure

import (
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
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

// TestOtherKinds names the measures that fit, if one does not.
func TestOtherKinds(t *testing.T) {
	for _, c := range []struct {
		measure string
		field   data.Field
		want    string
	}{
		{"swd", data.Volume(8, 8, 8), "it judges images, and s are volumes (hint: those that judge volumes are 1nn, 1nn-error, c2st, class-accuracy, frechet, kernel, memorisation, mmd, parzen, pr, prdc)"},
		{"modes", data.Image(1, 8, 8), "it judges points, and s are images (hint: those that judge images are 1nn, "},
		{"prdc", data.Field{Kind: data.Tokens, Shape: []int{2}, Classes: 3}, "it judges images, volumes, points, and s are tokens (hint: no measure judges tokens)"},
	} {
		m, _, err := Find(c.measure)
		if err != nil {
			t.Fatal(err)
		}
		if got := hint.Text(m.checkField(&Set{Name: "s", Field: c.field})); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: error %q, want %q", c.measure, got, c.want)
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
