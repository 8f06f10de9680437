package measure

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// anything is the kinds of a measure that takes pixels of any shape, and numbers.
var anything = []data.Kind{data.Pixels, data.Numbers}

// Judges reports whether m can judge examples with the kind and shape of f.
func (m Measure) Judges(f data.Field) bool {
	return slices.Contains(m.Kinds, f.Kind) && (f.Kind != data.Pixels || f.IsImage() || !m.ImagesOnly)
}

// checkField returns an error if m cannot judge the samples.
func (m Measure) checkField(samples *Set) error {
	if m.Judges(samples.Field) {
		return nil
	}
	what, others := examplesOf(samples.Field), []string{}
	for _, other := range List() {
		if !other.Classifies && other.Judges(samples.Field) {
			others = append(others, other.Name)
		}
	}
	err := fmt.Errorf("it judges %s, and %s are %s", m.judged(), samples.Name, what)
	if len(others) == 0 {
		return hint.Add(err, "no measure judges %s", what)
	}
	return hint.Add(err, "those that judge %s are %s", what, strings.Join(others, ", "))
}

// judged returns the names of what m can judge: "images, volumes, points".
func (m Measure) judged() string {
	var names []string
	for _, k := range m.Kinds {
		switch {
		case k == data.Pixels && m.ImagesOnly:
			names = append(names, "images")
		case k == data.Pixels:
			names = append(names, "images", "volumes")
		case k == data.Numbers:
			names = append(names, "points")
		}
	}
	return strings.Join(names, ", ")
}

// examplesOf returns the name for examples of a field: "images".
func examplesOf(f data.Field) string {
	switch {
	case f.IsImage():
		return "images"
	case f.Kind == data.Pixels && len(f.Shape) == 4:
		return "volumes"
	case f.Kind == data.Numbers:
		return "points"
	case f.Kind == data.Class:
		return "classes"
	}
	return f.Kind.String()
}
