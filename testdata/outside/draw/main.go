// Command draw draws points from a run of the recipe ring:
//
//	draw runs/0001-ring-ring8
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/gander-ml/gander"

	_ "example.com/mine/ring" // a run is opened with its recipe, which must be known
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: draw RUN")
	}
	if err := draw(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

// draw writes ten points of the run in folder dir, one a line.
func draw(dir string) error {
	g, err := gander.Open(dir)
	if err != nil {
		return err
	}
	defer g.Close()
	points, err := g.Draw(context.Background(), 10, gander.Seed(1))
	if err != nil {
		return err
	}
	for i := range points.Len() {
		point := points.Row(i)
		fmt.Printf("%g,%g\n", point[0], point[1])
	}
	return nil
}
