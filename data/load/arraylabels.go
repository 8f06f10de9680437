package load

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

const (
	// maxClasses is the largest number of classes that an array of labels can have.
	maxClasses = 1 << 16
	// maxUnnamedClasses is the same for an array without the name of labels. Such
	// numbers may as well be ages or positions.
	maxUnnamedClasses = 1000
	// maxAllDifferent is the largest number of examples that may all have different
	// labels. Above it the numbers count or measure something.
	maxAllDifferent = 100
)

// namedLabels are the labels in an array, as they are in the file.
type namedLabels struct {
	name   string
	values []int32
}

// findLabels finds the labels of each part. If a part has no labels, and the examples for
// training have some, it is not read.
func (c *chooser) findLabels() error {
	train := c.parts[data.Train]
	for split, part := range c.parts {
		if part == nil || part != train && train.labels == nil {
			continue
		}
		if err := c.labelsOf(part); err != nil {
			return err
		}
		if part.labels == nil && train.labels != nil {
			c.notes = append(c.notes, fmt.Sprintf("the array %s is not the %v part: it has no labels", part.examples.Name, data.Split(split)))
			c.parts[split] = nil
		}
	}
	c.split = c.parts[data.Validation] != nil || c.parts[data.Test] != nil
	return nil
}

// labelsOf finds the labels of a part: in an array with the part in its name, or else in one
// without a part in its name. Examples without a part in their name may have labels for
// training.
// Clear names are tried before others. An array of another name is used only if it is the
// only one.
func (c *chooser) labelsOf(part *namedPart) error {
	role := roleOf(part.examples.Name)
	same := func(r arrayRole) bool { return r.hasPart == role.hasPart && r.part == role.part }
	near := func(r arrayRole) bool { return !same(r) && (!r.hasPart || !role.hasPart && r.part == data.Train) }
	for _, rank := range []int{strongName, weakName} {
		found, err := c.labelsIn(part, rank, same)
		if found || err != nil {
			return err
		}
	}
	if part != c.parts[data.Train] {
		return nil
	}
	for _, rank := range []int{strongName, weakName} {
		if found, _ := c.labelsIn(part, rank, near); found { // those of another number belong to something else
			return nil
		}
	}
	if !c.split {
		c.labelsIn(part, otherName, func(arrayRole) bool { return true }) // names that say nothing give no error
	}
	return nil
}

// labelsIn sets the labels of a part to those in the arrays with a name that has this rank
// and fits. It reports whether the search ends: there are labels, or a note states why not.
func (c *chooser) labelsIn(part *namedPart, rank int, fits func(arrayRole) bool) (found bool, err error) {
	var all []*namedLabels
	n := part.examples.Shape[0]
	for _, a := range c.arrays {
		if labelRank(a.Name) != rank || !fits(roleOf(a.Name)) || a.Name == part.examples.Name {
			continue
		}
		values, why := labelValues(a, rank)
		switch {
		case why == nil && len(values) == n:
			all = append(all, &namedLabels{a.Name, values})
		case rank != strongName:
		case why != nil:
			c.notes = append(c.notes, fmt.Sprintf("the array %s is not used as labels: %v", a.Name, why))
			found = true
		case err == nil && n > 0 && len(values) > 1 && !c.counts(len(values)):
			err = c.wrongCount(a.Name, len(values), part.examples)
		}
	}
	for _, other := range all {
		if !slices.Equal(other.values, all[0].values) {
			c.notes = append(c.notes, ambiguous(all))
			return true, nil
		}
	}
	if len(all) == 0 {
		return found, err
	}
	part.labels = all[0]
	return true, nil
}

// counts reports whether one of the arrays has n examples.
func (c *chooser) counts(n int) bool {
	return slices.ContainsFunc(c.arrays, func(a format.Named) bool {
		return holdsExamples(a) && labelRank(a.Name) == otherName && a.Shape[0] == n
	})
}

// wrongCount returns the error for an array of n labels that does not fit the examples.
func (c *chooser) wrongCount(name string, n int, examples format.Named) error {
	err := fmt.Errorf("%w: the array %s has %d labels, and the array %s has %s", data.ErrFormat, name, n, examples.Name, count(examples.Shape[0], "example", "examples"))
	if len(examples.Shape) == 2 && examples.Shape[1] == n {
		return hint.Add(err, "transpose %s: each row must be an example", examples.Name)
	}
	return hint.Add(err, "to leave the labels out, name the array of the examples: %s:%s", c.path, examples.Name)
}

// ambiguous returns a note on several arrays that may be the labels.
func ambiguous(all []*namedLabels) string {
	var names []string
	for _, labels := range all {
		names = append(names, labels.name)
	}
	return fmt.Sprintf("the arrays %s may all be labels, so none is used: call only one of them labels", named(names))
}

// labelValues returns the labels in an array: whole numbers of shape [n], [n, 1] or [1, n],
// or one-hot rows. An array without the name of labels must hold integers, and it must be
// clear that they are classes.
func labelValues(a format.Named, rank int) ([]int32, error) {
	if a.Err != nil {
		return nil, a.Err
	}
	isRow := len(a.Shape) == 2 && (a.Shape[0] == 1 || a.Shape[1] == 1)
	if len(a.Shape) != 1 && !isRow && (len(a.Shape) != 2 || rank == otherName) {
		return nil, fmt.Errorf("its shape is %v, want [N], [N, 1] or one-hot [N, classes]", a.Shape)
	}
	values, err := wholeNumbers(a.Data, rank == otherName)
	if err != nil {
		return nil, err
	}
	if len(a.Shape) == 2 && !isRow {
		if values, err = fromOneHot(values, a.Shape[1]); err != nil {
			return nil, err
		}
	}
	n := len(distinct(values))
	switch {
	case n > maxClasses:
		return nil, fmt.Errorf("it has %d different values, want at most %d", n, maxClasses)
	case n == len(values) && n > maxAllDifferent:
		return nil, fmt.Errorf("its %d values are all different", n)
	case rank == otherName && (n < 2 || n > maxUnnamedClasses || n == len(values) && n > 2):
		return nil, fmt.Errorf("it has %d different values", n)
	}
	return values, nil
}

// wholeNumbers returns the elements of an array, which must be whole numbers that are not
// negative. integers refuses other types.
func wholeNumbers(elements any, integers bool) ([]int32, error) {
	switch v := elements.(type) {
	case []int8:
		return wholeFrom(v)
	case []int16:
		return wholeFrom(v)
	case []int32:
		return wholeFrom(v)
	case []int64:
		return wholeFrom(v)
	case []uint8:
		return wholeFrom(v)
	case []uint16:
		return wholeFrom(v)
	case []uint32:
		return wholeFrom(v)
	case []uint64:
		return wholeFrom(v)
	}
	if integers {
		return nil, fmt.Errorf("its elements are of type %T, want integers", elements)
	}
	switch v := elements.(type) {
	case []float32:
		return wholeFrom(v)
	case []float64:
		return wholeFrom(v)
	case []bool:
		values := make([]int32, len(v))
		for i, yes := range v {
			if yes {
				values[i] = 1
			}
		}
		return values, nil
	}
	return nil, fmt.Errorf("its elements are of type %T", elements)
}

func wholeFrom[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64](elements []T) ([]int32, error) {
	values := make([]int32, len(elements))
	for i, v := range elements {
		f := float64(v) // exact up to 2^53, and above that too large in any case
		if !(f >= 0 && f <= math.MaxInt32) || f != math.Trunc(f) {
			return nil, fmt.Errorf("element %d is %v, want whole numbers from 0 to %d", i, v, math.MaxInt32)
		}
		values[i] = int32(f)
	}
	return values, nil
}

// fromOneHot returns the column of the 1 in each row. All other elements must be 0.
func fromOneHot(elements []int32, columns int) ([]int32, error) {
	if columns == 0 {
		return nil, fmt.Errorf("its rows are empty")
	}
	values := make([]int32, 0, len(elements)/columns)
	for row := range slices.Chunk(elements, columns) {
		hot := slices.Index(row, 1)
		for k, v := range row {
			if hot < 0 || v != 0 && k != hot {
				return nil, fmt.Errorf("its row %d is not one-hot: one element must be 1, the others 0", len(values))
			}
		}
		values = append(values, int32(hot))
	}
	return values, nil
}

// distinct returns each value once, in order.
func distinct(values []int32) []int32 {
	values = slices.Clone(values)
	slices.Sort(values)
	return slices.Compact(values)
}

// classes returns the field of the classes and the class of each example, by parts. Labels
// that are not 0, 1, 2 and so on are the names of the classes, as 1 to 10 in SVHN.
func (c *chooser) classes() (field data.Field, classes [data.Test + 1][]int32, err error) {
	var all []int32
	for _, part := range c.parts {
		if part != nil && part.labels != nil {
			all = append(all, part.labels.values...)
		}
	}
	all = distinct(all)
	if len(all) > maxClasses {
		return field, classes, fmt.Errorf("%w: the labels of all parts have %d different values, want at most %d", data.ErrFormat, len(all), maxClasses)
	}
	field = data.Label(len(all))
	if len(all) == 0 || int(all[len(all)-1]) != len(all)-1 {
		for _, v := range all {
			field.Labels = append(field.Labels, strconv.Itoa(int(v)))
		}
	}
	for split, part := range c.parts {
		if part == nil || part.labels == nil {
			continue
		}
		for _, v := range part.labels.values {
			class, _ := slices.BinarySearch(all, v)
			classes[split] = append(classes[split], int32(class))
		}
	}
	return field, classes, nil
}
