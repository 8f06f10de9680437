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
		if got := withFlags(advice, true); got != want {
			t.Errorf("%q becomes %q, want %q", advice, got, want)
		}
	}
}

// TestHintsOfSettings names a setting as a flag only if the verb has the flag.
func TestHintsOfSettings(t *testing.T) {
	const advice = "--set data.size=16 crops them to one size"
	if got := withFlags(advice, true); got != advice {
		t.Errorf("with --set: %q", got)
	}
	if got, want := withFlags(advice, false), "the setting data.size=16 crops them to one size"; got != want {
		t.Errorf("without --set: %q, want %q", got, want)
	}
}
