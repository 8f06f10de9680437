package command

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// conditions are the conditions of an output, the first of which is its class.
func conditions(class string) recipe.Output {
	numbers := func(name string, n int) recipe.Condition {
		return recipe.Condition{Field: data.Field{Name: name, Kind: data.Numbers, Shape: []int{n}}}
	}
	return recipe.Output{Name: "G", Given: []recipe.Condition{
		{Field: data.Field{Name: class, Kind: data.Class, Classes: 10}}, numbers("v", 1), numbers("a=b", 2), numbers("a", 1),
		{Field: data.Field{Name: "words", Kind: data.Tokens, Shape: []int{2}, Classes: 5}},
	}}
}

func TestGivenFlags(t *testing.T) {
	for _, c := range []struct {
		output recipe.Output
		flags  sampleCmd
		want   map[string]any
	}{
		{conditions("class"), sampleCmd{Class: "7"}, map[string]any{"class": []int{7}}},
		{conditions("digit"), sampleCmd{Class: "7,8"}, map[string]any{"digit": []int{7, 8}}},
		{conditions("digit"), sampleCmd{Given: []string{"digit=3", "v=.5"}}, map[string]any{"digit": []int{3}, "v": []float32{.5}}},
		{conditions("class"), sampleCmd{Class: "all", Given: []string{"words=1,4"}}, map[string]any{"words": []int{1, 4}}},
		{conditions("class"), sampleCmd{Given: []string{"a=b=1,2", "a=3"}}, map[string]any{"a=b": []float32{1, 2}, "a": []float32{3}}},
		{conditions("class"), sampleCmd{Given: []string{"foo=1=2"}}, map[string]any{"foo": "1=2"}}, // which package run refuses
	} {
		got, err := c.flags.given(c.output)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("--class %s --given %v: error %v, %s", c.flags.Class, c.flags.Given, err, diff)
		}
	}
}

// TestDefaultCount makes 64 samples, but with a row for each of few classes 10 of each.
func TestDefaultCount(t *testing.T) {
	output := conditions("class")
	for _, c := range []struct {
		classes int
		flags   sampleCmd
		want    int
	}{
		{2, sampleCmd{Class: "all"}, 20}, {10, sampleCmd{Class: "all"}, 64},
		{2, sampleCmd{Class: "1"}, 64}, {2, sampleCmd{}, 64}, {2, sampleCmd{Class: "all", Sweep: "v"}, 64},
	} {
		output.Given[0].Field.Classes = c.classes
		if got, err := c.flags.defaultCount(output); got != c.want || err != nil {
			t.Errorf("%d classes, --class %q: %d samples, want %d, error %v", c.classes, c.flags.Class, got, c.want, err)
		}
	}
}

func TestGivenFlagsRefused(t *testing.T) {
	for _, c := range []struct {
		flags sampleCmd
		say   string
	}{
		{sampleCmd{Class: "seven"}, `--class seven: "seven" is not a whole number (hint: digit is a class from 0 to 9, or all: a row for each class)`},
		{sampleCmd{Class: "1", Given: []string{"digit=2"}}, "--class 1 and --given digit=2: digit is given twice (hint: leave one of them out)"},
		{sampleCmd{Class: "all", Given: []string{"digit=2"}}, "--class all and --given digit=2: digit is given twice (hint: leave one of them out)"},
		{sampleCmd{Given: []string{"v=1", "v=2"}}, "--given v=2: v is given twice (hint: give all of its values at once)"},
		{sampleCmd{Given: []string{"v=a,b"}}, `--given v=a,b: "a" is not a finite number (hint: v is 1 number)`},
		{sampleCmd{Given: []string{"words=x"}}, `--given words=x: "x" is not a whole number (hint: words is 2 tokens from 0 to 4)`},
		{sampleCmd{Given: []string{"v"}}, "--given v: want NAME=VALUE (hint: the output takes digit, a class from 0 to 9; v, 1 number; a=b, 2 numbers; a, 1 number; words, 2 tokens from 0 to 4)"},
		{sampleCmd{Given: []string{"=1"}}, "--given =1: want NAME=VALUE (hint: the output takes digit, a class from 0 to 9; v, 1 number; a=b, 2 numbers; a, 1 number; words, 2 tokens from 0 to 4)"},
	} {
		if _, err := c.flags.given(conditions("digit")); err == nil || hint.Text(err) != c.say {
			t.Errorf("--class %s --given %v: error %v, want %q", c.flags.Class, c.flags.Given, err, c.say)
		}
	}
}

// TestChannelsAreWritten writes images of five channels in every form.
func TestChannelsAreWritten(t *testing.T) {
	s := &run.Samples{N: 2, Field: data.Image(5, 2, 3), Scale: data.Scale{Hi: 1}, Values: make([]float32, 60)}
	r, err := recipe.Find("digits")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, form := range map[string]string{"s.npy": ".npy", "folder": ""} {
		target := sampleTarget{path: filepath.Join(dir, name), format: form, metadata: map[string]string{}}
		if err := target.write(context.Background(), s, "0"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := run.NewConfig(r).Picture(s, nil, 0); err != nil {
		t.Errorf("a picture: %v", err)
	}
	npy, err := os.ReadFile(filepath.Join(dir, "s.npy"))
	if err != nil || !bytes.Contains(npy, []byte("(2, 5, 2, 3)")) {
		t.Errorf("the array has the header %.100q, error %v", npy, err)
	}
}

func TestJoinedErrorsAreOneLine(t *testing.T) {
	var stderr bytes.Buffer
	complain(&stderr, errors.Join(errors.New("one"), hint.Add(errors.New("two"), "go on")), true)
	if stderr.String() != "error: one; two\nhint: go on\n" {
		t.Errorf("%q", stderr.String())
	}
}

// TestPathsOfAllSetsLast has a run on files that are named from where it is started.
func TestPathsOfAllSetsLast(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("a.csv", []byte("1,2\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	config := run.NewConfig(recipe.Recipe{
		Name: "r", Data: "digits", Others: []recipe.Role{{Name: "real", Data: "ring8"}, {Name: "other", Data: "ring8"}},
		Kimg: 1, TickKimg: 1, Grid: 1, Settings: func() any { return &struct{}{} },
	})
	config.Data.Name, config.Sets["real"].Name = "a.csv", "a.csv"
	if err := (&trainCmd{}).overrule(config); err != nil {
		t.Fatal(err)
	}
	for role, want := range map[string]bool{recipe.Main: true, "real": true, "other": false} {
		if name := config.Sets[role].Name; filepath.IsAbs(name) != want {
			t.Errorf("the set %s is %s", role, name)
		}
	}
}
