package run_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/shell"
	"github.com/gander-ml/gander/run"
)

// create makes the folder of a run that has begun.
func create(t *testing.T, parent, recipe, dataset string) run.Folder {
	t.Helper()
	f, err := run.Create(parent, recipe, dataset)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.ConfigFile(), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestCreateNames(t *testing.T) {
	long := strings.Repeat("é", 100)
	tests := []struct{ recipe, dataset, want string }{
		{"goodfellow2014", "mnist", "0001-goodfellow2014-mnist"},
		{"digits", "/data/My photos (2)/", "0001-digits-My-photos-2"},
		{"digits", "set.v1_b.npy", "0001-digits-set.v1_b.npy"},
		{"digits", "../..", "0001-digits-unnamed"},
		{"", "...", "0001-unnamed-unnamed"},
		{"messages", "", "0001-messages"},
		{"a\x00b\xffc", "鵝/鴨", "0001-a-b-c-鴨"},
		{"--a--", long, "0001-a-" + strings.Repeat("é", 30)},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			parent := filepath.Join(t.TempDir(), "not", "there", "yet")
			f := create(t, parent, test.recipe, test.dataset)
			if f.Name() != test.want || f.Path() != filepath.Join(parent, test.want) {
				t.Errorf("name %q at %s, want %q", f.Name(), f.Path(), test.want)
			}
			for _, folder := range []string{string(f.Checkpoints()), f.SampleFolder()} {
				if info, err := os.Stat(folder); err != nil || !info.IsDir() {
					t.Errorf("%s is no folder: %v", folder, err)
				}
			}
		})
	}
}

func TestCreateNumbers(t *testing.T) {
	parent := t.TempDir()
	for _, name := range []string{"0007-a-b", "12-short", "note.txt", "0009", "x0042-y"} {
		if err := os.Mkdir(filepath.Join(parent, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if name := create(t, parent, "r", "d").Name(); name != "0010-r-d" {
		t.Errorf("name %q, want the number after the highest", name)
	}
	if err := os.Mkdir(filepath.Join(parent, "9999-r-d"), 0o777); err != nil {
		t.Fatal(err)
	}
	if name := create(t, parent, "r", "d").Name(); name != "10000-r-d" {
		t.Errorf("name %q, want a fifth digit", name)
	}
}

func TestCreateAtOnce(t *testing.T) {
	parent := t.TempDir()
	const each = 10
	var makers sync.WaitGroup
	for m := range 4 {
		makers.Go(func() {
			for range each {
				if _, err := run.Create(parent, fmt.Sprint("recipe", m), "d"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	makers.Wait()
	entries, err := os.ReadDir(parent)
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[string]string{}
	for _, e := range entries {
		number, _, named := strings.Cut(e.Name(), "-")
		if other, taken := numbers[number]; taken || !named {
			t.Errorf("%s beside %s", e.Name(), other)
		}
		numbers[number] = e.Name()
	}
	if len(numbers) != 4*each {
		t.Errorf("%d runs, want %d", len(numbers), 4*each)
	}
}

func TestCreateWhereNoneCanBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	parents := []string{file, filepath.Join(file, "runs")}
	if runtime.GOOS == "linux" {
		parents = append(parents, "/proc/runs")
	}
	for _, parent := range parents {
		_, err := run.Create(parent, "r", "d")
		if err == nil || !strings.Contains(hint.Text(err), parent) {
			t.Errorf("in %s: error %v, want one that names it", parent, err)
		}
	}
}

func TestOpen(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "runs")
	first := create(t, parent, "digits", "pen")
	second := create(t, parent, "goodfellow2014", "mnist")
	elsewhere := create(t, t.TempDir(), "r", "d")
	for _, test := range []struct {
		name string
		want run.Folder
	}{
		{"1", first}, {"0001", first}, {"0001-digits-pen", first},
		{"2", second}, {"0002-goodfellow2014-mnist", second},
		{second.Path(), second}, {second.Path() + "/", second}, {elsewhere.Path(), elsewhere},
	} {
		if got, err := run.Open(parent, test.name); err != nil || got != test.want {
			t.Errorf("%s opened %v, want %v (error %v)", test.name, got, test.want, err)
		}
	}
	t.Chdir(filepath.Dir(elsewhere.Path()))
	if got, err := run.Open(parent, elsewhere.Name()); err != nil || got.Path() != elsewhere.Name() {
		t.Errorf("in the current folder: %v, error %v", got, err)
	}
	if err := os.Symlink(elsewhere.Path(), filepath.Join(parent, "link")); err != nil {
		t.Skip(err)
	}
	if got, err := run.Open(parent, "link"); err != nil || got.Name() != elsewhere.Name() {
		t.Errorf("by a link: %v, error %v", got, err)
	}
	t.Chdir(elsewhere.Name())
	if got, err := run.Open(parent, "."); err != nil || got.Name() != elsewhere.Name() {
		t.Errorf("in the folder itself: %v, error %v", got, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	parent := t.TempDir()
	create(t, parent, "digits", "pen")
	for _, name := range []string{"0003-a-b", "0003-c-d", "0004-begun-not"} {
		if err := os.Mkdir(filepath.Join(parent, name), 0o777); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(name, "0004") {
			if err := os.WriteFile(filepath.Join(parent, name, "config.toml"), nil, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	tests := []struct {
		name, say string
		missing   bool
	}{
		{"0001-digits-pin", `(hint: did you mean "0001-digits-pen"?)`, true},
		{"7", "(hint: gander runs --runs " + shell.Join(parent) + " lists the runs)", true},
		{"nothing/like/it", "lists the runs)", true},
		{"", "no run", false},
		{"3", "both 0003-a-b and 0003-c-d have that number", false},
		{parent, "has no config.toml (hint: gander runs", false},
		{filepath.Join(parent, "0004-begun-not"), "has no config.toml", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := run.Open(parent, test.name)
			if err == nil || !strings.Contains(hint.Text(err), test.say) || test.missing != errors.Is(err, fs.ErrNotExist) {
				t.Errorf("error %v, want one that says %q (not there: %t)", err, test.say, test.missing)
			}
		})
	}
}

func TestList(t *testing.T) {
	parent := t.TempDir()
	if runs, err := run.List(filepath.Join(parent, "missing")); err != nil || len(runs) > 0 {
		t.Errorf("a missing folder has %v, error %v", runs, err)
	}
	if err := os.MkdirAll(filepath.Join(parent, "9999-big-one"), 0o777); err != nil {
		t.Fatal(err)
	}
	create(t, parent, "r", "d") // 10000
	if err := os.WriteFile(filepath.Join(parent, "9999-big-one", "config.toml"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	renamed := create(t, parent, "r", "d") // 10001
	if err := os.Rename(renamed.Path(), filepath.Join(parent, "renamed")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"0001-not-begun", "not-a-run"} {
		if err := os.MkdirAll(filepath.Join(parent, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	runs, err := run.List(parent)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range runs {
		names = append(names, r.Name())
	}
	if diff := cmp.Diff([]string{"renamed", "9999-big-one", "10000-r-d"}, names); diff != "" {
		t.Error(diff)
	}
}
