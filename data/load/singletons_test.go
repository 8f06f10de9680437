package load

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
)

// TestSingletons opens a folder with one picture in each of its many folders. The folders are
// classes, and every part has its proportion of the pictures.
func TestSingletons(t *testing.T) {
	const n = 300
	dir := t.TempDir()
	for i := range n {
		putPicture(t, grey(1, 1, byte(i)), dir, fmt.Sprintf("class%03d", i), "a.png")
	}
	parts := NewParts(dir, 1)
	for split, want := range []int64{240, 30, 30} {
		set, err := parts.Open(t.Context(), data.Split(split))
		if err != nil {
			t.Fatal(err)
		}
		if f, _ := set.Info().Field(data.ClassField); set.Len() != want || f.Classes != n {
			t.Errorf("%v: %d pictures, %d classes, want %d and %d", data.Split(split), set.Len(), f.Classes, want, n)
		}
	}
	if notes := strings.Join(parts.Notes(), "\n"); !strings.Contains(notes, "the train part has no examples of 60 of the 300 classes: class") || len(notes) > 1000 {
		t.Errorf("notes %q", notes)
	}
}

// TestSingletonRows opens a table in which each row has its own text. Such a column names the
// rows and is no class.
func TestSingletonRows(t *testing.T) {
	const n = 30_000
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "%d,%d,name %d\n", i%100, i%77, i)
	}
	dir := inDir(t, map[string][]byte{"points.csv": []byte(text.String())})
	parts := NewParts(dir, 1)
	for split, want := range []int64{24_000, 3000, 3000} {
		set, err := parts.Open(t.Context(), data.Split(split))
		if err != nil {
			t.Fatal(err)
		}
		if set.Len() != want || len(set.Info().Fields) != 1 {
			t.Errorf("%v: %d points of %v", data.Split(split), set.Len(), set.Info().Fields)
		}
	}
	if notes := strings.Join(parts.Notes(), "\n"); !strings.Contains(notes, "left out: column 3, whose texts are all different") {
		t.Errorf("notes %q", notes)
	}
}
