package gander_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/gander-ml/gander"

// A room is a package of the house: what its code may import of Gander, and of
// others beside the standard library. Names are separated by blanks.
type room struct{ name, gander, others string }

// house holds every package from top to bottom. Arrows point down: a room may
// name only rooms that stand below it.
var house = []room{
	{"cmd/gander", "cmd/gander/command", ""},
	{"cmd/playground", "playground playground/session", ""},
	{"cmd/gander/command", "playground reproduce board impute report referee/logs run invert recipe measure picture mesh web data/download data/load data/format data game engine referee cmd/gander/internal/bench " +
		"internal/machine internal/atomicfile internal/shell internal/words",
		"github.com/alecthomas/kong golang.org/x/term"},
	{"playground", "playground/session web", ""},
	{"reproduce", "dirac impute report/plot referee run invert recipe measure probe picture data/load data/format data game objective nn optim engine tensor random internal/settings internal/atomicfile internal/machine internal/suggest internal/shell internal/words", ""},
	{"board", "run recipe measure picture referee web data engine internal/atomicfile", "golang.org/x/image"},
	{"report", "report/plot referee run measure picture data/load data internal/atomicfile internal/words", ""},
	{"impute", "run recipe data/format data game engine internal/settings", "gonum.org/v1/gonum"},
	{"gander", "run invert picture data engine", ""},
	{"run", "referee invert recipe measure probe picture data/load data/format data game nn engine tensor random internal/settings internal/safetensors internal/atomicfile internal/suggest internal/shell internal/machine internal/words",
		"github.com/BurntSushi/toml golang.org/x/sys"},
	{"referee/logs", "referee internal/gunzip internal/words", "golang.org/x/text google.golang.org/protobuf"},
	{"cmd/gander/internal/foreign/dump", "cmd/gander/internal/foreign", ""},
	{"cmd/gander/internal/foreign", "cmd/gander/internal/bench recipe data/format data game optim engine tensor internal/settings random", ""},
	{"cmd/gander/internal/bench", "recipe data game objective nn optim engine tensor internal/machine random internal/suggest", ""},
	{"invert", "recipe feed data game objective nn optim engine tensor random", "gonum.org/v1/gonum"},
	{"recipe", "feed data augment game objective nn optim tensor internal/settings internal/suggest", ""},
	{"feed", "data game tensor", ""},
	{"augment", "nn tensor internal/suggest", ""},
	{"model", "nn optim engine tensor random", ""},
	{"playground/session", "referee dirac game objective nn optim engine tensor random internal/settings", ""},
	{"dirac", "objective optim tensor", ""},
	{"measure", "measure/internal/lenet data/load data game objective nn optim engine tensor random internal/suggest", "gonum.org/v1/gonum"},
	{"probe", "nn engine tensor random", "gonum.org/v1/gonum"},
	{"measure/internal/lenet/train", "measure/internal/lenet data/load data game objective optim engine tensor random internal/atomicfile", ""},
	{"measure/internal/lenet", "nn engine tensor internal/safetensors", ""},
	{"report/plot", "", "gonum.org/v1/plot"},
	{"picture", "", "golang.org/x/image"},
	{"mesh", "", ""},
	{"web", "", ""},
	{"data/download", "data internal/atomicfile", ""},
	{"data/load", "data/load/internal/packed data/format data", ""},
	{"data/format", "data internal/gunzip", "golang.org/x/image"},
	{"data/load/internal/packed", "data", "golang.org/x/sys"},
	{"data", "random internal/suggest", ""},
	{"game", "nn optim engine tensor random", ""},
	{"objective", "tensor", ""},
	{"nn", "tensor random", ""},
	{"optim", "tensor", ""},
	{"engine", "engine/internal/cpu engine/internal/compile engine/internal/pool engine/internal/memory tensor", ""},
	{"engine/internal/cpu", "engine/internal/product engine/internal/movement engine/internal/loop engine/internal/compile " +
		"engine/internal/ir engine/internal/pool engine/internal/memory engine/internal/kernel tensor", ""},
	{"engine/internal/product", "engine/internal/loop engine/internal/ir engine/internal/pool engine/internal/memory engine/internal/kernel tensor", ""},
	{"engine/internal/movement", "engine/internal/ir engine/internal/pool engine/internal/memory engine/internal/kernel tensor", ""},
	{"engine/internal/loop", "engine/internal/ir engine/internal/pool engine/internal/memory engine/internal/kernel tensor", ""},
	{"engine/internal/compile", "engine/internal/ir engine/internal/memory engine/internal/kernel tensor", ""},
	{"engine/internal/ir", "engine/internal/memory engine/internal/kernel tensor", ""},
	{"engine/internal/pool", "engine/internal/memory engine/internal/kernel", ""},
	{"engine/internal/memory", "tensor", ""},
	{"internal/gradcheck", "tensor random", ""},
	{"random", "tensor", ""},
	{"tensor", "", ""},
	{"engine/internal/kernel", "", "golang.org/x/sys"},

	{"internal/settings", "internal/suggest", "github.com/BurntSushi/toml"},
	{"referee", "internal/shell internal/words", "gonum.org/v1/gonum"},
	{"internal/browsertest", "", "github.com/chromedp/chromedp github.com/chromedp/cdproto"},
	{"internal/suggest", "", ""},
	{"internal/words", "", ""},
	{"internal/gunzip", "", ""},
	{"hint", "", ""},
	{"internal/shell", "", ""},
	{"internal/safetensors", "", ""},
	{"internal/atomicfile", "", "golang.org/x/sys"},
	{"internal/machine", "", "golang.org/x/sys"},
}

// forTests are the rooms that only test files may import.
const forTests = "internal/gradcheck internal/browsertest"

// Test files may also import any room below their own, and these.
const (
	testGander = forTests + " random"
	testOthers = "github.com/chromedp/chromedp github.com/chromedp/cdproto github.com/google/go-cmp pgregory.net/rapid github.com/rogpeppe/go-internal golang.org/x/sys"
)

// everyone may be imported by all rooms but the lowest: errors everywhere have hints.
const everyone = "hint"

// linked are the modules whose code is in the command.
const linked = "codeberg.org/go-fonts/liberation codeberg.org/go-latex/latex codeberg.org/go-pdf/fpdf git.sr.ht/~sbinet/gg " +
	"github.com/BurntSushi/toml github.com/ajstarks/svgo github.com/alecthomas/kong github.com/golang/freetype " +
	"golang.org/x/image golang.org/x/sys golang.org/x/term golang.org/x/text gonum.org/v1/gonum gonum.org/v1/plot google.golang.org/protobuf"

// TestHouse holds the table itself to the rules that it must never be loosened
// from.
func TestHouse(t *testing.T) {
	for i, r := range house {
		for _, name := range strings.Fields(r.gander) {
			if below := rowOf(name); below <= i {
				t.Errorf("the table lets %s import %s, which does not stand below it", r.name, name)
			}
			if slices.Contains(strings.Fields(forTests), name) {
				t.Errorf("the table lets %s import %s, which is for tests alone", r.name, name)
			}
		}
		if owner, _, private := strings.Cut(r.name, "/internal/"); private && rowOf(owner) > i {
			t.Errorf("%s stands above %s, whose private room it is", r.name, owner)
		}
		if (r.name == "tensor" || r.name == "engine/internal/kernel") && r.gander != "" {
			t.Errorf("the table lets %s import %s; it imports nothing of Gander", r.name, r.gander)
		}
	}
}

// TestImports fails on an import that the table does not have.
func TestImports(t *testing.T) {
	sources := readSources(t)
	for _, name := range sortedKeys(sources) {
		if rowOf(name) < 0 {
			t.Errorf("package %s is not in the table of house_test.go\n"+
				"Give it a row below all that will import it and above all that it imports,\n"+
				"and a line in the picture of docs/architecture.md.", name)
			continue
		}
		for _, file := range sources[name] {
			for _, spec := range file.Imports {
				path, _ := strconv.Unquote(spec.Path.Value)
				if why := forbidden(name, path, file.test); why != "" {
					t.Errorf("%s imports %s\n%s", file.path, path, why)
				}
			}
		}
	}
	for _, r := range house {
		if sources[r.name] == nil {
			t.Errorf("%s is in the table of house_test.go and is no package", r.name)
		}
	}
}

// longest is how many lines a function may have. Kernels are loops written out.
const longest = 80

// TestFunctionLengths fails on a function that is too long to read on a screen.
func TestFunctionLengths(t *testing.T) {
	for name, files := range readSources(t) {
		for _, file := range files {
			if name == "engine/internal/kernel" {
				continue
			}
			for _, declared := range file.Decls {
				f, ok := declared.(*ast.FuncDecl)
				if !ok {
					continue
				}
				if n := file.set.Position(f.End()).Line - file.set.Position(f.Pos()).Line + 1; n > longest {
					t.Errorf("%s: %s has %d lines, want at most %d", file.path, f.Name.Name, n, longest)
				}
			}
		}
	}
}

// forbidden says why a file of package name may not import path and how to go
// on, or "" if it may.
func forbidden(name, path string, test bool) string {
	if path == "C" {
		return "Gander needs no C compiler. Write it in Go, or in Go assembly with a plain twin."
	}
	row := house[rowOf(name)]
	gander, others := strings.Fields(row.gander), row.others
	if name != "tensor" && name != "engine/internal/kernel" {
		gander = append(gander, everyone)
	}
	if test {
		gander = append(gander, strings.Fields(testGander)...)
		for _, below := range house[rowOf(name):] { // its own tests import a package by its path
			gander = append(gander, below.name)
		}
		others += " " + testOthers
	}
	wanted, ours := roomOf(path)
	switch {
	case ours && slices.Contains(gander, wanted):
	case ours && rowOf(wanted) < 0:
		return "There is no such package in the table of house_test.go."
	case slices.Contains(strings.Fields(forTests), wanted):
		return "It is for tests alone."
	case ours && rowOf(wanted) < rowOf(name):
		return "The arrow points up. Move what both need to a package below them, or pass it\n" +
			"in as a value or a function. The table is not loosened to make a build pass."
	case ours:
		return "The arrow points down but is not in the table of house_test.go. If " + name + "\n" +
			"is the right place for this, add it there and say why in the commit."
	case isStandard(path):
	case !slices.ContainsFunc(strings.Fields(others), func(m string) bool { return within(path, m) }):
		return "The dependency was not chosen for this package. Is the standard library enough? If\n" +
			"not, add it to the table of house_test.go and to docs/decisions/0011-dependencies.md."
	}
	return ""
}

// TestPackageComments wants to read in one comment of every package why it
// exists and what it must not know.
func TestPackageComments(t *testing.T) {
	sources := readSources(t)
	for _, name := range sortedKeys(sources) {
		var comments []string
		for _, file := range sources[name] {
			if file.Doc != nil && !file.test {
				comments = append(comments, strings.Join(strings.Fields(file.Doc.Text()), " "))
			}
		}
		switch {
		case len(comments) != 1:
			t.Errorf("package %s has %d package comments, want one: why it exists and what it must not know", name, len(comments))
		case !strings.Contains(comments[0], "must not"):
			t.Errorf("the comment of package %s does not say what it must not know or do\n"+
				"Write the sentence with the words \"must not\"; see package tensor for one.", name)
		}
	}
}

// TestLinkedModules fails when other modules than the chosen ones are linked
// into the command, be it through one of them.
func TestLinkedModules(t *testing.T) {
	const format = "{{if not .Standard}}{{with .Module}}{{.Path}}{{end}}{{end}}"
	out, err := exec.Command("go", "list", "-deps", "-f", format, "./cmd/gander").Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Fields(string(out))
	slices.Sort(got)
	got = slices.DeleteFunc(slices.Compact(got), func(m string) bool { return m == module })
	if list := strings.Join(got, " "); list != linked {
		t.Errorf("the command links\n\t%s\nwant\n\t%s\n"+
			"Add what is new to the list in house_test.go and to docs/decisions/0011-dependencies.md,\n"+
			"with its licence; take out what is gone.", list, linked)
	}
}

// inBrowsers are the rooms that a playground in a browser needs, and heavy what none
// of them may link: a network, files, pictures.
const (
	inBrowsers = "./playground/session ./engine ./game ./feed ./recipe ./data ./objective"
	heavy      = "net/http crypto/tls image " + module + "/data/load " + module + "/data/format " + module + "/data/download " +
		module + "/internal/atomicfile " + module + "/run"
)

// TestBrowser fails when what a playground needs links what a browser has no use
// for. testdata/wasm is a program of these rooms, whose size .ci/run tells.
func TestBrowser(t *testing.T) {
	list := exec.Command("go", append([]string{"list", "-deps"}, strings.Fields(inBrowsers)...)...)
	list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(heavy) {
		if slices.Contains(strings.Fields(string(out)), name) {
			t.Errorf("%s link %s: a playground would carry it", inBrowsers, name)
		}
	}
}

// A source is a Go file.
type source struct {
	*ast.File
	set  *token.FileSet
	path string
	test bool
}

// readSources returns the Go files of all packages, by the package's name in
// the table, for every system and not this one alone. It reads the folders
// itself, as the cache of go test sees only what the test opens.
func readSources(t *testing.T) map[string][]source {
	t.Helper()
	sources := map[string][]source{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return enter(path, d.Name())
		case filepath.Ext(path) != ".go":
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		name, _ := roomOf(module + "/" + filepath.ToSlash(filepath.Dir(path)))
		sources[name] = append(sources[name], source{file, set, path, strings.HasSuffix(path, "_test.go")})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sources
}

// enter skips folders that hold no package of this module, as go list does.
func enter(path, name string) error {
	if path == "." {
		return nil
	}
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || err == nil {
		return fs.SkipDir
	}
	return nil
}

// roomOf returns the name in the table of an import path, if it is Gander's.
func roomOf(path string) (name string, ours bool) {
	if path == module || path == module+"/." {
		return "gander", true
	}
	return strings.CutPrefix(path, module+"/")
}

// rowOf returns the row of a room, -1 if there is none.
func rowOf(name string) int {
	return slices.IndexFunc(house, func(r room) bool { return r.name == name })
}

// isStandard says whether path is of the standard library: its first element
// has no dot.
func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func within(path, module string) bool { return path == module || strings.HasPrefix(path, module+"/") }

func sortedKeys(m map[string][]source) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
