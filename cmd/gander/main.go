// Command gander trains, measures, looks into and ships generative adversarial
// networks. All of it is in package command, so that a program with recipes of its
// own can have the same verbs; this program must not do anything else.
package main

import (
	"os"

	"github.com/gander-ml/gander/cmd/gander/command"
)

func main() { os.Exit(command.Main(os.Args[1:])) }
