// Command dump writes down what the training of a benchmark's model did, for
// oracle.py to do again: see [foreign.Dump]. It exists because the oracle is no
// Go program, and must not do more than call it.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/gander-ml/gander/cmd/gander/internal/foreign"
)

func main() {
	steps := flag.Int("steps", 10, "train so many `steps`")
	batch := flag.Int("batch", 0, "examples in a minibatch, 0 for as many as when the model is timed")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: dump [-steps N] [-batch N] MODEL DIR")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 2 || *steps < 1 || *batch < 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := foreign.Dump(flag.Arg(0), flag.Arg(1), *steps, *batch); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
