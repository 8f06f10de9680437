package command

import (
	"fmt"
	"image"
	_ "image/jpeg" // the formats of a condition
	_ "image/png"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// parseConditions reads the conditions of an output by their names: those of --class, unless it is
// all, of --text and of --given.
func parseConditions(output recipe.Output, classes string, texts, assignments []string) (map[string]any, error) {
	given := map[string]any{}
	if class, ok := run.ClassOf(output); ok && classes != "" {
		if classes != "all" {
			numbers, err := classNumbers(class, classes)
			if err != nil {
				return nil, hint.Add(fmt.Errorf("--class %s: %w", classes, err), "%s is %s, or all: a row for each class", class.Name, run.Choices(class))
			}
			given[class.Name] = numbers
		}
		for _, text := range assignments {
			if name, _, _ := cutGiven(output, text); name == class.Name {
				return nil, hint.Add(fmt.Errorf("--class %s and --given %s: %s is given twice", classes, text, name), "leave one of them out")
			}
		}
	} else if classes != "" && classes != "all" {
		given[data.ClassField] = classes // package run returns the error
	}
	if len(texts) > 0 {
		given[data.TextField] = texts // package run returns the error if the output takes no text
	}
	for _, text := range assignments {
		name, value, err := parseGiven(output, text)
		if err != nil {
			return nil, err
		}
		if _, twice := given[name]; twice {
			return nil, hint.Add(fmt.Errorf("--given %s: %s is given twice", text, name), "give all of its values at once")
		}
		given[name] = value
	}
	return given, nil
}

// parseGiven reads NAME=VALUE as a condition of the output. If the output has no such
// condition, the value is the text, and package run returns the error.
func parseGiven(output recipe.Output, text string) (name string, value any, err error) {
	name, rest, ok := cutGiven(output, text)
	if !ok {
		return "", nil, hint.Add(fmt.Errorf("--given %s: want NAME=VALUE", text), "%s", known(output))
	}
	value = rest
	for _, c := range output.Given {
		if c.Name != name {
			continue
		}
		switch isNamed := func(v recipe.NamedValue) bool { return v.Name == rest }; {
		case slices.ContainsFunc(c.Named, isNamed): // package run knows the name
		case c.Kind == data.Class:
			value, err = classNumbers(c, rest)
		case c.Kind == data.Tokens:
			value, err = integers(rest)
		case c.Kind == data.Numbers && c.Text == nil: // otherwise it is the text
			value, err = floats(rest)
		case c.Kind == data.Pixels:
			value, err = readImages(rest)
		}
		if err != nil {
			return "", nil, hint.Add(fmt.Errorf("--given %s: %w", text, err), "%s is %s", name, run.Choices(c))
		}
	}
	return name, value, nil
}

// cutGiven cuts NAME=VALUE into its parts. Names may contain "=": it cuts at the last
// one that follows the name of a condition of the output, and at the first one if no
// name is there.
func cutGiven(output recipe.Output, text string) (name, value string, ok bool) {
	for i := len(text) - 1; i > 0; i-- {
		isName := func(c recipe.Condition) bool { return c.Name == text[:i] }
		if text[i] == '=' && slices.ContainsFunc(output.Given, isName) {
			return text[:i], text[i+1:], true
		}
	}
	name, value, ok = strings.Cut(text, "=")
	return name, value, ok && name != ""
}

// known describes the conditions of an output.
func known(output recipe.Output) string {
	var names []string
	for _, c := range output.Given {
		names = append(names, fmt.Sprintf("%s, %s", c.Name, run.Choices(c)))
	}
	if len(names) == 0 {
		return "the output takes no conditions"
	}
	return "the output takes " + strings.Join(names, "; ")
}

// classNumbers reads classes, by their names or their numbers, with commas between
// them. A name may hold commas if it is the only one.
func classNumbers(c recipe.Condition, text string) ([]int, error) {
	if class := slices.Index(c.Labels, strings.TrimSpace(text)); class >= 0 {
		return []int{class}, nil
	}
	var list []int
	for word := range strings.SplitSeq(text, ",") {
		word = strings.TrimSpace(word)
		class := slices.Index(c.Labels, word)
		if class < 0 {
			number, err := strconv.Atoi(word)
			switch {
			case err != nil && c.Labels == nil:
				return nil, fmt.Errorf("%q is not a whole number", word)
			case err != nil:
				return nil, fmt.Errorf("there is no class %q", word)
			}
			class = number
		}
		list = append(list, class)
	}
	return list, nil
}

// integers reads whole numbers separated by commas.
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

// floats reads finite numbers separated by commas.
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

// readImages reads a picture, or all pictures of a folder in the order of their names, one
// for each sample.
func readImages(path string) (any, error) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return readImage(path)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var list []image.Image
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		m, err := readImage(filepath.Join(path, e.Name()))
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s: %w: the folder has no pictures", path, data.ErrEmpty)
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
