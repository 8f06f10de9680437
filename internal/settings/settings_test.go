package settings_test

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/settings"
)

var update = flag.Bool("update", false, "update the golden file")

type network struct {
	Units      []int   `toml:"units" doc:"units of each hidden layer" min:"1"`
	Activation string  `toml:"activation" doc:"after each hidden layer" oneof:"relu tanh"`
	Dropout    float64 `toml:"dropout" doc:"share of units dropped" min:"0" below:"1"`
}

type run struct {
	Name      string    `toml:"name" doc:"shown on the dashboard"`
	Batch     int       `toml:"batch" doc:"real images in a minibatch" min:"1" max:"65536"`
	Generator network   `toml:"generator" doc:"the network that makes images"`
	Rate      float64   `toml:"rate" doc:"step size of the first update" above:"0"`
	Seed      uint64    `toml:"seed" doc:"where all random numbers begin"`
	Shift     int64     `toml:"shift"`
	Average   bool      `toml:"average" doc:"keep a moving average\nof the generator"`
	Decay     []float64 `toml:"decay" doc:"rates of the averages" above:"0" below:"1"`
	Tags      []string  `toml:"tags"`
	Deep      struct {
		Deeper struct {
			Flags []bool `toml:"flags"`
		} `toml:"deeper"`
	} `toml:"deep"`
	Hidden string `toml:"-"`
	cache  int
}

func example() run {
	r := run{Name: "gän\"der\\\n\x01", Batch: 100, Rate: 0.1, Seed: 7, Shift: -3, Average: true,
		Decay: []float64{0.999, 1e-7}, Tags: []string{"a", "b c"}, Hidden: "not a setting", cache: 1}
	r.Generator = network{Units: []int{1200, 1200}, Activation: "relu"}
	r.Deep.Deeper.Flags = []bool{true, false}
	return r
}

var same = cmp.Options{cmp.AllowUnexported(run{}), cmpopts.EquateEmpty()}

func TestGolden(t *testing.T) {
	text, err := settings.Encode(example())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "golden.toml")
	if *update {
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(text)); diff != "" {
		t.Error(diff)
	}
	got := run{Hidden: "not a setting", cache: 1}
	if err := settings.Decode(want, path, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(example(), got, same); diff != "" {
		t.Error(diff)
	}
}

// TestRoundTrip reads the output of Encode also with the TOML library alone.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		finite := rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64)
		r := run{
			Name:      rapid.String().Draw(t, "name"),
			Batch:     rapid.IntRange(1, 65536).Draw(t, "batch"),
			Rate:      rapid.Float64Range(math.SmallestNonzeroFloat64, math.MaxFloat64).Draw(t, "rate"),
			Seed:      rapid.Uint64Range(0, math.MaxInt64).Draw(t, "seed"),
			Shift:     rapid.Int64().Draw(t, "shift"),
			Average:   rapid.Bool().Draw(t, "average"),
			Decay:     rapid.SliceOf(rapid.Float64Range(1e-300, 0.999)).Draw(t, "decay"),
			Tags:      rapid.SliceOf(rapid.String()).Draw(t, "tags"),
			Generator: network{Activation: rapid.SampledFrom([]string{"relu", "tanh"}).Draw(t, "activation")},
		}
		r.Generator.Units = rapid.SliceOf(rapid.IntRange(1, 1<<40)).Draw(t, "units")
		text, err := settings.Encode(&r)
		if err != nil {
			t.Fatal(err)
		}
		for name, decode := range map[string]func(v any) error{
			"settings": func(v any) error { return settings.Decode(text, "x", v) },
			"toml":     func(v any) error { return toml.Unmarshal(text, v) },
		} {
			var got run
			if err := decode(&got); err != nil {
				t.Fatalf("%s: %v\n%s", name, err, text)
			}
			if diff := cmp.Diff(r, got, same); diff != "" {
				t.Fatalf("%s: %s", name, diff)
			}
		}
		type one struct {
			X float64 `toml:"x"`
		}
		want, got := one{finite.Draw(t, "x")}, one{}
		text, err = settings.Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		if err := settings.Decode(text, "x", &got); err != nil || got != want {
			t.Fatalf("%v was read back as %v (%v)", want, got, err)
		}
	})
}

func TestDecodeKeepsOtherSettings(t *testing.T) {
	got, want := example(), example()
	text := "rate = 1\ngenerator.units = [3]\n[deep.deeper]\nflags = []\n"
	if err := settings.Decode([]byte(text), "x", &got); err != nil {
		t.Fatal(err)
	}
	want.Rate, want.Generator.Units, want.Deep.Deeper.Flags = 1, []int{3}, nil
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(run{})); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"slip", "name = 'x'\nbacth = 3", `config.toml line 2: unknown setting "bacth" (hint: did you mean batch?)`},
		{"slip in a table", "[generator]\n\nunitz = [3]", `config.toml line 3: unknown setting "generator.unitz" (hint: did you mean generator.units?)`},
		{"in the wrong table", "units = [3]", `config.toml line 1: unknown setting "units" (hint: did you mean generator.units?)`},
		{"another case", "Batch = 3", `did you mean batch?`},
		{"nothing like it", "zzzzzzzz = 3", "(hint: known are name, batch, generator.units, "},
		{"unknown table", "[discriminatorium]\nx = 1", `config.toml line 1: unknown setting "discriminatorium"`},
		{"not a setting", "Hidden = 'x'", "unknown setting"},
		{"text for a number", "batch = 'ten'", `config.toml line 1: batch = "ten", want a whole number`},
		{"fraction", "batch = 1.5", "batch = 1.5, want a whole number"},
		{"number for text", "name = 3", "name = 3, want text"},
		{"number for a switch", "average = 1", "average = 1, want true or false"},
		{"one for a list", "[generator]\nunits = 3", "line 2: generator.units = 3, want a list, each element a whole number"},
		{"mixed list", "[generator]\nunits = [3, 'x']", "generator.units = [3 x], want a list"},
		{"nested list", "[generator]\nunits = [[3]]", "want a list"},
		{"list for one", "batch = [3]", "batch = [3], want a whole number"},
		{"date", "name = 1979-05-27", "want text"},
		{"value for a table", "generator = 3", "line 1: generator is a table of settings, not one value (hint: write [generator] above them)"},
		{"tables for a table", "[[generator]]\nunits = [3]", "generator is a table"},
		{"table for a value", "[batch]\nx = 1", "line 1: batch = a table, want a whole number"},
		{"tables for a list", "[[tags]]\nx = 1", "want a list"},
		{"too small", "batch = 0", "batch = 0 is out of range, want at least 1 and at most 65536"},
		{"too large", "batch = 65537", "batch = 65537 is out of range"},
		{"not above", "rate = 0.0", "rate = 0 is out of range, want more than 0"},
		{"not below", "[generator]\ndropout = 1", "generator.dropout = 1 is out of range, want at least 0 and less than 1"},
		{"element out of range", "decay = [0.5, 1.0]", "decay = 1 is out of range"},
		{"not a number", "rate = nan", "rate = NaN is not a finite number"},
		{"endless", "decay = [inf]", "decay = +Inf is not a finite number"},
		{"no such word", "[generator]\nactivation = 'gelu'", `generator.activation = "gelu" is unknown, want one of relu, tanh`},
		{"negative", "seed = -1", "seed = -1, want a whole number of at most 63 bits, not negative"},
		{"huge", "seed = 9223372036854775808", "config.toml line 1: "},
		{"not TOML", "name = 'x'\nbatch", "config.toml line 2: "},
		{"twice", "batch = 1\nbatch = 2", "config.toml line 2: "},
		{"not UTF-8", "name = '\xff'", "config.toml"},
		{"long value", "batch = '" + strings.Repeat("x", 100) + "'", `xxx..., want`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := example()
			err := settings.Decode([]byte(test.text), "config.toml", &got)
			if err == nil || !strings.Contains(hint.Text(err), test.want) || !strings.HasPrefix(hint.Text(err), "config.toml") {
				t.Errorf("error %v, want one that contains %q", err, test.want)
			}
			if diff := cmp.Diff(example(), got, same); diff != "" {
				t.Errorf("settings changed in spite of the error: %s", diff)
			}
		})
	}
}

func TestEncodeRefuses(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(r *run)
		want  string
	}{
		{"out of range", func(r *run) { r.Batch = 0 }, "batch = 0 is out of range"},
		{"not a number", func(r *run) { r.Decay[1] = math.NaN() }, "decay = NaN"},
		{"too large for TOML", func(r *run) { r.Seed = math.MaxUint64 }, "seed = 18446744073709551615 is out of range"},
		{"not UTF-8", func(r *run) { r.Tags[0] = "\xff" }, "not UTF-8"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := example()
			test.spoil(&r)
			if _, err := settings.Encode(r); err == nil || !strings.Contains(hint.Text(err), test.want) {
				t.Errorf("error %v, want one that contains %q", err, test.want)
			}
		})
	}
}

func TestTable(t *testing.T) {
	rows := settings.Table(example())
	if len(rows) != 12 {
		t.Errorf("%d rows, want 12", len(rows))
	}
	want := []settings.Row{
		{"name", `"gän\"der\\\n\u0001"`, "shown on the dashboard"},
		{"batch", "100", "real images in a minibatch (at least 1 and at most 65536)"},
		{"generator.units", "[1200, 1200]", "units of each hidden layer (at least 1)"},
		{"generator.activation", `"relu"`, "after each hidden layer (one of relu, tanh)"},
	}
	if diff := cmp.Diff(want, rows[:4]); diff != "" {
		t.Error(diff)
	}
}

func TestMisusePanics(t *testing.T) {
	var r run
	tests := []struct {
		name string
		do   func()
	}{
		{"no struct", func() { settings.Table(3) }},
		{"no pointer", func() { settings.Set(r, "batch=1") }},
		{"no tag", func() {
			settings.Table(struct{ X int }{})
		}},
		{"key with a dot", func() {
			settings.Table(struct {
				X int `toml:"a.b"`
			}{})
		}},
		{"type", func() {
			settings.Table(struct {
				X map[string]int `toml:"x"`
			}{})
		}},
		{"list of lists", func() {
			settings.Table(struct {
				X [][]int `toml:"x"`
			}{})
		}},
		{"limit", func() {
			settings.Encode(struct {
				X int `toml:"x" min:"one"`
			}{})
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			test.do()
		})
	}
}

// FuzzDecode reads any short text. Accepted settings can be written and read again. Long
// texts are left out, because the time to shorten an input that reaches new code grows with
// the square of its length.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("generator = {units = [1], activation = 'tanh'}\nseed = 0xff\nrate = 1e-300"))
	f.Add([]byte("[[generator]]\n\"a b\".\"\" = [{}, 1979-05-27]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 100 {
			return
		}
		got := example()
		if err := settings.Decode(text, "x", &got); err != nil {
			if diff := cmp.Diff(example(), got, same); diff != "" {
				t.Fatalf("settings changed in spite of %v: %s", err, diff)
			}
			return
		}
		again, err := settings.Encode(got)
		if err != nil {
			t.Fatal(err)
		}
		reread := example()
		if err := settings.Decode(again, "x", &reread); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, reread, same); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestCheck checks a struct with a setting that a program has set out of its range.
func TestCheck(t *testing.T) {
	r := example()
	if err := settings.Check(&r); err != nil {
		t.Error(err)
	}
	r.Generator.Dropout = 1
	const want = "generator.dropout = 1 is out of range, want at least 0 and less than 1"
	if err := settings.Check(r); err == nil || err.Error() != want {
		t.Errorf("error %v, want %q", err, want)
	}
}

// TestInputs describes settings for a form. Their texts set the same values again.
func TestInputs(t *testing.T) {
	r := example()
	inputs := settings.Inputs(r)
	if len(inputs) != len(settings.Table(r)) {
		t.Fatalf("%d inputs of %d settings", len(inputs), len(settings.Table(r)))
	}
	byKey := map[string]settings.Input{}
	for _, in := range inputs {
		byKey[in.Key] = in
		if err := settings.Set(&r, in.Key+"="+in.Text); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff(example(), r, same); diff != "" {
		t.Error(diff)
	}
	for key, want := range map[string]settings.Input{
		"batch":                {Kind: "integer", Text: "100", Min: "1", Max: "65536"},
		"rate":                 {Kind: "number", Text: "0.1", Min: "0"},
		"average":              {Kind: "bool", Text: "true"},
		"decay":                {Kind: "list", Text: "[0.999, 1e-07]", Min: "0", Max: "1"},
		"generator.activation": {Kind: "text", Text: "relu", Words: []string{"relu", "tanh"}},
	} {
		have := byKey[key]
		have.Row = settings.Row{}
		if diff := cmp.Diff(want, have, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", key, diff)
		}
	}
}
