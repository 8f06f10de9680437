package run_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
	want := &run.DataSettings{Name: "digits", Fields: []string{"x pixels 1x28x28", "class class 10"}, Examples: 50_000}
	if diff := cmp.Diff(want, c.Data); diff != "" {
		t.Error(diff)
	}
}

// FuzzParseConfig reads, writes and reads again.
func FuzzParseConfig(f *testing.F) {
	for _, r := range recipe.List() {
		text, err := run.NewConfig(r).Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("format = 1\nrecipe = \"digits\"\n[model]\nbatch = 3\n")
	f.Add("format = 2\nrecipe = \"digits\"\n")
	f.Add("format = \"x\"\n")
	f.Add("format = 1\nrecipe = \"digits\"\n[train]\nkeep = 0\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := run.ParseConfig([]byte(text), "config.toml")
		if err != nil {
			if !strings.HasPrefix(hint.Text(err), "config.toml") {
				t.Errorf("error %q does not name the file", err)
			}
			return
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
	})
}
