package load_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
)

// A file of points in its three parts. The file is read once.
func Example() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "line.csv")
	text := "x,y\n0,0\n1,1\n2,2\n3,3\n4,4\n5,5\n6,6\n7,7\n8,8\n9,9\n"
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		log.Fatal(err)
	}

	parts := load.NewParts(path, 1)
	for _, split := range []data.Split{data.Train, data.Validation, data.Test} {
		set, err := parts.Open(context.Background(), split)
		if err != nil {
			log.Fatal(err)
		}
		row := set.Info().NewRow()
		if err := set.Read(row, 0); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%v: %d examples of %v, the first is %v\n", split, set.Len(), set.Info().First(), row[0].Floats)
	}
	// Output:
	// train: 8 examples of 2 numbers, the first is [0 0]
	// validation: 1 examples of 2 numbers, the first is [5 5]
	// test: 1 examples of 2 numbers, the first is [1 1]
}
