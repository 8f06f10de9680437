package command

import (
	"strings"
	"testing"
)

// TestListText prints a list on terminals of several widths, and on a pipe.
func TestListText(t *testing.T) {
	rows := [][]string{
		{"dirac", "The simplest game", "a second"},
		{"cgan", "Conditional GAN: digits of a chosen class", "about an hour a seed; --epochs 20 ten minutes"},
	}
	for _, test := range []struct {
		width int
		want  string
	}{
		{0, `
dirac  The simplest game                          a second
cgan   Conditional GAN: digits of a chosen class  about an hour a seed; --epochs 20 ten minutes
`},
		{84, `
dirac  The simplest game                          a second
cgan   Conditional GAN: digits of a chosen class  about an hour a seed; --epochs 20
                                                  ten minutes
`},
		{40, `
dirac  The simplest game
       a second
cgan   Conditional GAN: digits of a
       chosen class
       about an hour a seed; --epochs 20
       ten minutes
`},
	} {
		if got := listText(rows, test.width); got != strings.TrimPrefix(test.want, "\n") {
			t.Errorf("width %d:\n%s\nwant:%s", test.width, got, test.want)
		}
	}
	empty := [][]string{{"one", "", ""}, {"two", "", "a text that is too long for the width"}}
	for width, want := range map[int]string{
		0:  "one\ntwo    a text that is too long for the width\n",
		20: "one\ntwo  a text that is\n     too long for\n     the width\n",
	} {
		if got := listText(empty, width); got != want {
			t.Errorf("width %d: %q, want %q", width, got, want)
		}
	}
}
