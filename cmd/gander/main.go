// Command gander trains, measures, looks into and ships generative adversarial
// networks. It has one file for each verb: a verb reads its flags, calls the
// packages beneath and says what came of it. Standard output is data, standard
// error is talk.
//
// It must not have logic of its own: what a program would want to do without
// the command line belongs in a package.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/gander-ml/gander/run"
)

// cli is the command line. The order is that of the help.
type cli struct {
	Train   trainCmd   `cmd:"" help:"Train a system and keep everything in a run folder."`
	Sample  sampleCmd  `cmd:"" help:"Draw samples from a run."`
	Runs    runsCmd    `cmd:"" help:"List the runs."`
	Recipes recipesCmd `cmd:"" help:"List the recipes, or show the settings of one."`
	Data    dataCmd    `cmd:"" help:"List, show and download datasets."`
	Bench   benchCmd   `cmd:"" help:"Time the engine."`
	Doctor  doctorCmd  `cmd:"" help:"Tell what this machine has."`
	Version versionCmd `cmd:"" help:"Tell the version."`
}

// An env is what a verb works with.
type env struct {
	ctx         context.Context
	out, talk   io.Writer
	interactive bool // talk is a terminal
}

func main() {
	os.Exit(start(os.Args[1:]))
}

// Exit statuses beside 0 for success and 1 for failure.
const (
	exitUsage       = 2
	exitInterrupted = 130
)

// start runs the command and returns its exit status.
func start(args []string) int {
	ctx, stop := interruptible()
	defer stop()
	e := &env{ctx: ctx, out: os.Stdout, talk: os.Stderr, interactive: isTerminal(os.Stderr)}
	var c cli
	exited := -1
	parser, err := kong.New(&c,
		kong.Name("gander"),
		kong.Description("Generative adversarial networks: train, measure, look into and ship them.\n\nWithout knowing anything: gander train"),
		kong.Writers(e.out, e.talk),
		kong.Exit(func(status int) { exited = status; panic(exitNow{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		panic(err)
	}
	parsed, err := parse(parser, args)
	switch {
	case exited >= 0: // --help
		return exited
	case err != nil:
		complain(e.talk, fmt.Errorf("%w (hint: gander --help)", err))
		return exitUsage
	}
	if err := parsed.Run(e); err != nil {
		complain(e.talk, err)
		if errors.Is(err, run.ErrInterrupted) || errors.Is(err, context.Canceled) {
			return exitInterrupted
		}
		return 1
	}
	return 0
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
	return parser.Parse(args)
}

// interruptible returns a context that the first interrupt ends; the second
// ends the process.
func interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt)
	go func() {
		<-signals
		cancel()
		<-signals
		os.Exit(exitInterrupted)
	}()
	return ctx, func() { signal.Stop(signals); cancel() }
}

// complain writes an error as "error: what" and, if it has one, "hint: how".
// Every error ends in at most one hint worth reading: the first.
func complain(w io.Writer, err error) {
	text := err.Error()
	hint := ""
	if i := strings.Index(text, "(hint: "); i >= 0 {
		rest := text[i+len("(hint: "):]
		depth := 1
		end := strings.IndexFunc(rest, func(r rune) bool {
			switch r {
			case '(':
				depth++
			case ')':
				depth--
			}
			return depth == 0
		})
		if end >= 0 {
			hint, text = rest[:end], strings.TrimSpace(text[:i])
		}
	}
	fmt.Fprintf(w, "error: %s\n", text)
	if hint != "" {
		fmt.Fprintf(w, "hint: %s\n", hint)
	}
}
