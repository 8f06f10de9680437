package data

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
)

func TestCatalogueIsComplete(t *testing.T) {
	sum := regexp.MustCompile(`^[0-9a-f]{64}$`)
	seen := map[string]bool{}
	for _, e := range List() {
		name := e.Info.Name
		if seen[name] || e.Title == "" || e.Terms == "" || e.Citation == "" || e.Train < 1 || e.Test < 1 {
			t.Errorf("%q: repeated or incomplete: %+v", name, e)
		}
		if err := e.Info.check(); err != nil || len(e.ClassNames) != e.Info.Classes() {
			t.Errorf("%s: %d names for %d classes, %v", name, len(e.ClassNames), e.Info.Classes(), err)
		}
		for _, f := range e.Files {
			if seen[f.SHA256] || !sum.MatchString(f.SHA256) || f.Bytes < 1 || !strings.HasSuffix(f.URL, "/"+f.Name) && (f.URL != "" || f.Make == "") {
				t.Errorf("%s: file %+v", name, f)
			}
			seen[f.SHA256] = true
		}
		seen[name] = true
	}
}

func TestLookup(t *testing.T) {
	e, err := Lookup("mnist")
	if err != nil {
		t.Fatal(err)
	}
	if e.Bytes() != 11_594_722 {
		t.Errorf("MNIST has %d bytes", e.Bytes())
	}
	_, err = Lookup("Fashon-MNIST")
	if !errors.Is(err, ErrUnknown) || !strings.Contains(hint.Text(err), `did you mean "fashion-mnist"?`) {
		t.Errorf("a misspelt name: %v", err)
	}
}

// What is made from another set has no files, and the other set has some.
func TestBases(t *testing.T) {
	for _, e := range List() {
		if e.Base == "" {
			continue
		}
		if base, err := Lookup(e.Base); err != nil || len(base.Files) == 0 || len(e.Files) != 0 {
			t.Errorf("%s is made from %q: %v", e.Info.Name, e.Base, err)
		}
	}
}

// What has no files is drawn, as it is described, and nothing else is.
func TestDrawn(t *testing.T) {
	for _, e := range List() {
		set, ok := Drawn(e.Info.Name, Validation, 1)
		if ok != e.IsDrawn() || (set != nil) != ok {
			t.Errorf("%s: %d files; drawn: %v", e.Info.Name, len(e.Files), ok)
		}
		if ok && (!set.Info().Same(e.Info) || set.Info().Name != e.Info.Name) {
			t.Errorf("%s is drawn as %+v, described as %+v", e.Info.Name, set.Info(), e.Info)
		}
	}
	if _, ok := Drawn("no set", Train, 1); ok {
		t.Error("a set without a name was drawn")
	}
}
