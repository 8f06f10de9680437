package command

import (
	"os"
	"testing"
)

// TestHintsOfOtherPrograms checks the commands in hints where the name of the program
// itself ends in "gander".
func TestHintsOfOtherPrograms(t *testing.T) {
	old := os.Args
	defer func() { os.Args = old }()
	os.Args = []string{"/bin/my-gander"}
	for advice, want := range map[string]string{
		"gander data get mnist":                    "my-gander data get mnist",
		"get it (gander data get mnist)":           "get it (my-gander data get mnist)",
		"if it moved: my-gander train --resume 1":  "if it moved: my-gander train --resume 1",
		"gander runs, or my-gander train --resume": "my-gander runs, or my-gander train --resume",
	} {
		if got := withFlags(advice); got != want {
			t.Errorf("%q becomes %q, want %q", advice, got, want)
		}
	}
}
