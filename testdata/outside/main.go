// Command mine is the gander command with a recipe of our own. It has all verbs:
//
//	mine recipes ring
//	mine train ring --set hidden=64
//	mine train --resume 1
//	mine sample 1 -n 100 -o points.csv
package main

import (
	"os"

	"github.com/gander-ml/gander/cmd/gander/command"

	_ "example.com/mine/ring" // registers the recipe
)

func main() { os.Exit(command.Main(os.Args[1:])) }
