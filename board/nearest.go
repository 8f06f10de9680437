package board

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"os"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// Limits of a search for the nearest training images.
const (
	maxSearched = 1 << 30 // bytes of the images
	maxEndless  = 10_000  // images of an endless set, which are made when they are read
	maxNearest  = 12
)

// nearest returns the k training images nearest to a sample in a picture of the run, the
// nearest first, as a picture of one row, and the number of images that were searched.
func (o *opened) nearest(ctx context.Context, root *os.Root, output, name string, index, k int) (drawn image.Image, list []run.Neighbour, searched int64, err error) {
	outputs := o.Outputs()
	i := slices.IndexFunc(outputs, func(p recipe.Output) bool { return p.Name == output || output == "" && !p.Classifies() })
	if i < 0 {
		return nil, nil, 0, fmt.Errorf("recipe %s has no output %q", o.Config.Recipe.Name, output)
	}
	what, err := o.describe(outputs[i], false)
	if err != nil {
		return nil, nil, 0, err
	}
	if what.Kind != "image" {
		return nil, nil, 0, errors.New("only images have nearest images")
	}
	if index < 0 || index >= what.Samples {
		return nil, nil, 0, fmt.Errorf("sample %d of a picture of %d", index, what.Samples)
	}
	first := slices.IndexFunc(outputs, func(p recipe.Output) bool { return !p.Classifies() })
	folder := ""
	if i != first {
		folder = what.Name
	}
	file, err := openPicture(root, o.id, folder, name)
	if err != nil {
		return nil, nil, 0, err
	}
	defer file.Close()
	m, err := decodePicture(file)
	if err != nil {
		return nil, nil, 0, err
	}
	sample, err := cellOf(m, what.Shape, index, what.Columns)
	if err != nil {
		return nil, nil, 0, err
	}
	set, err := o.training(ctx, cmp.Or(outputs[i].Like, recipe.Main))
	if err != nil {
		return nil, nil, 0, err
	}
	limit := min(int64(maxSearched/max(len(sample.Pixels), 1)), set.Len())
	if set.Len() == data.Endless {
		limit = min(limit, maxEndless)
	}
	found, list, err := run.Nearest(ctx, sample, set, limit, min(max(k, 1), maxNearest))
	if err != nil {
		return nil, nil, 0, err
	}
	drawn, err = picture.Grid(found, found.N, picture.Options{Scale: max(1, 128/max(found.Height, found.Width))})
	return drawn, list, limit, err
}

// gridPad is the number of pixels between the cells of a picture; see [picture.Options].
const gridPad = 2

// cellOf returns a cell of a picture of samples as a separate image with the shape of an
// example: in the picture, each pixel of the example is a square.
func cellOf(m image.Image, shape []int, index, columns int) (picture.Images, error) {
	channels, height, width := shape[0], shape[1], shape[2]
	if channels != 1 && channels != 3 && channels != 4 {
		return picture.Images{}, fmt.Errorf("images of %d channels are not shown as they are", channels)
	}
	scale := (m.Bounds().Dx() - gridPad*(columns+1)) / (columns * width)
	left := gridPad + index%columns*(scale*width+gridPad)
	top := gridPad + index/columns*(scale*height+gridPad)
	if scale < 1 || left+scale*width > m.Bounds().Dx() || top+scale*height > m.Bounds().Dy() {
		return picture.Images{}, errors.New("the picture has another size than the settings of the run say")
	}
	one := picture.Images{N: 1, Channels: channels, Height: height, Width: width, Pixels: make([]byte, channels*height*width)}
	for y := range height {
		for x := range width {
			at := color.NRGBAModel.Convert(m.At(left+x*scale, top+y*scale)).(color.NRGBA)
			for c, v := range []byte{at.R, at.G, at.B, at.A}[:channels] {
				one.Pixels[(c*height+y)*width+x] = v
			}
		}
	}
	return one, nil
}
