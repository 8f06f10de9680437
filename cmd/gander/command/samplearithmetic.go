package command

import (
	"errors"
	"fmt"
	"image"
	"image/draw"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

const arithmeticHint = `positions of samples, as in "1,2,3 - 4,5,6 + 7,8,9"`

// parseConcepts reads latent arithmetic: "1,2,3 - 4,5,6 + 7,8,9". Positions are at least
// 0 and less than n.
func parseConcepts(text string, n int) (concepts []run.Concept, err error) {
	rest := strings.TrimSpace(text)
	for first := true; first || rest != ""; first = false {
		var c run.Concept
		if strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, "+") {
			c.Minus, rest = rest[0] == '-', rest[1:]
		}
		end := strings.IndexAny(rest, "+-")
		if end < 0 {
			end = len(rest)
		}
		if c.Exemplars, err = positions(rest[:end], n); err != nil {
			return nil, fmt.Errorf("--arithmetic %s: %w", strconv.Quote(text), err)
		}
		concepts, rest = append(concepts, c), rest[end:]
		if rest == "+" || rest == "-" {
			return nil, hint.Add(fmt.Errorf("--arithmetic %s: nothing after the last %s", strconv.Quote(text), rest), arithmeticHint)
		}
	}
	return concepts, nil
}

// positions reads the exemplars of a concept.
func positions(text string, n int) (list []int, err error) {
	if strings.TrimSpace(text) == "" {
		return nil, hint.Add(errors.New("a concept without exemplars"), arithmeticHint)
	}
	for word := range strings.SplitSeq(text, ",") {
		word = strings.TrimSpace(word)
		at, err := strconv.Atoi(word)
		switch {
		case err != nil:
			return nil, hint.Add(fmt.Errorf("%q is not a position", word), arithmeticHint)
		case at < 0 || at >= n:
			return nil, hint.Add(fmt.Errorf("position %d, and the grid of %d samples has the positions 0 to %d", at, n, n-1), "-n N for a larger grid")
		}
		list = append(list, at)
	}
	return list, nil
}

// arithmeticPicture shows the samples of the means at the left, at most three below one
// another, and the square of the result at the right.
func arithmeticPicture(g *run.Generator, s *run.Samples) (image.Image, error) {
	if !s.Field.IsImage() {
		return g.Config.Picture(s, nil, 0)
	}
	const side = 3
	means := s.N - run.ArithmeticCount
	left, err := g.Config.Picture(s.Slice(0, means), nil, (means+side-1)/side)
	if err != nil {
		return nil, err
	}
	right, err := g.Config.Picture(s.Slice(means, s.N), nil, side)
	if err != nil {
		return nil, err
	}
	return beside(left, right), nil
}

// beside returns two pictures next to each other, with a gap between them.
func beside(left, right image.Image) image.Image {
	l, r := left.Bounds(), right.Bounds()
	gap := r.Dx() / 12
	all := newImageLike(right, image.Rect(0, 0, l.Dx()+gap+r.Dx(), max(l.Dy(), r.Dy())))
	draw.Draw(all, image.Rect(0, 0, l.Dx(), l.Dy()), left, l.Min, draw.Src)
	draw.Draw(all, image.Rect(l.Dx()+gap, 0, all.Bounds().Dx(), r.Dy()), right, r.Min, draw.Src)
	return all
}
