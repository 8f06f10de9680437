package load_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"log"
	"os"
	"path/filepath"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/data/load"
)

// A folder of pictures with a folder for each class. The pictures have several
// sizes; all are brought to 8x8 grey pixels.
func ExampleNew() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for _, class := range []string{"flat", "tall"} {
		for i := range 10 {
			size := image.Rect(0, 0, 20+i, 10)
			if class == "tall" {
				size = image.Rect(0, 0, 10, 20+i)
			}
			if err := writePicture(filepath.Join(dir, class, fmt.Sprintf("%d.png", i)), size); err != nil {
				log.Fatal(err)
			}
		}
	}

	parts := load.New(dir, 1, load.Options{Height: 8, Width: 8, Fit: format.FitCrop, Channels: 1})
	train, err := parts.Open(context.Background(), data.Train)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range train.Info().Fields {
		fmt.Println(f.Name, f, f.Labels)
	}
	fmt.Println(train.Len(), "pictures to learn from")
	// Output:
	// x 1x8x8 []
	// class one of 2 classes [flat tall]
	// 16 pictures to learn from
}

// writePicture writes a black picture, and the folder that it is in.
func writePicture(path string, size image.Rectangle) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, image.NewGray(size)), f.Close())
}
