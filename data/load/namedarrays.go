package load

import (
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// choose returns a function that returns one of several arrays: the one called
// name, or the first that holds examples if name is "". A note names the others.
func choose(name string, o Options) func(arrays []format.Named, err error) (*format.Array, []string, error) {
	return func(arrays []format.Named, err error) (*format.Array, []string, error) {
		if err != nil {
			return nil, nil, err
		}
		chosen, names, others := -1, []string(nil), []string(nil)
		for i, a := range arrays {
			fits := a.Name == name
			if name == "" {
				fits = a.Err == nil && holdsExamples(a.Array, o)
			}
			if fits && chosen < 0 {
				chosen = i
			} else {
				others = append(others, a.Name)
			}
			names = append(names, describeArray(a))
		}
		switch {
		case chosen < 0 && name != "":
			return nil, nil, hint.Add(fmt.Errorf("%w: it has no array %s", data.ErrFormat, name), "it has %s", named(names))
		case chosen < 0:
			return nil, nil, hint.Add(fmt.Errorf("%w: none of its arrays holds images or points", data.ErrFormat), "it has %s", named(names))
		case arrays[chosen].Err != nil:
			return nil, nil, fmt.Errorf("array %s: %w", name, arrays[chosen].Err)
		}
		var notes []string
		if len(others) > 0 && name == "" {
			notes = append(notes, fmt.Sprintf("the examples are the array %s; not read: %s", arrays[chosen].Name, counted(others, "other array", "other arrays")))
		}
		return arrays[chosen].Array, notes, nil
	}
}

// describeArray returns a name and a shape: "x [100 28 28]".
func describeArray(a format.Named) string {
	if a.Array == nil {
		return fmt.Sprintf("%s (not read: %v)", a.Name, a.Err)
	}
	return fmt.Sprintf("%s %v", a.Name, a.Shape)
}

// holdsExamples reports whether an array has the shape of images or points.
func holdsExamples(a *format.Array, o Options) bool {
	if len(a.Shape) == 2 {
		return a.Shape[0] > 1 && a.Shape[1] > 1
	}
	_, _, err := imageField(a.Shape)
	return err == nil
}
