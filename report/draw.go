package report

import (
	"context"
	"fmt"
	"image"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

// A Picture is an image for the report of a run.
type Picture struct {
	Title, Caption string
	Image          image.Image // nil: the caption has the reason
}

// Rows and columns of the pictures of samples.
const (
	pictureRows    = 6
	pictureColumns = 8
)

// Limits of the real images in which neighbours are searched. At the end of a run the
// search must be short.
const (
	mostSearched = 512 << 20 // bytes
	mostEndless  = 10_000    // images of an endless set, which are made when they are read
)

// Draw draws two pictures with the generator of a run: samples next to the training images
// nearest to them, and interpolations, as in Figures 2 and 3 of Goodfellow et al. 2014. It
// returns none for a run if its first output is not images. If a picture cannot be drawn,
// because the data is missing or ctx has ended, its caption has the reason.
func Draw(ctx context.Context, g *run.Generator) []Picture {
	if outputs := g.Outputs(); len(outputs) == 0 || !outputs[0].Makes.IsImage() {
		return nil
	}
	pictures := []Picture{
		{Title: "Neighbours.", Caption: fmt.Sprintf("Samples of step %d, not selected. The last column, outlined, is the training image nearest to the sample next to it, by Euclidean distance between pixels.", g.Step)},
		{Title: "Interpolation.", Caption: fmt.Sprintf("Samples of step %d along straight lines between two latents.", g.Step)},
	}
	for i, draw := range []func(context.Context, *run.Generator, *Picture) error{neighbours, interpolation} {
		if err := draw(ctx, g, &pictures[i]); err != nil {
			pictures[i] = Picture{Title: pictures[i].Title, Caption: "Not shown: " + err.Error()}
		}
	}
	return pictures
}

// interpolation draws the picture of interpolations.
func interpolation(ctx context.Context, g *run.Generator, p *Picture) error {
	samples, err := g.Interpolations(ctx, "", pictureRows, pictureColumns, g.Config.Train.Seed, nil)
	if err != nil {
		return err
	}
	p.Image, err = g.Config.Picture(samples, nil, pictureColumns)
	return err
}

// neighbours draws the picture of samples and their nearest training images. The images
// are searched by [run.Neighbours], which draws them at random if there are too many.
func neighbours(ctx context.Context, g *run.Generator, p *Picture) error {
	set, err := g.Config.OpenData(ctx, "", data.Train)
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
	epoch := min(set.Len(), g.Config.Data.Examples) // of a mirrored set, without the mirror images
	limit := searched(set, epoch)
	switch {
	case limit >= epoch:
	case set.Len() == data.Endless:
		p.Caption += fmt.Sprintf(" The search was among the first %d of %d.", limit, epoch)
	default:
		p.Caption += fmt.Sprintf(" The search was among %d of %d, drawn at random from seed 0.", limit, epoch)
	}
	nearest, _, err := run.Neighbours(ctx, samples, pictureColumns-1, set, limit)
	if err != nil {
		return err
	}
	p.Image, err = picture.Neighbours(samples, nearest, picture.Options{})
	return err
}

// searched returns the number of images of set that are searched, of an epoch of images.
func searched(set data.Set, epoch int64) int64 {
	limit := min(epoch, int64(mostSearched/set.Info().First().Size()))
	if set.Len() == data.Endless {
		limit = min(limit, mostEndless)
	}
	return limit
}
