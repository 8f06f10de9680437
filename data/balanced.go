package data

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
)

// mostScanned is the number of examples per wanted example in which [DrawBalanced] looks
// for the classes of an endless set.
const mostScanned = 1000

// DrawBalanced returns n examples of set, the same number of each class, drawn without
// replacement from the stream called name under seed, in increasing order of their index.
// A draw of n is a subset of every larger draw with the same seed and name. If n is 0,
// the set is returned unchanged. An endless set is in random order already, so its first
// examples of each class are returned.
//
// These are errors: a set without the field [ClassField] (the error wraps [ErrKind]), an n
// that is not a multiple of the number of classes, and a class with fewer than n/classes
// examples (the error wraps [ErrTooFew]).
func DrawBalanced(set Set, n int, seed uint64, name string) (Set, error) {
	info := set.Info()
	if n == 0 {
		return set, nil
	}
	label, ok := info.Field(ClassField)
	switch {
	case !ok || label.Kind != Class:
		return nil, fmt.Errorf("dataset %s: %w: its examples have no classes", info.Name, ErrKind)
	case n < 0 || n%label.Classes != 0:
		return nil, hint.Add(fmt.Errorf("dataset %s: %d labelled examples cannot have as many of each of its %d classes", info.Name, n, label.Classes),
			"choose a multiple of %d", label.Classes)
	}
	order, scan := []int32(nil), int64(n)*mostScanned
	if set.Len() < Endless {
		order, scan = make([]int32, set.Len()), set.Len()
		random.New(seed, name).Perm(order)
	}
	each := n / label.Classes
	found, drawn := make([]int, label.Classes), make([]int64, 0, n)
	row := info.RowOf(ClassField)
	class := row.Of(info, ClassField).Ints
	for i := int64(0); i < scan && len(drawn) < n; i++ {
		at := i
		if order != nil {
			at = int64(order[i])
		}
		if err := set.Read(row, at); err != nil {
			return nil, err
		}
		if found[class[0]] < each {
			found[class[0]]++
			drawn = append(drawn, at)
		}
	}
	if least := slices.Min(found); least < each {
		return nil, hint.Add(fmt.Errorf("dataset %s: %w: class %d has %d, and %d labelled ones of each class are wanted", info.Name, ErrTooFew, slices.Index(found, least), least, each),
			"choose fewer labels")
	}
	slices.Sort(drawn)
	return &indexedSet{set, drawn}, nil
}
