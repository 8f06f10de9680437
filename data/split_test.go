package data

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/gander-ml/gander/hint"
)

func TestSplitNames(t *testing.T) {
	for i, want := range []string{"train", "validation", "test"} {
		if got := Split(i).String(); got != want {
			t.Errorf("Split(%d).String() = %q, want %q", i, got, want)
		}
	}
	if got := Split(7).String(); got != "Split(7)" {
		t.Errorf("Split(7).String() = %q", got)
	}
}

func TestHoldOut(t *testing.T) {
	all := numbered(t, 13)
	train, err := HoldOut(all, Train)
	if err != nil {
		t.Fatal(err)
	}
	validation, err := HoldOut(all, Validation)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, numbers(t, train)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{11, 12}, numbers(t, validation)); diff != "" {
		t.Error(diff)
	}
	if _, err := HoldOut(numbered(t, 5), Validation); !errors.Is(err, ErrEmpty) {
		t.Errorf("validation part of 5 images: %v", err)
	}
	if _, err := HoldOut(all, Test); err == nil || !strings.Contains(err.Error(), "the test part is not a part of its training examples") {
		t.Errorf("test part of the training images: %v", err)
	}
}

func TestDealRefuses(t *testing.T) {
	for _, split := range []Split{-1, 3} {
		if _, err := Deal(numbered(t, 20), split); err == nil || !strings.Contains(hint.Text(err), "unknown split Split(") {
			t.Errorf("%v: error %v", split, err)
		}
	}
}

// The three parts of a set hold each image once, in order.
func TestDealIsAPartition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(rt, "n")
		all, owner := numbered(t, n), make(map[int]Split)
		for _, s := range []Split{Train, Validation, Test} {
			part, err := Deal(all, s)
			if errors.Is(err, ErrEmpty) {
				continue
			} else if err != nil {
				rt.Fatal(err)
			}
			last := -1
			for _, i := range numbers(t, part) {
				if other, ok := owner[i]; ok || i <= last {
					rt.Fatalf("image %d of %v: after %d, and also of %v", i, s, last, other)
				}
				owner[i], last = s, i
			}
		}
		for i := range n {
			want := [10]Split{8: Validation, 9: Test}[i%10]
			if got, ok := owner[i]; !ok || got != want {
				rt.Fatalf("image %d of %d is in %v, want %v", i, n, got, want)
			}
		}
	})
}
