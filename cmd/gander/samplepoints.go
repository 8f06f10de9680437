package main

import (
	"context"
	"fmt"
	"io"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

// checkPoints refuses what cannot be made of points.
func (c *sampleCmd) checkPoints() error {
	switch kind := c.kind(); {
	case c.Interpolate:
		return hint.Add(fmt.Errorf("--interpolate shows images, and run %s generates points", c.RunName), "leave it out")
	case c.Neighbours:
		return hint.Add(fmt.Errorf("--neighbours shows images, and run %s generates points", c.RunName), "leave it out")
	case kind != ".png" && kind != ".npy" && kind != ".csv":
		return hint.Add(fmt.Errorf("cannot write points as %s", c.Output), "FILE.csv, FILE.npy, or FILE.png")
	}
	return nil
}

// writePoints writes samples of a run that learned points. A picture shows them
// alone, on the axes of the run's own pictures.
func (c *sampleCmd) writePoints(ctx context.Context, g *run.Generator, text map[string]string) error {
	points, err := g.Points(ctx, c.N, c.Seed)
	if err != nil {
		return err
	}
	dims := g.Config.Data.Dims
	switch c.kind() {
	case ".csv":
		return writeFile(c.Output, func(w io.Writer) error { return data.EncodeCSV(w, dims, points) })
	case ".npy":
		return writeFile(c.Output, func(w io.Writer) error { return data.EncodeNPY(w, []int{c.N, dims}, points) })
	}
	drawn, err := g.Config.Scatter(nil, points)
	if err != nil {
		return err
	}
	return writeFile(c.Output, func(w io.Writer) error { return picture.EncodePNG(w, drawn, text) })
}
