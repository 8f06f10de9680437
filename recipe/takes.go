package recipe

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// This file has the conditions that recipes have in common: each returns a Recipe.Takes, or is
// one. For data of another kind than the recipe learns, the error wraps [data.ErrKind], and for
// images or volumes of another size [data.ErrSize].

// A refusal is the error for data from which a recipe cannot learn. It wraps reason, whose
// text it does not contain.
type refusal struct {
	text   string
	reason error
}

func (r *refusal) Error() string { return r.text }
func (r *refusal) Unwrap() error { return r.reason }

// otherKind returns the refusal of data of another kind.
func otherKind(format string, args ...any) error {
	return &refusal{fmt.Sprintf(format, args...), data.ErrKind}
}

// otherSize returns the refusal of images or volumes of another size.
func otherSize(format string, args ...any) error {
	return &refusal{fmt.Sprintf(format, args...), data.ErrSize}
}

// wrongKind returns the error for examples of another kind than a recipe learns. does is what
// the recipe does, such as "generates images".
func wrongKind(does string, f data.Field) error {
	return hint.Add(otherKind("it %s, and the data are %s", does, plural(f)), "gander recipes lists those for %s", plural(f))
}

// plural returns a noun for the examples of a field, in the plural.
func plural(f data.Field) string {
	switch {
	case f.IsImage():
		return "images"
	case f.Kind == data.Pixels:
		return "volumes"
	case f.Kind == data.Numbers:
		return "points"
	}
	return f.Kind.String()
}

// takesWhole returns an error for examples with missing values, from which most recipes cannot
// learn.
func takesWhole(info data.Info) error {
	if !info.HasMissing() {
		return nil
	}
	return hint.Add(fmt.Errorf("dataset %s has missing values, and the recipe learns only from whole examples", info.Name),
		"fill them by gander impute, or train gain")
}

// labelled returns a Takes for recipes that learn from classes.
func labelled(takes func(data.Info) error) func(data.Info) error {
	return func(info data.Info) error {
		if err := takes(info); err != nil {
			return err
		}
		if _, ok := info.Field(data.ClassField); !ok {
			return hint.Add(otherKind("it learns from classes, and dataset %s has no labels", info.Name), "%s; or choose another recipe: gander recipes", givenLabels(info.First()))
		}
		return nil
	}
}

// givenLabels tells how to give labels to examples.
func givenLabels(f data.Field) string {
	if f.IsImage() {
		return "put the pictures of each class in a folder, or the images and their labels in an npz file, as arrays x and y"
	}
	return "put the " + plural(f) + " and their labels in an npz file, as arrays x and y"
}

// mostValues is the greatest number of values of an example for fully connected
// networks. A layer of 1200 units with this number of inputs has 20 million weights.
const mostValues = 1 << 14

// Points returns a Takes for recipes that learn points with at most the given number
// of columns.
func Points(most int) func(data.Info) error {
	return func(info data.Info) error {
		f := info.First()
		switch {
		case f.Kind != data.Numbers:
			return wrongKind("generates points", f)
		case f.Size() > most:
			return hint.Add(fmt.Errorf("points of %d numbers are too large, its fully connected networks take at most %d", f.Size(), most),
				"leave columns out")
		}
		return nil
	}
}

// Images returns a Takes for recipes that learn images with at most the given number
// of values (channels times height times width).
func Images(most int) func(data.Info) error {
	return func(info data.Info) error {
		f := info.First()
		switch {
		case !f.IsImage():
			return wrongKind("generates images", f)
		case f.Size() < 1:
			return otherSize("images of %v have no pixels", f)
		case f.Size() > most:
			return hint.Add(otherSize("images of %v (channels, height, width) have %d values, and its fully connected networks take at most %d",
				f, f.Size(), most), "shrink the images")
		}
		return nil
	}
}

// sides returns a Takes for images with sides in a range.
func sides(least, most int) func(data.Info) error {
	return func(info data.Info) error {
		f := info.First()
		switch {
		case !f.IsImage():
			return wrongKind("generates images", f)
		case slices.Min(f.Shape[1:]) < least || slices.Max(f.Shape[1:]) > most:
			clamp := func(side int) int { return min(max(side, least), most) }
			return hint.Add(otherSize("images of %dx%d: it makes images with sides from %d to %d", f.Shape[1], f.Shape[2], least, most),
				"--set data.size=%s", sizeText(clamp(f.Shape[1]), clamp(f.Shape[2])))
		}
		return nil
	}
}

// squares returns a Takes for recipes that learn images as high as wide, with sides in a
// range.
func squares(least, most int) func(data.Info) error {
	return func(info data.Info) error {
		f := info.First()
		switch {
		case !f.IsImage():
			return wrongKind("generates images", f)
		case f.Shape[1] != f.Shape[2] || f.Shape[1] < least || f.Shape[1] > most:
			side := min(max(f.Shape[1], f.Shape[2], least), most)
			return hint.Add(otherSize("images of %dx%d: its networks make square images, from %d to %d pixels", f.Shape[1], f.Shape[2], least, most), "--set data.size=%d", side)
		}
		return nil
	}
}

// Halved returns a Takes for recipes with networks that halve images at least the given number
// of times: both sides are multiples of 2^times, and at least 4 * 2^times. most is the
// greatest side.
func Halved(times, most int) func(data.Info) error {
	return func(info data.Info) error {
		f := info.First()
		if !f.IsImage() {
			return wrongKind("generates images", f)
		}
		multiple := 1 << times
		if n, _ := halvings(f); n < times || slices.Max(f.Shape[1:]) > most {
			height, width := fitting(f.Shape[1], multiple, most), fitting(f.Shape[2], multiple, most)
			return hint.Add(otherSize("images of %dx%d: its networks make images with sides that are multiples of %d, from %d to %d",
				f.Shape[1], f.Shape[2], multiple, leastSide*multiple, most), "--set data.size=%s", sizeText(height, width))
		}
		return nil
	}
}

// fitting returns the multiple nearest to a side within the range of Halved.
func fitting(side, multiple, most int) int {
	nearest := (side + multiple/2) / multiple * multiple
	return min(max(nearest, leastSide*multiple), most)
}

func sizeText(height, width int) string {
	if height == width {
		return fmt.Sprint(height)
	}
	return fmt.Sprintf("%dx%d", height, width)
}

// cuboids returns a Takes for volumes with sides in a range.
func cuboids(least, most int) func(data.Info) error {
	return func(info data.Info) error {
		f := info.First()
		switch {
		case !f.IsVolume():
			return wrongKind("generates volumes", f)
		case slices.Min(f.Shape[1:]) < least || slices.Max(f.Shape[1:]) > most:
			return hint.Add(otherSize("volumes of %dx%dx%d: it makes volumes with sides from %d to %d", f.Shape[1], f.Shape[2], f.Shape[3], least, most),
				"cut them, or add empty voxels")
		}
		return nil
	}
}

// Cubes returns a Takes for recipes with networks that halve the sides of volumes. All sides
// must be equal, even and in a range.
func Cubes(least, most int) func(data.Info) error {
	return func(info data.Info) error {
		f := info.First()
		if !f.IsVolume() {
			return wrongKind("generates volumes", f)
		}
		side := f.Shape[1]
		if side != f.Shape[2] || side != f.Shape[3] || side%2 != 0 || side < least || side > most {
			return hint.Add(otherSize("volumes of %dx%dx%d: its networks make volumes with three equal, even sides from %d to %d", f.Shape[1], f.Shape[2], f.Shape[3], least, most),
				"cut them, or add empty voxels")
		}
		return nil
	}
}
