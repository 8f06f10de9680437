package shell

import (
	"os/exec"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestJoin(t *testing.T) {
	for want, words := range map[string][]string{
		"gander sample 1":                             {"gander", "sample", "1"},
		"--set=objective=minimax a/b_c.d-2@20%":       {"--set=objective=minimax", "a/b_c.d-2@20%"},
		"gander train --resume 'My runs/0001-d'":      {"gander", "train", "--resume", "My runs/0001-d"},
		`'it'\''s' '$HOME' '~' '*' '' 'a;b' '"' '#x'`: {"it's", "$HOME", "~", "*", "", "a;b", `"`, "#x"},
		"": {},
	} {
		if got := Join(words...); got != want {
			t.Errorf("%q give\n%s, want\n%s", words, got, want)
		}
	}
}

// TestShellReadsItBack lets a shell read the output of Join.
func TestShellReadsItBack(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("needs sh, to ask")
	}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune(" \t\n'\"\\\\$`!*?[]{}()<>|&;#~=%^-a1é")), rapid.RuneFrom(nil, ascii)))
		words := rapid.SliceOfN(word, 0, 20).Draw(t, "words")
		const script = `list() { for w in "$@"; do printf '%s\001' "$w"; done; }` + "\nlist "
		out, err := exec.Command(sh, "-c", script+Join(words...)).Output()
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		for _, w := range words {
			want += w + "\001"
		}
		if string(out) != want {
			t.Errorf("%s\ngives %q, want %q", Join(words...), out, want)
		}
	})
}

// ascii contains all characters except 0, which no argument can contain, and 1,
// which ends words in the test.
var ascii = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 2, Hi: 127, Stride: 1}}, LatinOffset: 1}
