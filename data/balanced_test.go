package data

import (
	"errors"
	"slices"
	"testing"

	"github.com/gander-ml/gander/hint"
)

// labelSet returns a set whose examples are only labels.
func labelSet(t *testing.T, classes int, labels ...int32) Set {
	t.Helper()
	set, err := NewTable(NewInfo("labels", Label(classes)), Values{Ints: labels})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestDrawBalanced draws the same number of examples of each class of an unbalanced set.
// Draws are nested, and depend on the seed.
func TestDrawBalanced(t *testing.T) {
	var labels []int32
	for i := range int32(300) {
		labels = append(labels, min(i%7, 2)) // most are of class 2
	}
	set := labelSet(t, 3, labels...)
	indices := func(n int, seed uint64) []int64 {
		drawn, err := DrawBalanced(set, n, seed, "test")
		if err != nil {
			t.Fatal(err)
		}
		if drawn.Len() != int64(n) {
			t.Fatalf("%d examples, want %d", drawn.Len(), n)
		}
		got, err := ReadLabels(drawn)
		if err != nil {
			t.Fatal(err)
		}
		count := make([]int, 3)
		for _, class := range got {
			count[class]++
		}
		if want := n / 3; count[0] != want || count[1] != want || count[2] != want {
			t.Errorf("the classes of %d examples are %v", n, count)
		}
		all := drawn.(*indexedSet).indices
		if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != n {
			t.Errorf("the examples are %v", all)
		}
		return all
	}
	few, many, other := indices(30, 1), indices(90, 1), indices(30, 2)
	for _, i := range few {
		if !slices.Contains(many, i) {
			t.Errorf("%d is in the draw of 30 and not in that of 90", i)
		}
	}
	if slices.Equal(few, other) {
		t.Error("the draw does not depend on the seed")
	}
	if all, err := DrawBalanced(set, 0, 1, "test"); err != nil || all != set {
		t.Errorf("0 labels do not mean all, error %v", err)
	}
}

// TestDrawBalancedOfEndless takes the first examples of each class.
func TestDrawBalancedOfEndless(t *testing.T) {
	digits := NewDigits(Train, 1)
	drawn, err := DrawBalanced(digits, 20, 1, "test")
	if err != nil {
		t.Fatal(err)
	}
	last := drawn.(*indexedSet).indices[19]
	first, err := Subset(digits, 0, last+1)
	if err != nil {
		t.Fatal(err)
	}
	labels, err := ReadLabels(first)
	if err != nil {
		t.Fatal(err)
	}
	var want []int64
	count := make([]int, 10)
	for i, class := range labels {
		if count[class]++; count[class] <= 2 {
			want = append(want, int64(i))
		}
	}
	if got := drawn.(*indexedSet).indices; !slices.Equal(got, want) {
		t.Errorf("drew %v, want %v", got, want)
	}
}

func TestDrawBalancedRefuses(t *testing.T) {
	set := labelSet(t, 2, 0, 0, 0, 1)
	for say, c := range map[string]struct {
		set Set
		n   int
	}{
		"dataset labels: too few examples: class 1 has 1, and 2 labelled ones of each class are wanted (hint: choose fewer labels)": {set, 4},
		"dataset labels: 3 labelled examples cannot have as many of each of its 2 classes (hint: choose a multiple of 2)":           {set, 3},
		"dataset swissroll: examples of another kind: its examples have no classes":                                                 {NewSwissRoll(Train, 1), 2},
	} {
		if _, err := DrawBalanced(c.set, c.n, 1, "test"); err == nil || hint.Text(err) != say {
			t.Errorf("error %v, want %q", err, say)
		}
	}
	if _, err := DrawBalanced(NewSwissRoll(Train, 1), 2, 1, "test"); !errors.Is(err, ErrKind) {
		t.Errorf("error %v", err)
	}
}
