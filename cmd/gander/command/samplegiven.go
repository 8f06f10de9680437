package command

import (
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the two kinds of picture that a condition may be
	_ "image/png"
	"os"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/recipe"
)

// parseGiven reads NAME=VALUE as the condition of an output. A name that the output
// does not have gets its text for a value: whoever uses it says what is wrong.
func parseGiven(output recipe.Output, text string) (name string, value any, err error) {
	name, rest, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return "", nil, errors.New("want NAME=VALUE")
	}
	value = rest
	for _, c := range output.Given {
		if c.Name != name {
			continue
		}
		switch c.Kind {
		case data.Class, data.Tokens:
			value, err = integers(rest)
		case data.Numbers:
			value, err = floats(rest)
		case data.Pixels:
			value, err = readImage(rest)
		}
	}
	return name, value, err
}

// integers reads whole numbers with commas between them.
func integers(text string) ([]int, error) {
	var list []int
	for word := range strings.SplitSeq(text, ",") {
		v, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil {
			return nil, fmt.Errorf("%q is not a whole number", word)
		}
		list = append(list, v)
	}
	return list, nil
}

// floats reads finite numbers with commas between them.
func floats(text string) ([]float32, error) {
	var list []float32
	for word := range strings.SplitSeq(text, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(word), 32)
		if err != nil || v != v || v-v != 0 {
			return nil, fmt.Errorf("%q is not a finite number", word)
		}
		list = append(list, float32(v))
	}
	return list, nil
}

func readImage(path string) (image.Image, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	m, _, err := image.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}
