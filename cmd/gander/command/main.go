// Package command is the gander command. Each verb has a file: it reads the flags,
// calls the packages below and prints the result. Results go to standard output,
// messages to standard error.
//
// It is a package so that a program with its own recipes can have all verbs:
//
//	package main
//
//	import (
//		"os"
//
//		"github.com/gander-ml/gander/cmd/gander/command"
//		_ "example.com/mine/recipes" // its init functions call recipe.Register
//	)
//
//	func main() { os.Exit(command.Main(os.Args[1:])) }
//
// It must not contain anything that a program without a command line could need:
// that belongs in the packages below.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// cli is the command line. The order is that of the help.
type cli struct {
	Train     trainCmd     `cmd:"" help:"Train a recipe (a GAN) and keep everything in a run folder."`
	Sample    sampleCmd    `cmd:"" help:"Draw samples from a run."`
	Invert    invertCmd    `cmd:"" help:"Find the latents from which a run makes given examples."`
	Impute    imputeCmd    `cmd:"" help:"Fill the missing numbers of a table."`
	Measure   measureCmd   `cmd:"" help:"Measure the quality of samples, of a run or of any other tool."`
	Classify  classifyCmd  `cmd:"" help:"Classify examples with the classifier of a run."`
	Features  featuresCmd  `cmd:"" help:"Write features of examples, computed by the discriminator of a run, to train classifiers on."`
	Referee   refereeCmd   `cmd:"" help:"Name what goes wrong in a training, from a run or from the log of any other program."`
	Reproduce reproduceCmd `cmd:"" help:"Repeat published experiments and compare the numbers with the published ones."`
	Play      playCmd      `cmd:"" help:"Serve a page with GANs of points in the plane that train while you watch."`
	Report    reportCmd    `cmd:"" help:"Write a page about a run: curves, samples over time, measures, settings."`
	Runs      runsCmd      `cmd:"" help:"List the runs."`
	Board     boardCmd     `cmd:"" help:"Serve a page that shows all runs, live, and that explores and compares them."`
	Recipes   recipesCmd   `cmd:"" help:"List the recipes, or show the settings of one."`
	Data      dataCmd      `cmd:"" help:"List, show and download datasets."`
	Bench     benchCmd     `cmd:"" help:"Measure the speed of the engine."`
	Doctor    doctorCmd    `cmd:"" help:"Show what this machine has: processor, memory, datasets."`
	Version   versionCmd   `cmd:"" help:"Show the version."`
	Help      helpCmd      `cmd:"" help:"Show this help, or that of a command."`

	VersionFlag kong.VersionFlag `name:"version" help:"Show the version."`
}

// A helpCmd is never run: "help VERB" is parsed as "VERB --help".
type helpCmd struct {
	Verb []string `arg:"" optional:"" help:"The verb."`
}

// An env is the surroundings of a verb.
type env struct {
	ctx         context.Context
	stdout      io.Writer // for results
	stderr      io.Writer // for messages
	interactive bool      // whether stderr is a terminal
	onTerminal  bool      // whether stdout is a terminal: it gets no binary data, and lists fit its width
	settable    bool      // whether the verb has the flag --set
}

// The exit statuses other than 0 for success and 1 for failure.
const (
	exitUsage       = 2
	exitInterrupted = 130
)

// Main runs the command with these arguments, which do not include the name of the
// program, and returns its exit status. The first interrupt finishes the step and
// saves. A second one, more than a second later, ends the process.
func Main(args []string) int {
	ctx, stop := interruptible()
	defer stop()
	out := &output{w: os.Stdout}
	e := &env{ctx: ctx, stdout: out, stderr: os.Stderr, interactive: isTerminal(os.Stderr), onTerminal: isTerminal(os.Stdout)}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	var c cli
	exited := -1
	parser, err := kong.New(&c,
		kong.Name(program()),
		kong.Description("Train, measure and use generative adversarial networks.\n\nTo begin with: "+program()+" train"),
		kong.Writers(e.stdout, e.stderr),
		kong.Vars{"version": "gander " + version()},
		kong.Exit(func(status int) { exited = status; panic(exitNow{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		panic(err)
	}
	parsed, err := parse(parser, args)
	switch {
	case exited >= 0: // --help or --version
		return max(exited, e.status(out.err))
	case err != nil:
		complain(e.stderr, hint.Add(err, "%s", helpFor(err)), true)
		return exitUsage
	}
	e.settable = hasFlag(parsed, "set")
	if err = parsed.Run(e); err == nil {
		err = out.err
	}
	return e.status(err)
}

// status prints err, unless it is nil, and returns the exit status for it.
func (e *env) status(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, run.ErrInterrupted):
		complain(e.stderr, err, e.settable)
		return exitInterrupted
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(e.stderr, "error: interrupted")
		return exitInterrupted
	}
	complain(e.stderr, err, e.settable)
	return 1
}

// An output is standard output. It keeps its first error: results that are lost,
// on a full disk for example, must not count as success.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if err == nil {
		return n, nil
	}
	if failed := (*fs.PathError)(nil); errors.As(err, &failed) {
		err = failed.Err
	}
	err = hint.Add(fmt.Errorf("writing the standard output: %w", err), "direct it elsewhere")
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// helpFor returns the command for the help of the verb that was misused.
func helpFor(err error) string {
	var misuse *kong.ParseError
	if errors.As(err, &misuse) {
		if verb := misuse.Context.Selected(); verb != nil {
			return verb.FullPath() + " --help"
		}
	}
	return program() + " --help"
}

// exitNow ends the parser by a panic after --help and --version.
type exitNow struct{}

func parse(parser *kong.Kong, args []string) (c *kong.Context, err error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(exitNow); !ok {
				panic(r)
			}
		}
	}()
	if c, err = parser.Parse(arrange(parser.Model.Node, args)); err == nil {
		err = checkGiven(c)
	}
	return c, err
}

// complain prints an error as "error: what" and, if there is one, its hint as
// "hint: how". settable reports whether the verb has the flag --set.
func complain(w io.Writer, err error, settable bool) {
	fmt.Fprintf(w, "error: %s\n", strings.ReplaceAll(err.Error(), "\n", "; ")) // one line for joined errors
	advice := hint.Of(err)
	if advice == "" {
		advice = hintFor(err)
	}
	if advice != "" {
		fmt.Fprintf(w, "hint: %s\n", withFlags(advice, settable))
	}
}

// hasFlag reports whether the verb that was called has a flag.
func hasFlag(c *kong.Context, name string) bool {
	verb := c.Selected()
	if verb == nil {
		return false
	}
	for _, group := range verb.AllFlags(true) {
		if slices.ContainsFunc(group, func(f *kong.Flag) bool { return f.Name == name }) {
			return true
		}
	}
	return false
}

// hintFor returns a hint for an error without one.
func hintFor(err error) string {
	switch {
	case errors.Is(err, data.ErrFormat):
		return "fetch or make that file again"
	case errors.Is(err, data.ErrEmpty):
		return "give data that have examples; gander data list shows the known datasets"
	case errors.Is(err, fs.ErrNotExist):
		return "check the spelling of the path"
	case errors.Is(err, fs.ErrPermission):
		return "ask for access, or name another place"
	case errors.Is(err, syscall.EISDIR):
		return "it is a folder: name a file"
	case errors.Is(err, syscall.ENOTDIR):
		return "the path passes through a file that is not a folder: name another"
	}
	return ""
}
