package suggest

import (
	"testing"

	"pgregory.net/rapid"
)

func TestNearest(t *testing.T) {
	known := []string{"digits", "mnist", "fashion-mnist"}
	for _, c := range []struct{ word, want string }{
		{"mnist", "mnist"},
		{"MNIST", "mnist"},
		{"minst", "mnist"}, // two neighbouring letters swapped: one edit
		{"digit", "digits"},
		{"fashon_mnist", "fashion-mnist"},
		{"cifar10", ""},
		{"m", ""},
		{"", ""},
	} {
		got, ok := Nearest(c.word, known)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("Nearest(%q) = %q, %v, want %q", c.word, got, ok, c.want)
		}
	}
	if got, ok := Nearest("mnist", nil); ok {
		t.Errorf("Nearest among no words = %q", got)
	}
}

func TestDistanceKnownCases(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"kitten", "sitting", 3},
		{"ca", "ac", 1}, {"ca", "abc", 3}, {"naïve", "naive", 1},
	} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestDistanceIsSymmetricAndBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-c]{0,6}`)
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := distance(a, b)
		if d != distance(b, a) {
			t.Fatalf("distance(%q, %q) is not symmetric", a, b)
		}
		if (d == 0) != (a == b) || d > max(len(a), len(b)) {
			t.Fatalf("distance(%q, %q) = %d", a, b, d)
		}
	})
}

func TestHint(t *testing.T) {
	known := []string{"digits", "mixture"}
	if got, want := Hint("mxture", known), "did you mean mixture?"; got != want {
		t.Errorf("Hint is %q, want %q", got, want)
	}
	if got, want := Hint("", known), "known are digits, mixture"; got != want {
		t.Errorf("Hint is %q, want %q", got, want)
	}
}
