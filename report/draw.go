package report

import (
	"context"
	"fmt"
	"image"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

// A Picture is something drawn for the report of a run.
type Picture struct {
	Title, Caption string
	Image          image.Image // nil: the caption says why there is none
}

// Rows and columns of the pictures of samples.
const (
	pictureRows    = 6
	pictureColumns = 8
)

// Bounds of the real images in which neighbours are looked for: at the end of a
// run nobody waits for more.
const (
	mostSearched = 512 << 20 // bytes
	mostDrawn    = 10_000    // images of a set that draws them as they are read
)

// Draw draws, with the generator of a run, what its pictures of samples do not
// show: samples beside the training images nearest to them, and interpolations,
// as in Figures 2 and 3 of Goodfellow et al. 2014. A run whose first output is not
// images has neither. A picture that cannot be drawn, because the data is gone or ctx
// has ended, says so in its caption.
func Draw(ctx context.Context, g *run.Generator) []Picture {
	if outputs := g.Outputs(); len(outputs) == 0 || !outputs[0].Makes.IsImage() {
		return nil
	}
	pictures := []Picture{
		{Title: "Neighbours.", Caption: fmt.Sprintf("Fair samples of step %d; the last column, outlined, is the training image nearest to the sample beside it, by Euclidean distance between pixels.", g.Step)},
		{Title: "Interpolation.", Caption: fmt.Sprintf("Samples of step %d along straight lines between two latents.", g.Step)},
	}
	for i, draw := range []func(context.Context, *run.Generator, *Picture) error{neighbours, interpolation} {
		if err := draw(ctx, g, &pictures[i]); err != nil {
			pictures[i] = Picture{Title: pictures[i].Title, Caption: "Not shown: " + err.Error()}
		}
	}
	return pictures
}

func interpolation(ctx context.Context, g *run.Generator, p *Picture) error {
	samples, err := g.Interpolations(ctx, "", pictureRows, pictureColumns, g.Config.Train.Seed, nil)
	if err != nil {
		return err
	}
	p.Image, err = g.Config.Picture(samples, nil, pictureColumns)
	return err
}

func neighbours(ctx context.Context, g *run.Generator, p *Picture) error {
	set, err := load.Open(g.Config.Data.Name, data.Train, g.Config.Train.Seed)
	if err != nil {
		return err
	}
	drawn, err := g.Draw(ctx, "", pictureRows*(pictureColumns-1), g.Config.Train.Seed, nil)
	if err != nil {
		return err
	}
	samples, err := drawn.Images()
	if err != nil {
		return err
	}
	limit := searched(set, g.Config.Data.Examples)
	if limit < g.Config.Data.Examples {
		p.Caption += fmt.Sprintf(" Searched were the first %d of %d.", limit, g.Config.Data.Examples)
	}
	nearest, _, err := run.Neighbours(ctx, samples, pictureColumns-1, set, limit)
	if err != nil {
		return err
	}
	p.Image, err = picture.Neighbours(samples, nearest, picture.Options{})
	return err
}

// searched returns how many images of set are looked at, of an epoch's.
func searched(set data.Set, epoch int64) int64 {
	limit := min(epoch, int64(mostSearched/set.Info().First().Size()))
	if set.Len() == data.Endless {
		limit = min(limit, mostDrawn)
	}
	return limit
}
