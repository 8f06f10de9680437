package data

import (
	"errors"
	"io/fs"
	"path/filepath"
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
		if len(e.ClassNames) != e.Info.Classes || e.Info.Size() == 0 {
			t.Errorf("%s: %d names for %d classes, %d bytes an image", name, len(e.ClassNames), e.Info.Classes, e.Info.Size())
		}
		for _, f := range e.Files {
			if seen[f.SHA256] || !sum.MatchString(f.SHA256) || f.Bytes < 1 || !strings.HasSuffix(f.URL, "/"+f.Name) {
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

func TestLocate(t *testing.T) {
	digits, err := Lookup("digits")
	if err != nil {
		t.Fatal(err)
	}
	if dir, err := digits.Locate(); dir != "" || err != nil {
		t.Errorf("the embedded set is in %q, %v", dir, err)
	}
	mnist, err := Lookup("mnist")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for i, f := range mnist.Files {
		files["mnist/"+f.Name] = nil
		if i%2 == 1 { // some unpacked
			delete(files, "mnist/"+f.Name)
			files["mnist/"+strings.TrimSuffix(f.Name, ".gz")] = nil
		}
	}
	root := inDir(t, files)
	dataIn(t, root)
	if dir, err := mnist.Locate(); dir != filepath.Join(root, "mnist") || err != nil {
		t.Errorf("found in %q, %v", dir, err)
	}
	dataIn(t, "")
	dirs := mnist.Dirs()
	if len(dirs) != 1 || !strings.HasSuffix(dirs[0], filepath.Join("gander", "data", "mnist")) {
		t.Errorf("without %s it is looked for in %q", DirVariable, dirs)
	}
	if _, err := mnist.Locate(); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(hint.Text(err), dirs[0]) {
		t.Errorf("a set that is not here: %v", err)
	}
}

func TestLocateWithoutAnyFolder(t *testing.T) {
	for _, variable := range []string{DirVariable, "XDG_CACHE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(variable, "")
	}
	mnist, err := Lookup("mnist")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mnist.Locate(); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(hint.Text(err), "no folder to look in") {
		t.Errorf("error %v", err)
	}
}
