package data

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
)

// vector returns the vector of a text that is known.
func vector(t *testing.T, e *TextEncoder, text string) []float32 {
	t.Helper()
	v, err := e.Vector(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestTextVectors compares vectors with values by hand. The 3-grams of "ab" are " ab" and
// "ab ", those of "abc" are " ab", "abc" and "bc ".
func TestTextVectors(t *testing.T) {
	const size = 1 << 20 // no two 3-grams of the test have the same place
	e := FitText([]string{"ab", "abc", "b3"}, size)
	if e.Alphabet != "3abc" {
		t.Errorf("the alphabet is %q", e.Alphabet)
	}
	idf := func(m float64) float64 { return math.Log(4/(1+m)) + 1 }
	place := func(gram string) int {
		counts := make([]float64, size)
		countGrams([]rune(gram), counts)
		return slices.Index(counts, 1)
	}
	for gram, want := range map[string]float64{" ab": idf(2), "abc": idf(1), "xyz": idf(0)} {
		if got := e.IDF[place(gram)]; math.Abs(got-want) > 1e-12 {
			t.Errorf("the weight of %q is %v, want %v", gram, got, want)
		}
	}
	v := vector(t, e, "ab")
	length := math.Hypot(idf(2), idf(1))
	for gram, want := range map[string]float64{" ab": idf(2) / length, "ab ": idf(1) / length, "abc": 0} {
		if got := float64(v[place(gram)]); math.Abs(got-want) > 1e-6 {
			t.Errorf("the number of %q is %v, want %v", gram, got, want)
		}
	}
}

// TestTextVectorsAreTheSame has texts that differ in what does not count.
func TestTextVectorsAreTheSame(t *testing.T) {
	texts := []string{"grinning face", "flag of Côte d'Ivoire", "keycap 7"}
	e := FitText(texts, TextSize)
	slices.Reverse(texts)
	if again := FitText(texts, TextSize); again.Alphabet != e.Alphabet || !slices.Equal(again.IDF, e.IDF) {
		t.Error("the order of the texts changes the encoder")
	}
	want := vector(t, e, "grinning face")
	for _, text := range []string{"Grinning Face", " grinning  face! ", "grinning-face", "grinning_face 日本"} {
		if got := vector(t, e, text); !slices.Equal(got, want) {
			t.Errorf("%q has another vector", text)
		}
	}
	square := 0.0
	for _, v := range want {
		square += float64(v) * float64(v)
	}
	if math.Abs(square-1) > 1e-6 {
		t.Errorf("the squared length is %v", square)
	}
	if slices.Equal(vector(t, e, "face grinning"), want) {
		t.Error("the order of words changes nothing, although 3-grams overlap words")
	}
}

func TestUnknownTexts(t *testing.T) {
	e := FitText([]string{"cat", "dog"}, TextSize)
	for _, text := range []string{"", " ", "!?", "日本語", "xxx"} {
		if _, err := e.Vector(text); !errors.Is(err, ErrText) || hint.Of(err) != "known are words of acdgot" {
			t.Errorf("%q: error %v", text, hint.Text(err))
		}
	}
	vector(t, e, "zzz cat") // a part is known
}

// TestTextFields checks fields with an encoder that does not fit.
func TestTextFields(t *testing.T) {
	field := Field{Name: TextField, Kind: Numbers, Shape: []int{4}, Text: FitText([]string{"cat"}, 4)}
	if err := field.Check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Field){
		"pixels":        func(f *Field) { f.Kind, f.Shape = Pixels, []int{1, 2, 2} },
		"another size":  func(f *Field) { f.Shape = []int{5} },
		"no alphabet":   func(f *Field) { f.Text = &TextEncoder{IDF: f.Text.IDF} },
		"a weight of 0": func(f *Field) { f.Text = &TextEncoder{Alphabet: "a", IDF: make([]float64, 4)} },
		"a weight of +Inf": func(f *Field) {
			f.Text = &TextEncoder{Alphabet: "a", IDF: []float64{1, 1, 1, math.Inf(1)}}
		},
	} {
		f := field
		change(&f)
		if err := f.Check(); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "text") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
