package settings_test

import (
	"testing"

	"github.com/gander-ml/gander/internal/settings"
)

// Shared are settings that several structs embed.
type Shared struct {
	Pack  int     `toml:"pack" doc:"examples judged together" min:"1"`
	Noise float64 `toml:"noise" min:"0"`
}

// TestEmbedded reads and writes the settings of an embedded struct.
func TestEmbedded(t *testing.T) {
	type system struct {
		Batch int `toml:"batch"`
		Shared
	}
	s := system{Batch: 64, Shared: Shared{Pack: 1}}
	text, err := settings.Encode(s)
	if want := "batch = 64\n# examples judged together (at least 1)\npack = 1\n# (at least 0)\nnoise = 0.0\n"; err != nil || string(text) != want {
		t.Errorf("error %v, encoded\n%s\nwant\n%s", err, text, want)
	}
	if err := settings.Set(&s, "pack=4"); err != nil || s.Pack != 4 {
		t.Errorf("pack is %d, error %v", s.Pack, err)
	}
	if err := settings.Set(&s, "pack=0"); err == nil || s.Pack != 4 {
		t.Errorf("pack is %d, error %v", s.Pack, err)
	}
	var read system
	if err := settings.Decode([]byte("noise = 0.5\nbatch = 3\npack = 2"), "test", &read); err != nil || read != (system{3, Shared{2, .5}}) {
		t.Errorf("decoded %+v, error %v", read, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("two settings of one name were taken")
		}
	}()
	settings.Table(struct {
		Pack int `toml:"pack"`
		Shared
	}{})
}
