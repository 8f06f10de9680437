package reproduce

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/hint"
)

// TestGAINPage compares the methods on a small table with a text and a gap.
func TestGAINPage(t *testing.T) {
	var text strings.Builder
	text.WriteString("a,b,c,name\n")
	for i := range 60 {
		fmt.Fprintf(&text, "%d,%d,%g,%c\n", i, 2*i, float64(i%7)/2, 'x'+rune(i%2))
	}
	text.WriteString("1,,2,x\n")
	path := filepath.Join(t.TempDir(), "spam.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	s := Settings{Out: t.TempDir(), Command: "gander reproduce gain --data spam.csv", Data: path, Seeds: []uint64{1, 2}, Threads: 1, hurry: 500}
	page := wantPage(t, gain, s, `^# GAIN`, `^\| spam \| 60 x 3 \| [0-9.]+ ± [0-9.]+ \|`,
		`^\| spam \| [0-9.]+ ± [0-9.]+ \| 0.0537 ± 0.0009 \| [0-9.]+ \| .0513 ± .0016 \|`, `and 1 rows of spam with empty fields`)
	if strings.Contains(page, "What the figures say") {
		t.Error("the page has the conclusions of the whole protocol")
	}
}

// TestGAINNeedsTables wants an error that says where the tables should be.
func TestGAINNeedsTables(t *testing.T) {
	t.Setenv(load.DirVariable, t.TempDir())
	err := gain.Make(t.Context(), Settings{Out: t.TempDir()})
	if err == nil || !strings.Contains(hint.Text(err), "the table spam is not here: ") || !strings.Contains(hint.Text(err), "give one table by --data FILE.csv") {
		t.Errorf("error %v", err)
	}
	for text, want := range map[string]string{
		"a,b\n1,\n,2\n":   "every row lacks a number",
		"a,b\n1,2\n3,4\n": "none of its 4 numbers was hidden",
	} {
		path := filepath.Join(t.TempDir(), "t.csv")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := gain.Make(t.Context(), Settings{Out: t.TempDir(), Data: path, Seeds: []uint64{4}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}
