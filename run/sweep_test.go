package run_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// TestSweep changes a condition, a number of the latent and the class along the rows.
func TestSweep(t *testing.T) {
	g := generator(t, begin(t, t.TempDir(), tinyGuided(t)).Folder)
	ctx := context.Background()
	s, columns, err := g.Sweep(ctx, "", run.Sweep{Name: "heat", From: -1, To: 2}, 30, 1, nil)
	if err != nil || columns != 10 || s.N != 250 {
		t.Fatalf("%d columns, error %v; want 10, and a row for each of 25 classes", columns, err)
	}
	z := s.Inputs["z"].Floats
	for i := range s.N {
		want := -1 + 3*float64(i%10)/9
		if heat := float64(s.Inputs["heat"].Floats[i]); math.Abs(heat-want) > 1e-6 || int(s.Inputs["class"].Ints[i]) != i/10 || z[2*i] != z[0] || z[2*i+1] != z[1] {
			t.Fatalf("sample %d: heat %g, class %d, z %v; want %g, %d, %v", i, heat, s.Inputs["class"].Ints[i], z[2*i:2*i+2], want, i/10, z[:2])
		}
	}
	if again := s.Inputs["word"].Ints; again[0] != 2 {
		t.Errorf("the word is %d, want that of its Draw", again[0])
	}

	s, columns, err = g.Sweep(ctx, "", run.Sweep{Name: "z", Number: 1, From: 3, To: -3}, 35, 1, map[string]any{"class": 7, "heat": []float32{5}})
	if err != nil || columns != 10 || s.N != 30 {
		t.Fatalf("%d columns, %d samples, error %v", columns, s.N, err)
	}
	z = s.Inputs["z"].Floats
	if z[1] != 3 || z[2*9+1] != -3 || z[0] != z[2*9] || z[0] == z[2*10] || s.Inputs["class"].Ints[29] != 7 || s.Inputs["heat"].Floats[29] != 5 {
		t.Errorf("rows of z: %v", z)
	}
	first, err := g.Draw(ctx, "", 3, 1, nil)
	if err != nil || first.Inputs["z"].Floats[0] != z[0] || first.Inputs["z"].Floats[4] != z[40] {
		t.Errorf("the latents of the rows are not those of the seed, error %v", err)
	}

	s, columns, err = g.Sweep(ctx, "", run.Sweep{Name: "class"}, 60, 1, nil)
	if err != nil || columns != 25 || s.N != 50 {
		t.Fatalf("%d columns, %d samples, error %v", columns, s.N, err)
	}
	if classes := s.Inputs["class"].Ints; !slices.Equal(classes[:25], classes[25:]) || classes[24] != 24 || s.Inputs["z"].Floats[0] == s.Inputs["z"].Floats[50] {
		t.Errorf("the columns have the classes %v", classes)
	}
}

func TestSweepRefuses(t *testing.T) {
	g := generator(t, begin(t, t.TempDir(), tinyGuided(t)).Folder)
	for say, c := range map[string]struct {
		sweep run.Sweep
		given map[string]any
	}{
		`output O has no latent and no condition called "c2" to sweep (hint: choose one of z, class, heat)`:               {sweep: run.Sweep{Name: "c2"}},
		"output O: word is 1 tokens of 3, and only classes and numbers can be swept (hint: choose one of z, class, heat)": {sweep: run.Sweep{Name: "word"}},
		"output O: number 2 of z is swept (hint: its numbers are 0 to 1)":                                                 {sweep: run.Sweep{Name: "z", Number: 2}, given: map[string]any{"class": 1}},
		"output O: heat is given, and the columns have its values (hint: leave one of them out)":                          {sweep: run.Sweep{Name: "heat"}, given: map[string]any{"heat": []float32{1}}},
		"output O: class: 25 is given (hint: class is a class from 0 to 24)":                                              {sweep: run.Sweep{Name: "heat"}, given: map[string]any{"class": 25}},
	} {
		if _, _, err := g.Sweep(context.Background(), "", c.sweep, 10, 1, c.given); err == nil || hint.Text(err) != say {
			t.Errorf("error %v, want %q", hint.Text(orNone(err)), say)
		}
	}
}
