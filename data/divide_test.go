package data

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// labelledSet returns numbered examples of one pixel with the given labels.
func labelledSet(t testing.TB, classes int, labels []int32) Set {
	t.Helper()
	pixels := make([]byte, len(labels))
	for i := range pixels {
		pixels[i] = byte(i)
	}
	set, err := NewTable(NewInfo("labelled", Image(1, 1, 1), Label(classes)), Values{Bytes: pixels}, Values{Ints: labels})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// unlabelled returns n examples without labels.
func unlabelled(t testing.TB, n int) Set {
	t.Helper()
	set, err := NewTable(NewInfo("unlabelled", Image(1, 1, 1)), Values{Bytes: make([]byte, n)})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// divided returns the indices of the examples of a part, none if it is empty.
func divided(t testing.TB, all Set, split Split, seed uint64) []int64 {
	t.Helper()
	part, err := Divide(all, split, seed)
	if errors.Is(err, ErrEmpty) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return part.(*indexedSet).indices
}

// Each example is in one part. The shares of each class are right to within one
// example, and every class of three is in all parts.
func TestDivideIsAStratifiedPartition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		classes := rapid.IntRange(1, 5).Draw(rt, "classes")
		labels := rapid.SliceOfN(rapid.Int32Range(0, int32(classes-1)), 3, 200).Draw(rt, "labels")
		seed := rapid.Uint64().Draw(rt, "seed")
		all := labelledSet(t, classes, labels)
		owner := map[int64]Split{}
		counts := make([][Test + 1]int, classes)
		for split := Train; split <= Test; split++ {
			members := divided(t, all, split, seed)
			if !slices.IsSorted(members) {
				rt.Errorf("%v: %v is not in order", split, members)
			}
			for _, i := range members {
				if other, ok := owner[i]; ok {
					rt.Errorf("example %d is in %v and in %v", i, other, split)
				}
				owner[i] = split
				counts[labels[i]][split]++
			}
		}
		if len(owner) != len(labels) {
			rt.Errorf("%d of %d examples are in a part", len(owner), len(labels))
		}
		if slices.Max(classSizes(classes, labels)) < 3 {
			return // see TestDivideSingletons
		}
		sorted, inOrder := slices.Sorted(slices.Values(labels)), make([]int32, len(labels))
		for i := range inOrder {
			inOrder[i] = int32(i)
		}
		if !inProportion(assign(inOrder, sorted, tenths), tenths) {
			return // see TestDivideManySmallClasses
		}
		for class, c := range counts {
			n := c[Train] + c[Validation] + c[Test]
			for split, share := range [Test + 1]float64{.8, .1, .1} {
				most := 1.0
				if n >= 3 && c[split] == 1 || n < 20 {
					most = 2 // an example was moved to a part that had none
				}
				if math.Abs(float64(c[split])-share*float64(n)) > most {
					rt.Errorf("class %d of %d: %v in %v", class, n, c[split], Split(split))
				}
			}
			if n > 0 && c[Train] == 0 || n >= 3 && (c[Validation] == 0 || c[Test] == 0) {
				rt.Errorf("class %d of %d is in the parts %v", class, n, c)
			}
		}
	})
}

// TestDivideManySmallClasses divides three classes of three examples and one of two. If every
// class of three were in all parts, four of eleven examples would be for training.
func TestDivideManySmallClasses(t *testing.T) {
	all := labelledSet(t, 4, []int32{0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3})
	for split, want := range []int{9, 1, 1} {
		if got := len(divided(t, all, Split(split), 0)); got != want {
			t.Errorf("%v: %d examples, want %d", Split(split), got, want)
		}
	}
}

// classSizes returns the number of examples of each class.
func classSizes(classes int, labels []int32) []int {
	sizes := make([]int, classes)
	for _, label := range labels {
		sizes[label]++
	}
	return sizes
}

// Most classes have a single example. Such a set has all parts, with their proportions.
func TestDivideSingletons(t *testing.T) {
	const n = 3000
	for _, c := range []struct {
		name  string
		label func(i int) int32
		known bool // the classes with several examples are in the training part
	}{
		{"one of each class", func(i int) int32 { return int32(i) }, false},
		{"and a class of ten", func(i int) int32 { return int32(max(i-9, 0)) }, false},
		{"half of the set is one class", func(i int) int32 { return int32(max(i-n/2, 0)) }, true},
		{"two of each class", func(i int) int32 { return int32(i / 2) }, true},
	} {
		labels := make([]int32, n)
		for i := range labels {
			labels[i] = c.label(i)
		}
		all := labelledSet(t, n, labels)
		owners, trained := make([]int, n), make([]bool, n)
		for split, share := range [Test + 1]float64{.8, .1, .1} {
			members := divided(t, all, Split(split), 1)
			if got := float64(len(members)) / n; math.Abs(got-share) > share/2 {
				t.Errorf("%s: %.3f of the examples are in %v, want %g", c.name, got, Split(split), share)
			}
			for _, i := range members {
				owners[i]++
				trained[labels[i]] = trained[labels[i]] || Split(split) == Train
			}
		}
		if slices.Min(owners) != 1 || slices.Max(owners) != 1 {
			t.Errorf("%s: the parts are not a partition", c.name)
		}
		for class, size := range classSizes(n, labels) {
			if c.known && size > 0 && !trained[class] {
				t.Errorf("%s: class %d of %d is not in the training part", c.name, class, size)
			}
		}
	}
}

func TestDivideByItsSeed(t *testing.T) {
	all := numbered(t, 200)
	one, again, two := divided(t, all, Test, 1), divided(t, all, Test, 1), divided(t, all, Test, 2)
	if !slices.Equal(one, again) || slices.Equal(one, two) {
		t.Errorf("seed 1 gives %v, then %v, seed 2 %v", one, again, two)
	}
	if len(one) != 20 || len(divided(t, all, Train, 1)) != 160 {
		t.Errorf("%d for test", len(one))
	}
	for n, want := range map[int][3]int{2: {2, 0, 0}, 3: {1, 1, 1}, 10: {8, 1, 1}} {
		for split, want := range want {
			if got := len(divided(t, unlabelled(t, n), Split(split), 7)); got != want {
				t.Errorf("%d examples: %d in %v, want %d", n, got, Split(split), want)
			}
		}
	}
	if _, err := Divide(all, Split(3), 0); err == nil {
		t.Error("a part that there is not")
	}
	if _, err := Divide(NewDigits(Train, 1), Train, 0); err == nil {
		t.Error("an endless set was divided")
	}
}

func TestDivideTraining(t *testing.T) {
	all := numbered(t, 60)
	for _, heldOut := range []Split{Validation, Test} {
		train, err := DivideTraining(all, Train, heldOut, 1)
		if err != nil {
			t.Fatal(err)
		}
		held, err := DivideTraining(all, heldOut, heldOut, 1)
		if err != nil {
			t.Fatal(err)
		}
		both := append(numbers(t, train), numbers(t, held)...)
		slices.Sort(both)
		if train.Len() != 50 || held.Len() != 10 || !slices.Equal(both, numbers(t, all)) {
			t.Errorf("%d and %d examples: %v", train.Len(), held.Len(), both)
		}
	}
	if _, err := DivideTraining(all, Test, Validation, 1); err == nil {
		t.Error("the test part is none of its training examples")
	}
}
