package run_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

func TestConfigSet(t *testing.T) {
	c := tiny(t)
	for _, s := range []string{"seed=7", "train.keep = 2", " model.hidden=9", "batch=5", "data.name=mnist"} {
		if err := c.Set(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	if m := c.Model.(*recipe.Digits); c.Train.Seed != 7 || c.Train.Keep != 2 || m.Hidden != 9 || m.Batch != 5 || c.Data.Name != "mnist" {
		t.Errorf("settings are %+v, %+v, %+v", c.Train, c.Data, m)
	}
}

func TestConfigSetRefuses(t *testing.T) {
	for assignment, say := range map[string]string{
		"hiden=9":         `unknown setting "hiden" (hint: did you mean model.hidden?)`,
		"model.hiden=9":   `unknown setting "model.hiden" (hint: did you mean model.hidden?)`,
		"modle.hidden=9":  `unknown setting "modle.hidden" (hint: did you mean model.hidden?)`,
		"xyzzy=9":         `unknown setting "xyzzy" (hint: gander recipes digits shows the settings)`,
		"=9":              `unknown setting ""`,
		"recipe=digits":   `recipe is not for setting`,
		"format=1":        `format is not for setting`,
		"data.fields=x":   `data.fields is not for setting, it follows from the recipe and the data (hint: gander recipes digits shows the settings)`,
		"data.low=1":      `data.low is not for setting`,
		"data.high=1":     `data.high is not for setting`,
		"data.examples=1": `data.examples is not for setting`,
		"data.width=1":    `unknown setting "data.width"`, // of format 1
		"train=1":         `train is a table of settings`,
		"keep=0":          `train.keep = 0 is out of range, want at least 1`,
		"keep=x":          `train.keep = "x", want a whole number`,
	} {
		c := tiny(t)
		before, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Set(assignment); err == nil || !strings.HasPrefix(hint.Text(err), say) {
			t.Errorf("%s: error %v, want %q", assignment, err, say)
		}
		if after, err := c.Encode(); err != nil || string(after) != string(before) {
			t.Errorf("%s changed settings; error %v", assignment, err)
		}
	}
}

func TestConfigTableHoldsWhatCanBeSet(t *testing.T) {
	for _, r := range recipe.List() {
		c := run.NewConfig(r)
		for _, row := range c.Table() {
			if row.Doc == "" {
				t.Errorf("%s: %s is not explained", r.Name, row.Key)
			}
			if err := c.Set(row.Key + "=" + strings.Trim(row.Value, `"`)); err != nil {
				t.Errorf("%s: its own value: %v", r.Name, err)
			}
		}
	}
}

func TestConfigResolve(t *testing.T) {
	c := tiny(t)
	if err := c.Resolve(); err != nil {
		t.Fatal(err)
	}
	want := &run.DataSettings{Name: "digits", Fit: "none", Fields: []string{"x pixels 1x28x28", "class class 10"}, Examples: 50_000,
		Split: "published", Fingerprint: c.Data.Fingerprint}
	if !strings.HasPrefix(c.Data.Fingerprint, "1099511627776:") {
		t.Errorf("fingerprint %s", c.Data.Fingerprint)
	}
	if diff := cmp.Diff(want, c.Data); diff != "" {
		t.Error(diff)
	}
}

// TestConfigGolden reads files of format 1 and of the present format. Both have the
// same settings.
func TestConfigGolden(t *testing.T) {
	for name, want := range map[string]run.DataSettings{
		"digits":         {Name: "digits", Fit: "none", Fields: []string{"x pixels 1x28x28", "class class 10"}, Examples: 50_000},
		"goodfellow2014": {Name: "mnist", Fit: "none", Fields: []string{"x pixels 1x28x28", "class class 10"}, Examples: 50_000},
		"mixture": {Name: "ring8", Fit: "none", Fields: []string{"x numbers 2", "class class 8"}, Examples: 100_000,
			Low: []float64{-1.0370912551879883, -1.0360831022262573}, High: []float64{1.0388412475585938, 1.0363093614578247}},
	} {
		before, err := os.ReadFile(filepath.Join("testdata", "config-v1-"+name+".toml"))
		if err != nil {
			t.Fatal(err)
		}
		c, err := run.ParseConfig(before, "config.toml")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, *c.Data); diff != "" {
			t.Error(diff)
		}
		if c.Recipe.Name != name || c.Train.Steps != 20 || c.Train.Seed != 1 || c.Train.Kimg != c.Recipe.Kimg {
			t.Errorf("recipe %s, settings %+v", c.Recipe.Name, c.Train)
		}
		model := c.Recipe.Settings()
		if m, ok := model.(*recipe.Mixture); ok {
			m.Standardise = "no" // as it was then
		}
		if diff := cmp.Diff(model, c.Model); diff != "" {
			t.Errorf("model: %s", diff)
		}
		got, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", "config-v2-"+name+".toml")
		if *update {
			if err := os.WriteFile(golden, got, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		wantContent(t, golden, string(got))
		now, err := run.ParseConfig(got, "config.toml")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]any{c.Train, c.Data, c.Model}, []any{now.Train, now.Data, now.Model}, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	}
}

// TestParseConfigRefuses reads texts that are not configurations, and configurations
// with mistakes.
func TestParseConfigRefuses(t *testing.T) {
	const one, two = "format = 1\nrecipe = \"digits\"\n[data]\n", "format = 2\nrecipe = \"digits\"\n[data]\n"
	for _, c := range []struct{ text, say string }{
		{"format = 3\nrecipe = \"digits\"\n", "config.toml: format 3 is newer than this program knows, which is 2 (hint: update gander)"},
		{"format = 3\n", "config.toml: format 3 is newer than this program knows, which is 2 (hint: update gander)"},
		{"format = 0\nrecipe = \"digits\"\n", "config.toml: not the configuration of a run: it has no format or no recipe"},
		{"recipe = \"digits\"\n", "config.toml: not the configuration of a run: it has no format or no recipe"},
		{"format = 2\n", "config.toml: not the configuration of a run: it has no format or no recipe"},
		{"format = 2\nrecipe = \"digit\"\n", `config.toml: recipe "digit" is not known to this program (hint: import the package that registers it`},
		{one + "channels = -1\n", "config.toml: format 1: data.channels = -1, want a number of values"},
		{one + "channels = 1\nheight = \"x\"\n", "config.toml: format 1: data.height = x, want a number of values"},
		{one + "dims = 1e3\n", "config.toml: format 1: data.dims = 1000, want a number of values"},
		{one + "channels = 1\nheight = 0\nwidth = 2\n", `config.toml: field "x pixels 1x0x2": shape 1x0x2, want sizes as in 1x28x28`},
		{one + "name = 3\n", "config.toml (read as format 2) line 5: data.name = 3, want text"},
		{two + "dims = 1\n", `config.toml line 4: unknown setting "data.dims"`},
		{two + "channels = 2\n", `config.toml: data.channels = 2, and there are no images of 2 channels`},
		{two + "size = \"64x\"\n", `config.toml: data.size = "64x", want pixels from 1 to 16384`},
		{two + "split = \"cut\"\n", `config.toml: data.split = "cut" is unknown, want published, drawn or dealt`},
		{two + "fields = [\"x numbers 2\"]\nsd = [1.0]\n", `config.toml: data.sd has 1 values, and an example is 2 numbers`},
		{two + "fields = [\"x numbers 2\"]\nnames = [\"a\"]\n", `config.toml: field "x numbers 2": malformed data: field x: 1 names for 2 values of kind numbers`},
		{two + "fields = [\"x pixels 1x1x1\", \"class class 3\"]\nlabels = [\"a\"]\n", `config.toml: field "class class 3": malformed data: field class: 1 names of 3 classes`},
		{two + "fields = [\"x\"]\n", `config.toml: field "x": want a name, a kind, a shape`},
		{two + "fields = [\"x pixels 1x2x3 4\"]\n", `config.toml: field "x pixels 1x2x3 4": want the kind pixels, numbers, class or tokens, and a shape`},
		{two + "fields = [\"x reals 1x2x3\"]\n", `config.toml: field "x reals 1x2x3": want the kind pixels, numbers, class or tokens, and a shape`},
		{two + "fields = [\"x numbers 2,3\"]\n", `config.toml: field "x numbers 2,3": shape 2,3, want sizes as in 1x28x28`},
		{two + "fields = [\"class class 0\"]\n", `config.toml: field "class class 0": 0 classes`},
		{two + "fields = [\"caption tokens 20\"]\n", `config.toml: field "caption tokens 20": want the number of classes at its end`},
	} {
		if _, err := run.ParseConfig([]byte(c.text), "config.toml"); err == nil || !strings.HasPrefix(hint.Text(err), c.say) {
			t.Errorf("%q: error %v, want %q", c.text, hint.Text(orNone(err)), c.say)
		}
	}
}

func orNone(err error) error {
	if err == nil {
		return errors.New("none")
	}
	return err
}

// TestConfigRoundTrip reads and writes the complete settings of each recipe.
func TestConfigRoundTrip(t *testing.T) {
	var texts []string
	for _, r := range recipe.List() {
		text, err := run.NewConfig(r).Encode()
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	for _, name := range []string{"config-v1-mixture.toml", "config-v2-digits.toml"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	for _, text := range texts {
		if _, err := run.ParseConfig([]byte(text), "config.toml"); err != nil {
			t.Error(err)
		}
		roundTrip(t, text)
	}
}

// FuzzParseConfig reads any short text, writes the settings and reads them again. Long
// texts are left out, because the time to shorten an input that reaches new code grows
// with the square of its length.
func FuzzParseConfig(f *testing.F) {
	for _, seed := range []string{
		"format=1\nrecipe=\"digits\"\n[model]\nbatch=3",
		"format=1\nrecipe=\"digits\"\n[train]\nkeep=0",
		"format=1\nrecipe=\"mixture\"\n[data]\nlow=[0,1]",
		"format=2\nrecipe=\"digits\"",
		"format=2\nrecipe=\"digits\"\n[data]\nsize=\"4x6\"",
		"format=2\nrecipe=\"digits\"\n[data]\nfields=[\"t tokens 4 50\"]",
		"format=2\nrecipe=\"mixture\"\n[data]\nmean=[1.5]",
		"format=3\nrecipe=\"digits\"",
		"format=\"x\"",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) <= 100 {
			roundTrip(t, text)
		}
	})
}

// roundTrip reads a config.toml, writes it and reads it again.
func roundTrip(t *testing.T, text string) {
	c, err := run.ParseConfig([]byte(text), "config.toml")
	if err != nil {
		if !strings.HasPrefix(hint.Text(err), "config.toml") {
			t.Errorf("error %q does not name the file", err)
		}
		return
	}
	for _, d := range c.Sets {
		d.Info()
	}
	once, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := run.ParseConfig(once, "config.toml")
	if err != nil {
		t.Fatalf("%v, of\n%s", err, once)
	}
	twice, err := again.Encode()
	if err != nil || string(once) != string(twice) {
		t.Errorf("error %v, %s", err, cmp.Diff(string(once), string(twice)))
	}
}
