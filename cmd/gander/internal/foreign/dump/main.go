// Command dump writes the numbers of the training of a model or a recipe to files: see
// [foreign.Dump]. It exists because oracle.py, which repeats the training, is not a
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
	batch := flag.Int("batch", 0, "examples in a minibatch of a model, 0 for the number of the benchmark")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: dump [-steps N] [-batch N] MODEL DIR\n       dump [-steps N] RECIPE DIR SETTING=VALUE...")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() < 2 || *steps < 1 || *batch < 0 {
		flag.Usage()
		os.Exit(2)
	}
	name, dir := flag.Arg(0), flag.Arg(1)
	subject, err := foreign.Model(name, *batch)
	if len(flag.Args()) > 2 || err != nil {
		subject, err = foreign.Recipe(name, nil, flag.Args()[2:]...)
	}
	if err == nil {
		err = foreign.Dump(subject, dir, *steps)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
