package load

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// A namedPart is one part of the examples in a file with several arrays.
type namedPart struct {
	examples format.Named
	labels   *namedLabels // nil if there are none
}

// A chooser decides what the arrays of a file are.
type chooser struct {
	path   string // of the file, for hints
	arrays []format.Named
	parts  [data.Test + 1]*namedPart // examples without parts are Train
	split  bool                      // the arrays are the parts of a set
	notes  []string
}

// choose finds the examples in the arrays of a file at path: the array called name alone,
// or the first one that holds examples. An array with the name of labels is examples only
// if no other array is. If the name contains the name of a part (training, validation or
// test), and other arrays have the same name for other parts, they are the parts of the set.
func choose(path string, arrays []format.Named, name string) (*chooser, error) {
	c := &chooser{path: path, arrays: arrays}
	var names []string
	chosen := -1
	for i, a := range arrays {
		names = append(names, describeArray(a))
		if chosen < 0 && a.Name == name {
			chosen = i
		}
	}
	if name == "" {
		chosen = c.firstExamples()
	}
	switch {
	case chosen >= 0 && arrays[chosen].Err != nil:
		return nil, fmt.Errorf("array %s: %w", arrays[chosen].Name, arrays[chosen].Err)
	case chosen < 0 && name == "" && len(arrays) == 1 && arrays[0].Err != nil:
		return nil, fmt.Errorf("array %s: %w", arrays[0].Name, arrays[0].Err)
	case chosen < 0 && name != "":
		return nil, hint.Add(fmt.Errorf("%w: it has no array %s", data.ErrFormat, name), "it has %s", named(names))
	case chosen < 0:
		return nil, hint.Add(fmt.Errorf("%w: none of its arrays holds images, volumes or points", data.ErrFormat), "it has %s", named(names))
	}
	c.parts[data.Train] = &namedPart{examples: arrays[chosen]}
	if name == "" {
		c.findParts(arrays[chosen])
	}
	return c, nil
}

// firstExamples returns which array holds the examples, those for training before
// others, even if they cannot be read. It returns -1 if none does.
func (c *chooser) firstExamples() int {
	first := slices.IndexFunc(c.arrays, func(a format.Named) bool { return holdsExamples(a) && labelRank(a.Name) == otherName })
	if first < 0 {
		return slices.IndexFunc(c.arrays, holdsExamples)
	}
	role := roleOf(c.arrays[first].Name)
	if role.hasPart && role.part != data.Train {
		for i, a := range c.arrays {
			if (holdsExamples(a) || a.Err != nil) && roleOf(a.Name) == (arrayRole{role.stem, true, data.Train}) {
				return i
			}
		}
	}
	return first
}

// findParts finds the arrays with examples for validation and for test that belong to
// those for training.
func (c *chooser) findParts(train format.Named) {
	role := roleOf(train.Name)
	if !role.hasPart || role.part != data.Train {
		return
	}
	for _, a := range c.arrays {
		other := roleOf(a.Name)
		if !other.hasPart || other.stem != role.stem || c.parts[other.part] != nil {
			continue
		}
		if a.Err != nil {
			c.notes = append(c.notes, fmt.Sprintf("the array %s is not the %v part: %v", a.Name, other.part, a.Err))
			continue
		}
		if len(a.Shape) != len(train.Shape) || !slices.Equal(a.Shape[1:], train.Shape[1:]) {
			c.notes = append(c.notes, fmt.Sprintf("the array %s is not the %v part: its shape is %v, that of %s is %v", a.Name, other.part, a.Shape, train.Name, train.Shape))
			continue
		}
		c.parts[other.part], c.split = &namedPart{examples: a}, true
	}
}

// allNotes returns the notes on the arrays.
func (c *chooser) allNotes() []string {
	if text := c.describe(); text != "" {
		return append([]string{text}, c.notes...)
	}
	return c.notes
}

// describe returns a note on what the arrays are, "" if there is nothing to say.
func (c *chooser) describe() string {
	var examples, labels, others []string
	used := map[string]bool{}
	for split, part := range c.parts {
		if part == nil {
			continue
		}
		text := part.examples.Name
		if c.split {
			text += fmt.Sprintf(" (%v)", data.Split(split))
		}
		examples, used[part.examples.Name] = append(examples, text), true
		if part.labels != nil {
			labels, used[part.labels.name] = append(labels, part.labels.name), true
		}
	}
	for _, a := range c.arrays {
		if !used[a.Name] {
			others = append(others, a.Name)
		}
	}
	if len(others) == 0 && len(labels) == 0 && !c.split {
		return ""
	}
	note := "the examples are the " + arrayNames(examples)
	if len(labels) > 0 {
		note += ", the labels are the " + arrayNames(labels)
	}
	if len(others) > 0 {
		note += "; not read: " + counted(others, "other array", "other arrays")
	}
	return note
}

// arrayNames returns "array x" or "arrays x, y".
func arrayNames(names []string) string {
	if len(names) == 1 {
		return "array " + names[0]
	}
	return "arrays " + named(names)
}

// describeArray returns a name and a shape: "x [100 28 28]".
func describeArray(a format.Named) string {
	if a.Array == nil {
		return fmt.Sprintf("%s (not read: %v)", a.Name, a.Err)
	}
	return fmt.Sprintf("%s %v", a.Name, a.Shape)
}

// holdsExamples reports whether an array has the shape of images, volumes or points.
func holdsExamples(a format.Named) bool {
	if a.Err != nil {
		return false
	}
	if len(a.Shape) == 2 {
		return a.Shape[0] > 1 && a.Shape[1] > 1
	}
	if _, ok := volumeField(a.Shape); ok {
		return true
	}
	_, _, err := imageField(a.Shape)
	return err == nil
}
