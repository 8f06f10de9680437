package load

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

func TestLocate(t *testing.T) {
	digits, err := data.Lookup("digits")
	if err != nil {
		t.Fatal(err)
	}
	if dir, err := Locate(digits); dir != "" || err != nil {
		t.Errorf("the embedded set is in %q, %v", dir, err)
	}
	mnist, err := data.Lookup("mnist")
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
	if dir, err := Locate(mnist); dir != filepath.Join(root, "mnist") || err != nil {
		t.Errorf("found in %q, %v", dir, err)
	}
	dataIn(t, "")
	dirs := Dirs(mnist)
	if len(dirs) != 1 || !strings.HasSuffix(dirs[0], filepath.Join("gander", "data", "mnist")) {
		t.Errorf("without %s it is looked for in %q", DirVariable, dirs)
	}
	if _, err := Locate(mnist); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(hint.Text(err), dirs[0]) {
		t.Errorf("a set that is not here: %v", err)
	}
}

func TestLocateWithoutAnyFolder(t *testing.T) {
	for _, variable := range []string{DirVariable, "XDG_CACHE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(variable, "")
	}
	mnist, err := data.Lookup("mnist")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Locate(mnist); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(hint.Text(err), "no folder to look in") {
		t.Errorf("error %v", err)
	}
}
