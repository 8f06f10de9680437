package command

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/hint"
)

func TestCheckGiven(t *testing.T) {
	var verbs struct {
		Verb struct {
			Whole   int       `short:"w" min:"1" max:"9" help:"A number. Default: 4."`
			Least   int64     `min:"-2" default:"-7"`
			Most    uint64    `max:"9223372036854775807"`
			Share   *float64  `above:"0"`
			Shares  []float64 `max:"0.5"`
			Any     float64
			Name    string
			Names   []string `sep:"none"`
			Choice  string   `oneof:"a,b"`
			Yes     bool
			Place   string `arg:""`
			Another string `arg:"" optional:""`
		} `cmd:""`
	}
	parser, err := kong.New(&verbs, kong.Name("test"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, want string }{
		{"x", ""}, // what is not given may be out of range
		{"x y --whole 9 --least -2 --most 9223372036854775807 --share 1e-300 --shares .5,.1 --any -1e9 --yes", ""},
		{"x --whole 0", "-w 0 is out of range, want 1 to 9 (hint: leave it out for the default: 4)"},
		{"x -w -1", "-w -1 is out of range, want 1 to 9 (hint: leave it out for the default: 4)"},
		{"x --least -3", "--least -3 is out of range, want at least -2 (hint: test verb --help)"},
		{"x --most 9223372036854775808", "--most 9223372036854775808 is out of range, want at most 9223372036854775807 (hint: test verb --help)"},
		{"x --share 0", "--share 0 is out of range, want more than 0 (hint: test verb --help)"},
		{"x --share NaN", "--share NaN is not a finite number (hint: test verb --help)"},
		{"x --any=-Inf", "--any -Inf is not a finite number (hint: test verb --help)"},
		{"x --shares .1,.6", "--shares 0.6 is out of range, want at most 0.5 (hint: test verb --help)"},
		{"x --shares=", "--shares is empty (hint: test verb --help)"},
		{"x --choice b", ""},
		{"x --choice c", `--choice "c" is unknown, want one of a, b (hint: test verb --help)`},
		{"x --name=", "--name is empty (hint: test verb --help)"},
		{"x --names a --names=", "--names is empty (hint: test verb --help)"},
		{"x ''", "<another> is empty (hint: test verb --help)"},
	} {
		args := strings.Fields("verb " + c.args)
		for i, a := range args {
			args[i] = strings.Trim(a, "'")
		}
		_, err := parse(parser, args)
		got := ""
		if err != nil {
			got = hint.Text(err)
		}
		if got != c.want {
			t.Errorf("%s: %s", c.args, cmp.Diff(c.want, got))
		}
	}
}
