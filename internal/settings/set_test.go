package settings_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/settings"
)

func TestSet(t *testing.T) {
	tests := []struct {
		assignment string
		want       func(r *run)
	}{
		{"batch=64", func(r *run) { r.Batch = 64 }},
		{" batch = 64 ", func(r *run) { r.Batch = 64 }},
		{"name=a=b \"c\" ", func(r *run) { r.Name = "a=b \"c\" " }},
		{"name=", func(r *run) { r.Name = "" }},
		{"rate=2e-4", func(r *run) { r.Rate = 2e-4 }},
		{"rate=1", func(r *run) { r.Rate = 1 }},
		{"seed=9223372036854775807", func(r *run) { r.Seed = 9223372036854775807 }},
		{"shift=-9", func(r *run) { r.Shift = -9 }},
		{"average=false", func(r *run) { r.Average = false }},
		{"generator.units=8,4", func(r *run) { r.Generator.Units = []int{8, 4} }},
		{"generator.units=[8, 4]", func(r *run) { r.Generator.Units = []int{8, 4} }},
		{"generator.units=8", func(r *run) { r.Generator.Units = []int{8} }},
		{"generator.units=[ ]", func(r *run) { r.Generator.Units = nil }},
		{"decay=.5, .25", func(r *run) { r.Decay = []float64{.5, .25} }},
		{"tags=x y, z", func(r *run) { r.Tags = []string{"x y", "z"} }},
		{`tags=["x y", "z"]`, func(r *run) { r.Tags = []string{"x y", "z"} }}, // as in a file
		{"deep.deeper.flags=true", func(r *run) { r.Deep.Deeper.Flags = []bool{true} }},
		{"generator.activation=tanh", func(r *run) { r.Generator.Activation = "tanh" }},
	}
	for _, test := range tests {
		t.Run(test.assignment, func(t *testing.T) {
			got, want := example(), example()
			test.want(&want)
			if err := settings.Set(&got, test.assignment); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, same); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSetRefuses(t *testing.T) {
	tests := []struct{ assignment, want string }{
		{"bacth=3", `unknown setting "bacth" (hint: did you mean batch?)`},
		{"unitz=3", `did you mean generator.units?`},
		{"generator=3", "generator is a table of settings, not one value (hint: set generator.units)"},
		{"=3", `unknown setting ""`},
		{"", `unknown setting ""`},
		{"batch", "setting batch has no value (hint: write batch=VALUE, a whole number"},
		{"batch=", `batch = "", want a whole number`},
		{"batch=ten", `batch = "ten", want a whole number`},
		{"batch=1.5", `batch = "1.5", want a whole number`},
		{"batch=0", "batch = 0 is out of range, want at least 1 and at most 65536"},
		{"seed=-1", "seed = -1, want a whole number of at most 63 bits, not negative"},
		{"seed=9223372036854775808", "want a whole number of at most 63 bits"},
		{"rate=nan", "not a finite number"},
		{"rate=0", "rate = 0 is out of range, want more than 0"},
		{"rate=fast", `rate = "fast", want a number`},
		{"average=yes", `average = "yes", want true or false`},
		{"generator.units=8,", `want a list, each element a whole number`},
		{"generator.units=[8", `want a list`},
		{"generator.units=8,0", "generator.units = 0 is out of range"},
		{"generator.activation=gelu", "want one of relu, tanh"},
		{"name=\xff", "not UTF-8"},
	}
	for _, test := range tests {
		t.Run(test.assignment, func(t *testing.T) {
			got := example()
			err := settings.Set(&got, test.assignment)
			if err == nil || !strings.Contains(hint.Text(err), test.want) {
				t.Errorf("error %v, want one that contains %q", err, test.want)
			}
			if diff := cmp.Diff(example(), got, same); diff != "" {
				t.Errorf("settings changed in spite of the error: %s", diff)
			}
		})
	}
}

// FuzzSet assigns any text. Accepted settings can be written and read again.
func FuzzSet(f *testing.F) {
	for _, seed := range []string{"batch=64", "generator.units=[8, 4]", "name=a=b", "decay=.5,", "rate=0x1p-3", "=", "generator=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, assignment string) {
		got := example()
		if err := settings.Set(&got, assignment); err != nil {
			if diff := cmp.Diff(example(), got, same); diff != "" {
				t.Fatalf("settings changed in spite of %v: %s", err, diff)
			}
			return
		}
		text, err := settings.Encode(got)
		if err != nil {
			t.Fatal(err)
		}
		again := example()
		if err := settings.Decode(text, "x", &again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, again, same); diff != "" {
			t.Fatal(diff)
		}
	})
}
