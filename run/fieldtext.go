package run

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/gander-ml/gander/data"
)

// fieldTexts writes fields in the form of config.toml: "x pixels 1x28x28", "class
// class 10", "caption tokens 20 1000".
func fieldTexts(fields []data.Field) []string {
	var texts []string
	for _, f := range fields {
		words := []string{quoteName(f.Name), f.Kind.String()}
		if len(f.Shape) > 0 {
			sizes := make([]string, len(f.Shape))
			for i, d := range f.Shape {
				sizes[i] = strconv.Itoa(d)
			}
			words = append(words, strings.Join(sizes, "x"))
		}
		if f.Classes > 0 {
			words = append(words, strconv.Itoa(f.Classes))
		}
		texts = append(texts, strings.Join(words, " "))
	}
	return texts
}

// quoteName puts a name in quotes if it contains a space or a quote.
func quoteName(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '"' }) {
		return strconv.Quote(name)
	}
	return name
}

// cutName returns the name at the start of a text, and the words after it.
func cutName(text string) (name string, words []string, err error) {
	if !strings.HasPrefix(text, `"`) {
		words = strings.Fields(text)
		return words[0], words[1:], nil
	}
	quoted, err := strconv.QuotedPrefix(text)
	if err != nil {
		return "", nil, fmt.Errorf("its name has no closing quote")
	}
	name, err = strconv.Unquote(quoted)
	return name, strings.Fields(text[len(quoted):]), err
}

// parseField reads the text of a field that fieldTexts wrote.
func parseField(text string) (data.Field, error) {
	if len(strings.Fields(text)) < 3 {
		return data.Field{}, fmt.Errorf("want a name, a kind, a shape")
	}
	name, words, err := cutName(text)
	if err != nil {
		return data.Field{}, err
	}
	if len(words) < 2 {
		return data.Field{}, fmt.Errorf("want a name, a kind, a shape")
	}
	f := data.Field{Name: name}
	for k := data.Pixels; k <= data.Tokens; k++ {
		if k.String() == words[0] {
			f.Kind = k
		}
	}
	rest := words[1:]
	if f.Kind != data.Class {
		for size := range strings.SplitSeq(rest[0], "x") {
			n, err := strconv.Atoi(size)
			if err != nil || n < 1 {
				return f, fmt.Errorf("shape %s, want sizes as in 1x28x28", rest[0])
			}
			f.Shape = append(f.Shape, n)
		}
		rest = rest[1:]
	}
	if f.Kind == data.Class || f.Kind == data.Tokens {
		if len(rest) != 1 {
			return f, fmt.Errorf("want the number of classes at its end")
		}
		n, err := strconv.Atoi(rest[0])
		if err != nil || n < 1 {
			return f, fmt.Errorf("%s classes", rest[0])
		}
		f.Classes, rest = n, nil
	}
	if f.Kind == 0 || len(rest) > 0 {
		return f, fmt.Errorf("want the kind pixels, numbers, class or tokens, and a shape")
	}
	return f, nil
}
