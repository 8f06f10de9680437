package command

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets this binary be run as gander, by scripts and by tests.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"gander": func() { os.Exit(Main(os.Args[1:])) }})
}

// TestScripts runs testdata/script/*.txtar, at least one a verb. Beside the
// commands of package testscript they have those of scriptCommands.
func TestScripts(t *testing.T) {
	few := fewDigits(t)
	testscript.Run(t, testscript.Params{
		Setup: func(e *testscript.Env) error {
			e.Setenv("FEW_DIGITS", few)
			return nil
		},
		Dir:                 "testdata/script",
		Cmds:                scriptCommands,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}
