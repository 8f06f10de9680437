// Package command is the gander command. It has one file for each verb: a verb
// reads its flags, calls the packages beneath and says what came of it. Standard
// output is data, standard error is talk.
//
// It is a package so that a program with recipes of its own can have all verbs:
//
//	package main
//
//	import (
//		"os"
//
//		"github.com/gander-ml/gander/cmd/gander/command"
//		_ "example.com/mine/recipes" // which calls recipe.Register
//	)
//
//	func main() { os.Exit(command.Main(os.Args[1:])) }
//
// It must not have logic of its own: what a program would want to do without
// the command line belongs in a package beneath.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// cli is the command line. The order is that of the help.
type cli struct {
	Train     trainCmd     `cmd:"" help:"Train a system and keep everything in a run folder."`
	Sample    sampleCmd    `cmd:"" help:"Draw samples from a run."`
	Measure   measureCmd   `cmd:"" help:"Say how good a run's or any other samples are."`
	Reproduce reproduceCmd `cmd:"" help:"Repeat what was published and lay the figures side by side."`
	Report    reportCmd    `cmd:"" help:"Write the page of a run: curves, samples over time, measures, settings."`
	Runs      runsCmd      `cmd:"" help:"List the runs."`
	Recipes   recipesCmd   `cmd:"" help:"List the recipes, or show the settings of one."`
	Data      dataCmd      `cmd:"" help:"List, show and download datasets."`
	Bench     benchCmd     `cmd:"" help:"Time the engine."`
	Doctor    doctorCmd    `cmd:"" help:"Tell what this machine has."`
	Version   versionCmd   `cmd:"" help:"Tell the version."`

	VersionFlag kong.VersionFlag `name:"version" help:"Tell the version."`
}

// An env is what a verb works with.
type env struct {
	ctx         context.Context
	out, talk   io.Writer
	interactive bool // talk is a terminal
}

// Exit statuses beside 0 for success and 1 for failure.
const (
	exitUsage       = 2
	exitInterrupted = 130
)

// Main runs the command with these arguments, without the name of the program, and
// returns its exit status. The first interrupt finishes the step and saves, the
// second ends the process.
func Main(args []string) int {
	ctx, stop := interruptible()
	defer stop()
	out := &output{w: os.Stdout}
	e := &env{ctx: ctx, out: out, talk: os.Stderr, interactive: isTerminal(os.Stderr)}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	var c cli
	exited := -1
	parser, err := kong.New(&c,
		kong.Name(program()),
		kong.Description("Generative adversarial networks: train, measure, look into and ship them.\n\nTo begin with: "+program()+" train"),
		kong.Writers(e.out, e.talk),
		kong.Vars{"version": "gander " + version()},
		kong.Exit(func(status int) { exited = status; panic(exitNow{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		panic(err)
	}
	parsed, err := parse(parser, args)
	switch {
	case exited >= 0: // --help
		return max(exited, e.status(out.err))
	case err != nil:
		complain(e.talk, hint.Add(err, "%s", helpFor(err)))
		return exitUsage
	}
	if err = parsed.Run(e); err == nil {
		err = out.err
	}
	return e.status(err)
}

// status complains about an error, if it is one, and returns the exit status
// for it.
func (e *env) status(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, run.ErrInterrupted):
		complain(e.talk, err)
		return exitInterrupted
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(e.talk, "error: interrupted")
		return exitInterrupted
	}
	complain(e.talk, err)
	return 1
}

// An output is standard output. It keeps the first error, so that data lost on
// a full disk is not taken for a success.
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

// helpFor returns the command that explains the verb which was misused.
func helpFor(err error) string {
	var misuse *kong.ParseError
	if errors.As(err, &misuse) {
		if verb := misuse.Context.Selected(); verb != nil {
			return verb.FullPath() + " --help"
		}
	}
	return program() + " --help"
}

// exitNow unwinds the parser when it has answered by itself.
type exitNow struct{}

func parse(parser *kong.Kong, args []string) (c *kong.Context, err error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(exitNow); !ok {
				panic(r)
			}
		}
	}()
	if c, err = parser.Parse(joinNegative(args)); err == nil {
		err = checkGiven(c)
	}
	return c, err
}

// interruptible returns a context that the first interrupt ends, or the end of the
// terminal unless nohup has it ignored; the second ends the process.
func interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		<-signals
		cancel()
		<-signals
		os.Exit(exitInterrupted)
	}()
	return ctx, func() { signal.Stop(signals); cancel() }
}

// complain writes an error as "error: what" and, if it has one, "hint: how".
func complain(w io.Writer, err error) {
	fmt.Fprintf(w, "error: %s\n", strings.ReplaceAll(err.Error(), "\n", "; ")) // errors that are joined are one line
	advice := hint.Of(err)
	if advice == "" {
		advice = hintFor(err)
	}
	if advice != "" {
		fmt.Fprintf(w, "hint: %s\n", withFlags(advice))
	}
}

// hintFor returns a hint for an error that brings none of its own.
func hintFor(err error) string {
	switch {
	case errors.Is(err, data.ErrFormat):
		return "fetch or make that file again"
	case errors.Is(err, data.ErrEmpty):
		return "name a dataset that has images; gander data list shows the known ones"
	case errors.Is(err, fs.ErrNotExist):
		return "check the spelling of the path"
	case errors.Is(err, fs.ErrPermission):
		return "ask for access, or name another place"
	case errors.Is(err, syscall.ENOTDIR):
		return "the path passes through a file that is not a folder: name another"
	}
	return ""
}
