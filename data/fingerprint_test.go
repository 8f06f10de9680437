package data

import "testing"

func TestFingerprint(t *testing.T) {
	fingerprint := func(set Set) string {
		t.Helper()
		text, err := Fingerprint(set)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	labels := make([]int32, 60)
	one := labelledSet(t, 10, labels)
	last := append([]int32(nil), labels...)
	last[59] = 1
	sets := map[string]Set{
		"one": one, "last label": labelledSet(t, 10, last), "classes": labelledSet(t, 11, labels),
		"fewer": labelledSet(t, 10, labels[1:]), "no labels": numbered(t, 60),
		"digits 1": NewDigits(Train, 1), "digits 2": NewDigits(Train, 2), "ring": NewRing8(Train, 1),
	}
	seen := map[string]string{}
	for name, set := range sets {
		text := fingerprint(set)
		if other, ok := seen[text]; ok {
			t.Errorf("%s and %s have the fingerprint %s", name, other, text)
		}
		seen[text] = name
	}
	// The format of what runs record must stay.
	if got, want := fingerprint(one), "60:c5053359bb201bef"; got != want {
		t.Errorf("fingerprint %s, want %s", got, want)
	}
}
