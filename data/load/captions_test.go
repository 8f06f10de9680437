package load

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// captioned writes three pictures and a file of captions to a new folder.
func captioned(t *testing.T, file, captions string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for i, name := range []string{"1f600", "1F601", "23"} {
		putPicture(t, grey(2, 1, byte(i), byte(i)), dir, name+".png")
	}
	writeFile(t, filepath.Join(dir, file), []byte(captions))
	return dir
}

// wantTexts returns an error unless the column text has the vectors of the captions.
func wantTexts(t *testing.T, set data.Set, captions ...string) {
	t.Helper()
	encoder := data.FitText(captions, data.TextSize)
	field, ok := set.Info().Field(data.TextField)
	if !ok || field.Text == nil || field.Text.Alphabet != encoder.Alphabet || !slices.Equal(field.Text.IDF, encoder.IDF) {
		t.Fatalf("the fields are %+v", set.Info().Fields)
	}
	row := set.Info().RowOf(data.TextField)
	for i, caption := range captions {
		want, err := encoder.Vector(caption)
		if err := errors.Join(err, set.Read(row, int64(i))); err != nil {
			t.Fatal(err)
		}
		if got := row.Of(set.Info(), data.TextField).Floats; !slices.Equal(got, want) {
			t.Errorf("picture %d does not have the vector of %q", i, caption)
		}
	}
}

// TestCaptions reads captions from both kinds of tables.
func TestCaptions(t *testing.T) {
	const table = "file,caption\n1f600.png,grinning face\n23.png,a number sign\n"
	const emoji = `{"grin": {"unicode": "1f600", "name": "grinning face", "keywords": []},
		"hash": {"unicode": "23", "name": "a number", "keywords": ["sign"]}, "other": {"unicode": "ffff", "name": "not there"}}`
	for file, content := range map[string]string{"captions.csv": table, "emoji.json": emoji} {
		m, notes := whole(t, captioned(t, file, content), Options{})
		if m.Len() != 2 {
			t.Fatalf("%s: %d pictures", file, m.Len())
		}
		wantTexts(t, m, "grinning face", "a number sign")
		if len(notes) != 1 || notes[0] != "not read: 1 picture that has no caption: 1F601.png" {
			t.Errorf("%s: notes %q", file, notes)
		}
	}
}

// TestCaptionsWithClasses reads pictures with classes and captions, from memory and from a
// packed file.
func TestCaptionsWithClasses(t *testing.T) {
	dir := captioned(t, "captions.csv", "1f600.png,one\n1F601.png,two\n23.png,three\n")
	writeFile(t, filepath.Join(dir, "labels.csv"), []byte("1f600.png,b\n1F601.png,a\n23.png,b\n"))
	m, _ := whole(t, dir, Options{})
	wantTexts(t, m, "two", "one", "three")
	if diff := cmp.Diff([]int32{0, 1, 1}, m.Column(data.ClassField).Ints); diff != "" {
		t.Error(diff)
	}
	t.Setenv(CacheVariable, t.TempDir())
	withLittleMemory(t, 1)
	parts := New(dir, 1, Options{})
	if _, err := parts.Open(t.Context(), data.Train); err != nil {
		t.Fatal(err)
	}
	packed, ok := parts.read[data.Train].(*packedSet)
	if !ok {
		t.Fatalf("a %T", parts.read[data.Train])
	}
	wantTexts(t, packed, "two", "one", "three")
	row := packed.Info().RowOf("x", data.ClassField)
	if err := packed.Read(row, 2); err != nil || row[0].Bytes[0] != 2 || row[1].Ints[0] != 1 {
		t.Errorf("the last picture is %v, error %v", row, err)
	}
}

// TestCaptionsBesideArchive has the captions in the folder of an archive.
func TestCaptionsBesideArchive(t *testing.T) {
	dir := t.TempDir()
	from := captioned(t, "unread.txt", "")
	writeFile(t, filepath.Join(dir, "png.zip"), zipOf(t, from, "png/"))
	writeFile(t, filepath.Join(dir, "emoji.json"), []byte(`{"a": {"unicode": "1f600", "name": "one"}, "b": {"unicode": "1f601", "name": "two"}, "c": {"unicode": "23", "name": "three"}}`))
	m, notes := whole(t, dir, Options{Channels: 3})
	if m.Len() != 3 {
		t.Errorf("%d pictures, notes %q", m.Len(), notes)
	}
}

func TestBadCaptions(t *testing.T) {
	for _, c := range []struct{ file, content, say, tell string }{
		{"captions.csv", "a.png,cat\n", "captions.csv names no picture that is there", "its lines are file,caption"},
		{"captions.csv", "23.png\n", "captions.csv: ", "its lines are file,caption"},
		{"captions.csv", "23.png,cat\n23.png,dog\n", `23.png has the captions "cat" and "dog"`, ""},
		{"captions.csv", "23.png,cat\n1f600.png,!?\n", "the caption of 1f600.png: nothing of the text is known", "known are words of act"},
		{"emoji.json", `[1, 2]`, "emoji.json: ", "write a table captions.csv"},
		{"emoji.json", `{"a": `, "emoji.json: ", ""},
	} {
		_, err := Open(captioned(t, c.file, c.content), data.Train, 1)
		if err == nil || !strings.Contains(err.Error(), c.say) || !strings.Contains(hint.Of(err), c.tell) {
			t.Errorf("%s %q: error %v, want %q (hint: %s)", c.file, c.content, hint.Text(err), c.say, c.tell)
		}
	}
}

// TestEmoji reads the emoji of the catalogue, if they are there.
func TestEmoji(t *testing.T) {
	e, err := data.Lookup(data.EmojiName)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Locate(e); err != nil {
		t.Skip("the emoji are not here")
	}
	t.Setenv(CacheVariable, t.TempDir())
	parts := NewParts(data.EmojiName, 1)
	var sizes []int64
	for split := data.Train; split <= data.Test; split++ {
		set, err := parts.Open(t.Context(), split)
		if err != nil {
			t.Fatal(err)
		}
		if !set.Info().Same(e.Info) {
			t.Errorf("it holds %v", fieldsText(set.Info()))
		}
		sizes = append(sizes, set.Len())
	}
	if diff := cmp.Diff([]int64{1456, 182, 182}, sizes); diff != "" {
		t.Error(diff)
	}
	if parts.Published() {
		t.Error("nobody published its parts")
	}
}
