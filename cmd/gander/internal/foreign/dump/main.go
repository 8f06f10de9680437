// Command dump writes the numbers of the training of a benchmark's model to files:
// see [foreign.Dump]. It exists because oracle.py, which repeats the training, is not a
// Go program. It must not do more than call Dump.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/gander-ml/gander/cmd/gander/internal/foreign"
)

func main() {
	steps := flag.Int("steps", 10, "the number of training `steps`")
	batch := flag.Int("batch", 0, "examples in a minibatch, 0 for the number of the benchmark")
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
