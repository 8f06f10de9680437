package run_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// TestTexts trains on captions and draws samples for texts without the data. A text must have
// the vector that the caption had in training.
func TestTexts(t *testing.T) {
	dir := captioned(t)
	c := configOf(t, "stackgan", "data.name="+dir, "steps=2", "batch=2", "grid=4", "width_g=4", "width_g2=4", "width_d=2", "width_d2=2", "stage1_kimg=.004")
	s := begin(t, t.TempDir(), c)
	set, err := s.Config.OpenData(t.Context(), "", data.Train)
	if err != nil {
		t.Fatal(err)
	}
	end(t, s)
	field, _ := set.Info().Field(data.TextField)
	want, err := field.Text.Vector("picture 7 of a set")
	if err := errors.Join(err, os.RemoveAll(dir)); err != nil {
		t.Fatal(err)
	}
	g := generator(t, s.Folder)
	sampler, err := g.Sampler("")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []any{"Picture 7 of a set!", []string{"picture 7 of a set"}, [][]float32{want}} {
		in, err := sampler.Given(2, map[string]any{"text": text})
		if err != nil {
			t.Fatal(err)
		}
		if got := in["text"].Floats; !slices.Equal(got[:256], want) || !slices.Equal(got[256:], want) {
			t.Errorf("%v has another vector", text)
		}
		if _, err := g.Draw(t.Context(), "", 2, 1, in); err != nil {
			t.Error(err)
		}
	}
	for _, c := range []struct {
		given     map[string]any
		say, tell string
	}{
		{map[string]any{"text": "日本"}, "output G: text: nothing of the text is known: \"日本\"", "known are words of 0123456789acefioprstu"},
		{map[string]any{"text": []string{"a", "set", "of"}}, "output G: text: 3 values for 2 samples, want 1 or 2", "text is a text"},
		{nil, "output G is made from text, which is not given", "give text, a text"},
	} {
		if _, err := sampler.Given(2, c.given); err == nil || err.Error() != c.say || !strings.Contains(hint.Of(err), c.tell) {
			t.Errorf("error %v, want %q (hint: %s)", hint.Text(err), c.say, c.tell)
		}
	}
}
