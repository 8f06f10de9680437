package settings_test

import (
	"strings"
	"testing"

	"github.com/gander-ml/gander/internal/settings"
)

// TestOmitZero leaves out a table of zeros with the tag omitzero, and reads both files.
func TestOmitZero(t *testing.T) {
	type table struct {
		Name string   `toml:"name"`
		List []string `toml:"list"`
	}
	type whole struct {
		Seed   int64 `toml:"seed"`
		Always table `toml:"always"`
		From   table `toml:"from" omitzero:"true"`
	}
	for _, c := range []struct {
		v    whole
		has  bool
		text string
	}{{whole{Seed: 3}, false, ""}, {whole{Seed: 3, From: table{Name: "x"}}, true, "[from]\nname = \"x\"\nlist = []\n"}} {
		text, err := settings.Encode(c.v)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(text), "[from]"); got != c.has || !strings.HasSuffix(string(text), c.text) || !strings.Contains(string(text), "[always]") {
			t.Errorf("%+v is written as\n%s", c.v, text)
		}
		var back whole
		if err := settings.Decode(text, "x.toml", &back); err != nil || back.From.Name != c.v.From.Name || back.Seed != 3 {
			t.Errorf("read as %+v, %v", back, err)
		}
	}
}
