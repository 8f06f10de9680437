package board

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// readAll reads a journal with a tail and returns its lines.
func readAll(t *testing.T, tail *tail, dir string, lines *[]string) {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	err = tail.read(root, "journal", func() { *lines = nil }, func(line []byte) error {
		*lines = append(*lines, string(line))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTail reads a journal while it grows.
func TestTail(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "journal")
	put := func(text string) {
		t.Helper()
		file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := file.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	var tl tail
	var lines []string
	read := func(want ...string) {
		t.Helper()
		readAll(t, &tl, dir, &lines)
		if got := strings.Join(lines, " "); got != strings.Join(want, " ") {
			t.Errorf("lines %q, want %q", lines, want)
		}
	}
	read()
	put(`{"a":1}` + "\n" + `{"a":`)
	read(`{"a":1}`)
	put("2}\n\nnull\n[1]\n")
	read(`{"a":1}`, `{"a":2}`)
	if tl.lines != 5 || tl.bad != 3 || len(tl.notes()) != 3 {
		t.Errorf("%d lines, %d bad, notes %q", tl.lines, tl.bad, tl.notes())
	}
	put(strings.Repeat("x", maxLine+10) + "\n" + `{"a":3}` + "\n")
	read(`{"a":1}`, `{"a":2}`, `{"a":3}`)
	if notes := tl.notes(); len(notes) != 4 || !strings.Contains(notes[3], "1 more lines") {
		t.Errorf("notes %q", notes)
	}
	put(`{"b":"` + strings.Repeat("x", 100_000) + `"}` + "\n") // longer than the buffer of the reader
	readAll(t, &tl, dir, &lines)
	if len(lines) != 4 || len(lines[3]) != 100_008 {
		t.Errorf("%d lines", len(lines))
	}
	if err := os.Truncate(path, 8); err != nil {
		t.Fatal(err)
	}
	read(`{"a":1}`)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	read()
	put(`{"a":9}` + "\n")
	read(`{"a":9}`)
}

// FuzzTail cuts any journal in two: it gives the same lines as in one piece, and every
// line is counted.
func FuzzTail(f *testing.F) {
	f.Add([]byte("{\"step\":1}\n{\"step\":2}\n"), 5)
	f.Add([]byte("{}\nx\n\n{}"), 2)
	f.Fuzz(func(t *testing.T, text []byte, cut int) {
		dir := t.TempDir()
		path := filepath.Join(dir, "journal")
		var whole, parts tail
		var once, twice []string
		cut = min(max(cut, 0), len(text))
		for _, part := range [][]byte{text[:cut], text} {
			if err := os.WriteFile(path, part, 0o666); err != nil {
				t.Fatal(err)
			}
			readAll(t, &parts, dir, &twice)
		}
		readAll(t, &whole, dir, &once)
		if strings.Join(once, "\n") != strings.Join(twice, "\n") || whole.bad != parts.bad {
			t.Errorf("%q and then the rest give %q, all gives %q", text[:cut], twice, once)
		}
		if whole.lines != bytes.Count(text, []byte("\n")) || whole.lines != len(once)+whole.bad {
			t.Errorf("%d lines, %d read, %d bad of %q", whole.lines, len(once), whole.bad, text)
		}
	})
}

// TestSpark joins neighbours when there are many values.
func TestSpark(t *testing.T) {
	var s spark
	for i := range 10_000 {
		s.add(float64(i))
	}
	values := s.values()
	if len(values) < maxSpark/2 || len(values) > maxSpark+1 {
		t.Errorf("%d points", len(values))
	}
	if values[len(values)-1] != 9999 {
		t.Errorf("the last point is %v", values[len(values)-1])
	}
	for i := 1; i < len(values); i++ {
		if values[i] <= values[i-1] {
			t.Fatalf("point %d is %v after %v", i, values[i], values[i-1])
		}
	}
}
