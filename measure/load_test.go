package measure

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/data/load"
)

func TestLoadReal(t *testing.T) {
	r, err := LoadReal(t.Context(), load.NewParts("digits", 3))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []struct {
		set  *Set
		name string
		n    int
	}{
		{r.Train, "digits train of seed 3", MaxTrain},
		{r.Validation, "digits validation of seed 3", MaxOther},
		{r.Test, "digits test of seed 3", MaxOther},
	} {
		if s := part.set; s.Name != part.name || s.Len() != part.n || !s.Field.IsImage() || len(s.Labels) != part.n || s.Classes != 10 {
			t.Errorf("%s of shape %v has %d examples and %d labels", s.Name, s.Field.Shape, s.Len(), len(s.Labels))
		}
	}
	if err := r.Test.check(); err != nil {
		t.Error(err)
	}
	if slices.Equal(r.Validation.At(0), r.Test.At(0)) {
		t.Error("validation and test part are the same")
	}
	if r.Mixture != nil {
		t.Error("digits are a mixture")
	}
}

func TestLoadRealMixture(t *testing.T) {
	r, err := LoadReal(t.Context(), load.NewParts("ring8", 0))
	if err != nil {
		t.Fatal(err)
	}
	if r.Mixture == nil || len(r.Mixture.Means) != 8 || r.Mixture.SD != 0.01 || r.Test.Field.IsImage() || r.Test.Len() != MaxOther {
		t.Errorf("mixture %v, %d points", r.Mixture, r.Test.Len())
	}
}

// TestFromDataOfFields reads sets with fields that are not images and labels.
func TestFromDataOfFields(t *testing.T) {
	signal := data.Field{Name: "wave", Kind: data.Numbers, Shape: []int{2, 2}}
	class, words := data.Label(3), data.Field{Name: "words", Kind: data.Tokens, Shape: []int{1}, Classes: 9}
	values := data.Values{Floats: []float32{1, 2, 3, 4, 5, 6, 7, 8}}
	ints := data.Values{Ints: []int32{2, 0}}
	for _, c := range []struct {
		fields  []data.Field
		columns []data.Values
		want    *Set
	}{
		{[]data.Field{signal, words, class}, []data.Values{values, {Ints: []int32{8, 7}}, ints},
			&Set{Name: "s", Field: signal, Values: values.Floats, Labels: ints.Ints, Classes: 3}},
		{[]data.Field{signal, words}, []data.Values{values, ints}, &Set{Name: "s", Field: signal, Values: values.Floats}},
		{[]data.Field{class, signal}, []data.Values{ints, values}, nil},
		{[]data.Field{words}, []data.Values{ints}, nil},
	} {
		table, err := data.NewTable(data.NewInfo("table", c.fields...), c.columns...)
		if err != nil {
			t.Fatal(err)
		}
		got, err := FromData(table, "s", 10)
		if c.want == nil {
			if !errors.Is(err, data.ErrKind) {
				t.Errorf("a set of %v was taken: %v", c.fields[0], err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestLoadRealOfFewImages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "few.npy")
	write := func(n int) {
		var b bytes.Buffer
		if err := format.EncodeNPY(&b, []int{n, 1, 1}, make([]byte, n)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(10)
	r, err := LoadReal(t.Context(), load.NewParts(path, 0))
	if err != nil {
		t.Fatal(err)
	}
	if r.Train.Len() != 8 || r.Validation.Len() != 1 || r.Test.Len() != 1 {
		t.Errorf("parts of %d, %d and %d", r.Train.Len(), r.Validation.Len(), r.Test.Len())
	}
	write(2)
	if _, err := LoadReal(t.Context(), load.NewParts(path, 0)); err == nil {
		t.Error("a dataset without test images was taken")
	}
}

func TestLoadSamples(t *testing.T) {
	path := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(path, []byte("1,2\n3,4\n5,6\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := LoadSamples(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := &Set{Name: path, Field: data.Point(2), Values: []float32{1, 2, 3, 4, 5, 6}}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
}

// TestLoadSamplesLikeImages reads the rows of a file as images or as points, like the real
// examples.
func TestLoadSamplesLikeImages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(path, []byte("0,.25,.5,1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	values := []float32{0, .25, .5, 1}
	for _, c := range []struct{ like, want *Set }{
		{&Set{Field: data.Image(1, 2, 2)}, &Set{Name: path + " (rows as 1x2x2)", Field: data.Image(1, 2, 2), Values: values}},
		{&Set{Field: data.Point(4)}, &Set{Name: path, Field: data.Point(4), Values: values}},
	} {
		got, err := LoadSamples(path, c.like)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Error(diff)
		}
	}
}
