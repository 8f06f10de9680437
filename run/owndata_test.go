package run_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// TestSizeBringsFit sets a size. This sets fit to crop, unless fit was set before.
func TestSizeBringsFit(t *testing.T) {
	for _, c := range []struct {
		settings []string
		want     string
	}{
		{nil, "none"},
		{[]string{"data.size=8"}, "crop"},
		{[]string{"data.size="}, "none"},
		{[]string{"data.fit=pad", "data.size=8x9"}, "pad"},
		{[]string{"data.size=8", "data.fit=none"}, "none"},
		{[]string{"data.fit=none", "data.size=8"}, "none"},
	} {
		if got := tiny(t, c.settings...).Data.Fit; got != c.want {
			t.Errorf("%q: fit %q, want %q", c.settings, got, c.want)
		}
	}
	for _, size := range []string{"x", "0", "8x", "8x9x3", "-1", "99999"} {
		if err := tiny(t).Set("data.size=" + size); err == nil || hint.Of(err) == "" {
			t.Errorf("size %q: error %v", size, err)
		}
	}
}

// wide returns the path of points whose columns have very different scales.
func wide(t *testing.T) string {
	var text strings.Builder
	text.WriteString("mass,share\n")
	for i := range 200 {
		fmt.Fprintf(&text, "%d,%g\n", 5000+i*37%1000, .002+float64(i*61%100)*1e-5)
	}
	return csvFile(t, text.String())
}

// TestStandardised trains on columns of very different scale: samples have the units
// of the data, whether the data are there or not.
func TestStandardised(t *testing.T) {
	t.Parallel()
	path := wide(t)
	s := begin(t, t.TempDir(), tinyMixture(t, "name="+path, "learning_rate=0"))
	end(t, s)
	d := s.Config.Data
	if len(d.Mean) != 2 || math.Abs(d.Mean[0]-5500) > 100 || math.Abs(d.SD[1]-2.9e-4) > 1e-4 {
		t.Fatalf("mean %v, sd %v", d.Mean, d.SD)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for i, v := range draw(t, generator(t, s.Folder), 100, 1).Values {
		if k := i % 2; math.Abs(float64(v)-d.Mean[k]) > 3*d.SD[k] { // untrained, G is close to 0
			t.Fatalf("sample %d has %g in column %d, far from %g", i/2, v, k, d.Mean[k])
		}
	}
	plain := begin(t, t.TempDir(), tinyMixture(t, "name="+wide(t), "learning_rate=0", "standardise=no"))
	end(t, plain)
	if v := draw(t, generator(t, plain.Folder), 1, 1).Values[0]; math.Abs(float64(v)) > 1 {
		t.Errorf("without a standard an untrained sample has %g", v)
	}
}

// TestFlip trains on the mirror images as well.
func TestFlip(t *testing.T) {
	t.Parallel()
	path := few(t)
	s := begin(t, t.TempDir(), tiny(t, "data.name="+path, "flip=true", "measure=parzen@3"))
	end(t, s)
	plain := tiny(t, "data.name="+path)
	if err := plain.Resolve(); err != nil {
		t.Fatal(err)
	}
	if got, want := s.Config.Data.Examples, 2*plain.Data.Examples; got != want {
		t.Errorf("%d examples in an epoch, want %d", got, want)
	}
	if s.Config.Data.Fingerprint != plain.Data.Fingerprint {
		t.Error("the mirror images are in the fingerprint")
	}
	err := tinyMixture(t, "flip=true").Resolve()
	if err == nil || hint.Of(err) != "--set data.flip=false" {
		t.Errorf("mirrored points: error %v", hint.Text(orNone(err)))
	}
}

// TestDealt reads settings of format 1: the parts stay what they were.
func TestDealt(t *testing.T) {
	path := csvFile(t, "1,2\n3,4\n5,6\n7,8\n9,10\n11,12\n13,14\n15,16\n17,18\n19,20\n")
	text := fmt.Sprintf("format = 1\nrecipe = \"mixture\"\n[data]\nname = %q\ndims = 2\nlow = [1.0, 2.0]\nhigh = [15.0, 16.0]\nexamples = 8\n", path)
	c, err := run.ParseConfig([]byte(text), "config.toml")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Resolve(); err != nil {
		t.Fatal(err)
	}
	if c.Data.Split != "dealt" {
		t.Errorf("split %q", c.Data.Split)
	}
	for split, want := range map[data.Split][]float32{data.Validation: {17, 18}, data.Test: {19, 20}} {
		set, err := c.OpenData(context.Background(), "", split)
		if err != nil {
			t.Fatal(err)
		}
		row := set.Info().NewRow()
		if err := set.Read(row, 0); err != nil || set.Len() != 1 || !slices.Equal(row[0].Floats, want) {
			t.Errorf("%v: %d examples, the first %v, error %v", split, set.Len(), row[0].Floats, err)
		}
	}
	now := tinyMixture(t, "name="+path)
	if err := now.Resolve(); err != nil || now.Data.Split != "drawn" {
		t.Errorf("split %q, error %v", now.Data.Split, err)
	}
}

// TestDecodedOnce opens the same dataset several times, and decodes it only once.
func TestDecodedOnce(t *testing.T) {
	path := wide(t)
	c := tinyMixture(t, "name="+path)
	if err := c.Load(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	first := must(c.Parts(""))
	if err := c.Resolve(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil { // what is decoded is not read again
		t.Fatal(err)
	}
	if real, err := c.LoadReal(t.Context(), ""); err != nil || real.Train.Len() != 160 {
		t.Errorf("error %v", err)
	}
	other := tinyMixture(t, "name="+path)
	other.ShareData(c)
	if must(other.Parts("")) != first {
		t.Error("a config that shares data opens them again")
	}
	other.Train.Seed = 9
	if must(other.Parts("")) == first {
		t.Error("parts of another seed are the same")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tinyMixture(t, "name="+wide(t)).Load(ctx, nil); err == nil {
		t.Error("loading goes on when its context has ended")
	}
}

func must(p *load.Parts, err error) *load.Parts {
	if err != nil {
		panic(err)
	}
	return p
}

// labelled returns the path of a folder of pictures in two classes.
func labelled(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for i := range 30 {
		m := image.NewGray(image.Rect(0, 0, 4, 4))
		m.Pix[i%16] = byte(i)
		path := filepath.Join(dir, fmt.Sprintf("class%d", i%2), fmt.Sprintf("%03d.png", i))
		var file bytes.Buffer
		if err := errors.Join(png.Encode(&file, m), os.MkdirAll(filepath.Dir(path), 0o777)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestLabelsRecorded records the names of classes, and gives them to conditions.
func TestLabelsRecorded(t *testing.T) {
	t.Parallel()
	s := begin(t, t.TempDir(), tinyConditional(t, "data.name="+labelled(t)))
	end(t, s)
	if !slices.Equal(s.Config.Data.Labels, []string{"class0", "class1"}) {
		t.Errorf("labels %q", s.Config.Data.Labels)
	}
	g := generator(t, s.Folder)
	if got := run.Choices(g.Outputs()[0].Given[0]); got != "a class from 0 to 1 (class0, class1)" {
		t.Errorf("choices are %q", got)
	}
	sampler, err := g.Sampler("")
	if err != nil {
		t.Fatal(err)
	}
	for _, given := range []any{"class1", []string{"class1", "class1"}, 1} {
		if in, err := sampler.Given(2, map[string]any{"class": given}); err != nil || !slices.Equal(in["class"].Ints, []int32{1, 1}) {
			t.Errorf("%v: classes %v, error %v", given, in["class"].Ints, err)
		}
	}
	if _, err := sampler.Given(1, map[string]any{"class": "cow"}); err == nil || hint.Of(err) != "class is a class from 0 to 1 (class0, class1)" {
		t.Errorf("an unknown class: error %v", hint.Text(orNone(err)))
	}
}

// TestNotes checks that each note about the datasets is returned only once.
func TestNotes(t *testing.T) {
	path := filepath.Join(filepath.Dir(csvFile(t, "1,2\n")), "points.csv")
	if err := os.WriteFile(path, []byte("id,x,y\n0,1,2\n1,3,4\n2,5,6\n3,7,8\n4,9,1\n5,2,1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	c := tinyMixture(t, "name="+path)
	for range 2 {
		if err := c.Resolve(); err != nil {
			t.Fatal(err)
		}
	}
	if notes := c.Notes(); len(notes) != 1 || !strings.Contains(notes[0], "counts the rows") {
		t.Errorf("notes %q", notes)
	}
}

// TestChangeOnResume changes the measures of a resumed run. Changes to settings that
// the training depends on are errors.
func TestChangeOnResume(t *testing.T) {
	t.Parallel()
	s := begin(t, t.TempDir(), tiny(t, "data.name="+few(t), "measure=parzen@30", "best=parzen"))
	end(t, s)
	change := func(assignments ...string) error {
		again, _, err := run.Resume(device(t), s.Folder, func(c *run.Config) error { return c.Change(assignments...) })
		if err != nil {
			return err
		}
		end(t, again)
		return nil
	}
	if err := change("steps=8", "measure=prdc@30", "best=prdc"); err != nil {
		t.Fatal(err)
	}
	if best, err := s.Folder.Best(); err != nil || best.Step != 8 {
		t.Errorf("best step %d, error %v", best.Step, err)
	}
	err := change("batch=8", "seed=4", "keep=1")
	if err == nil || err.Error() != "a resumed run keeps model.batch, train.seed" || !strings.HasPrefix(hint.Of(err), "it may change train.kimg, ") {
		t.Errorf("error %v", hint.Text(orNone(err)))
	}
	_, _, err = run.Resume(device(t), s.Folder, func(c *run.Config) error { return c.Set("learning_rate=3") })
	if err == nil || !strings.HasPrefix(err.Error(), "checkpoint of step 8 was trained with model.learning_rate = 0.002") {
		t.Errorf("error %v", hint.Text(orNone(err)))
	}
}
