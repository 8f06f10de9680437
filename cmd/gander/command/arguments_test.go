package command

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

func TestJoinNegative(t *testing.T) {
	for args, want := range map[string]string{
		"--n -1":          "--n=-1",
		"-n -.5 x":        "-n-.5 x",
		"--n=3 -1":        "--n=3 -1",
		"x -1":            "x -1",
		"-1 --a-b -2 -3":  "-1 --a-b=-2 -3",
		"--out -o --json": "--out -o --json",
	} {
		if got := strings.Join(joinNegative(strings.Fields(args)), " "); got != want {
			t.Error(cmp.Diff(want, got))
		}
	}
}

// TestArrange checks the arguments that the parser gets.
func TestArrange(t *testing.T) {
	parser, err := kong.New(&cli{})
	if err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"help":                                 "--help",
		"help data show":                       "data show --help",
		"measure prdc -n 100 1":                "measure -n 100 prdc 1",
		"measure prdc 1 -n -1":                 "measure -n-1 prdc 1",
		"measure a --json b --seed=3 c":        "measure --json --seed=3 a b c",
		"measure prdc --unknown 1 2":           "measure prdc --unknown 1 2",
		"measure a -- --json -n":               "measure -- a --json -n",
		"measure prdc --samples - --data x -n": "measure --samples - --data x -n prdc",
		"sample 1 -n 5":                        "sample 1 -n 5", // it takes no list
		"unknown a --json b":                   "unknown a --json b",
		"":                                     "",
	} {
		if got := strings.Join(arrange(parser.Model.Node, strings.Fields(args)), " "); got != want {
			t.Error(cmp.Diff(want, got))
		}
	}
}
