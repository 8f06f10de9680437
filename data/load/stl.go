package load

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
)

// stlSide is the height and width of the images of STL-10 in pixels.
const stlSide = 96

// stl is the labelled parts of STL-10 in a collection.
func (p *Parts) stl(c *collection) (*source, error) {
	found := &source{}
	for split, stem := range map[data.Split]string{data.Train: "train", data.Test: "test"} {
		images, err := c.find(stem + "_X.bin")
		if err != nil {
			return nil, err
		}
		labels, err := c.find(stem + "_y.bin")
		if err != nil {
			return nil, err
		}
		found.parts[split] = func(ctx context.Context) (data.Set, error) { return readSTL(ctx, p.name, images, labels) }
	}
	return found, nil
}

// readSTL reads images, [n, 3, width, height] bytes, and their labels, which count
// from 1.
func readSTL(ctx context.Context, name string, images, labels member) (*data.Table, error) {
	pixels, err := readMember(ctx, images, io.ReadAll)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", name, err)
	}
	classes, err := readMember(ctx, labels, io.ReadAll)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", name, err)
	}
	field := data.Image(3, stlSide, stlSide)
	transpose(pixels, stlSide)
	return labelled(name, field, pixels, appendLabels(nil, classes, 1), 10)
}

// transpose makes the columns of square planes their rows. The last plane may be
// incomplete; it is not changed.
func transpose(pixels []byte, side int) {
	for ; len(pixels) >= side*side; pixels = pixels[side*side:] {
		for y := range side {
			for x := range y {
				pixels[y*side+x], pixels[x*side+y] = pixels[x*side+y], pixels[y*side+x]
			}
		}
	}
}

// emnistLetters is the letters of EMNIST in a collection.
func (p *Parts) emnistLetters(c *collection) (*source, error) {
	found := &source{}
	for split, stem := range map[data.Split]string{data.Train: "train-", data.Test: "test-"} {
		stem = "emnist-letters-" + stem
		images, err := c.find(stem + imagesGrey)
		if err != nil {
			return nil, err
		}
		labels, err := c.find(stem + labelsTail)
		if err != nil {
			return nil, err
		}
		found.parts[split] = func(ctx context.Context) (data.Set, error) { return readLetters(ctx, p.name, images, labels) }
	}
	return found, nil
}

// readLetters reads images that are stored transposed, and their labels, which
// count from 1.
func readLetters(ctx context.Context, name string, images, labels member) (*data.Table, error) {
	const side = 28
	pixels, err := readMember(ctx, images, format.DecodeIDX)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", name, err)
	}
	classes, err := readMember(ctx, labels, format.DecodeIDX)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", name, err)
	}
	if s := pixels.Shape; len(s) != 3 || s[1] != side || s[2] != side {
		return nil, fmt.Errorf("dataset %s: %s: %w: shape %v, want images of %dx%d", name, images.path, data.ErrFormat, s, side, side)
	}
	transpose(pixels.Data, side)
	return labelled(name, data.Image(1, side, side), pixels.Data, appendLabels(nil, classes.Data, 1), 26)
}

// find returns the file of a collection that is called name, perhaps with .gz after
// it, in any folder.
func (c *collection) find(name string) (member, error) {
	for _, m := range c.members {
		if base := path.Base(m.path); base == name || base == name+".gz" {
			return m, nil
		}
	}
	return member{}, fmt.Errorf("%s holds no %s: %w", c.root, name, fs.ErrNotExist)
}
