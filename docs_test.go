package gander_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"image"
	"image/png"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/random"
)

// A docBlock is a piece of code in a document.
type docBlock struct {
	doc  string // the path of the document
	line int    // of its first line
	file string // what <!-- file: NAME --> before it says
	lang string // "go" and others; "" of one that is indented by four blanks
	text string
}

// documents returns README.md and everything in docs.
func documents(t *testing.T) []string {
	t.Helper()
	paths := []string{"README.md"}
	err := filepath.WalkDir("docs", func(path string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".md" {
			paths = append(paths, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

var fileMark = regexp.MustCompile(`^<!-- file: (\S+) -->$`)

// docBlocks returns the blocks of code of a document.
func docBlocks(t *testing.T, doc string) []docBlock {
	t.Helper()
	content, err := os.ReadFile(filepath.FromSlash(doc))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []docBlock
	var fenced *docBlock
	mark, before := "", ""
	for i, line := range strings.Split(string(content), "\n") {
		line = strings.TrimSuffix(line, "\r")
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && fenced == nil:
			fenced = &docBlock{doc: doc, line: i + 2, file: mark, lang: fence}
		case isFence:
			blocks, fenced, mark = append(blocks, *fenced), nil, ""
		case fenced != nil:
			fenced.text += line + "\n"
		case strings.HasPrefix(line, "    "):
			if n := len(blocks); n > 0 && blocks[n-1].lang == "" && before == "    " {
				blocks[n-1].text += line[4:] + "\n"
			} else {
				blocks = append(blocks, docBlock{doc: doc, line: i + 1, text: line[4:] + "\n"})
			}
			before = "    "
			continue
		case fileMark.MatchString(line):
			mark = fileMark.FindStringSubmatch(line)[1]
		}
		before = line
	}
	if fenced != nil {
		t.Errorf("%s:%d: the block has no end", doc, fenced.line)
	}
	return blocks
}

var packageClause = regexp.MustCompile(`(?m)^package \w+$`)

// TestDocPrograms builds the Go files in README.md and docs, vets them, checks that
// they are formatted, and runs their tests. Those of one document are a module.
func TestDocPrograms(t *testing.T) {
	needGo(t)
	for _, doc := range documents(t) {
		files := docFiles(t, doc)
		if len(files) == 0 {
			continue
		}
		t.Run(doc, func(t *testing.T) {
			t.Parallel()
			dir := docModule(t, files)
			for _, args := range [][]string{{"vet", "./..."}, {"test", "-vet=off", "./..."}} {
				if out, err := docGo(dir, args...); err != nil {
					t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, out)
				}
			}
			out, err := exec.Command("gofmt", "-l", dir).CombinedOutput()
			if err != nil || len(out) > 0 {
				t.Errorf("gofmt: error %v, not formatted: %s", err, out)
			}
		})
	}
}

// needGo skips a test that builds programs where that is not wanted or not possible.
func needGo(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds programs and runs them")
	}
	for _, program := range []string{"go", "gofmt"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
}

// docFiles returns the Go files of a document. A block that is a whole file must be
// marked with its name.
func docFiles(t *testing.T, doc string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, b := range docBlocks(t, doc) {
		switch {
		case b.lang != "go":
		case b.file != "":
			files[b.file] = b.text
		case packageClause.MatchString(b.text):
			t.Errorf("%s:%d: a Go file without a line <!-- file: NAME --> before its block", b.doc, b.line)
		}
	}
	return files
}

// docModule writes files as a module that is outside of Gander, and returns its
// folder.
func docModule(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{
		"go.sum": string(sums),
		"go.mod": "module example.com/mine\n\ngo 1.26.0\n\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + strconv.Quote(filepath.ToSlash(root)) + "\n" + requirements(t),
	}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// requirements returns the requirements of Gander's go.mod. A module that has them too needs
// no other modules, even if the cache of modules has only those of Gander.
func requirements(t *testing.T) string {
	t.Helper()
	file, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(regexp.MustCompile(`(?ms)^require \(.*?^\)$`).FindAllString(string(file), -1), "\n") + "\n"
}

// docGo runs the go command in the folder of a module, without the network.
func docGo(dir string, args ...string) ([]byte, error) {
	c := exec.Command("go", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GOFLAGS=-mod=mod -buildvcs=false", "GOPROXY=off", "GOWORK=off")
	return c.CombinedOutput()
}

var (
	docLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	docName = regexp.MustCompile("`([^`]+)`")
)

// TestDocLinks fails on a link to a file that is not there, and on a guide without a link
// to the glossary.
func TestDocLinks(t *testing.T) {
	for _, doc := range documents(t) {
		content, err := os.ReadFile(filepath.FromSlash(doc))
		if err != nil {
			t.Fatal(err)
		}
		if path.Dir(doc) == "docs/guides" && !strings.Contains(string(content), "](../glossary.md)") {
			t.Errorf("%s does not link to the glossary", doc)
		}
		for _, link := range docLink.FindAllStringSubmatch(string(content), -1) {
			target, _, _ := strings.Cut(link[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(filepath.FromSlash(doc)), filepath.FromSlash(target))); err != nil {
				t.Errorf("%s links to %s: %v", doc, link[1], err)
			}
		}
	}
}

var shareOf = regexp.MustCompile(`\d+ of \d+ \(\d+%\)`)

// TestFailureCounts compares the counts in the pages of docs/failures, and the shares elsewhere,
// with the page of the target failures.
func TestFailureCounts(t *testing.T) {
	const source = "docs/results/failures/failures.md"
	page := readDoc(t, source)
	_, table, _ := strings.Cut(page, "## Remedies")
	table, _, _ = strings.Cut(table, "## Pictures")
	want := map[string][]string{} // by failure: cured by the first remedy, by the second in addition
	for _, row := range tableRows(table)[1:] {
		second := "not needed"
		if row[3] != "0" {
			second = row[4] + " of " + row[3]
		}
		want[row[0]] = []string{row[2] + " of " + row[1], second}
	}
	pages, err := filepath.Glob(filepath.Join("docs", "failures", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range pages {
		rows := tableRows(readDoc(t, doc))
		for i, head := range rows {
			for column, title := range head {
				name, ok := strings.CutPrefix(title, "cured, ")
				if !ok {
					continue
				}
				if got := []string{rows[i+1][column], rows[i+2][column]}; !slices.Equal(got, want[name]) {
					t.Errorf("%s: %s: cured %q, want %q", doc, name, got, want[name])
				}
				delete(want, name)
			}
		}
	}
	for name := range want {
		t.Errorf("no page in docs/failures has the counts of %s", name)
	}
	_, row, _ := strings.Cut(readDoc(t, "docs/results/README.md"), "](failures/failures.md)")
	row, _, _ = strings.Cut(row, "\n")
	for doc, text := range map[string]string{"docs/failures.md": readDoc(t, "docs/failures.md"), "docs/results/README.md": row} {
		shares := shareOf.FindAllString(text, -1)
		if len(shares) < 3 {
			t.Errorf("%s has %d shares", doc, len(shares))
		}
		for _, share := range shares {
			if !strings.Contains(page, share) {
				t.Errorf("%s: %s is not in %s", doc, share, source)
			}
		}
	}
}

// readDoc returns a document.
func readDoc(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// tableRows returns the cells of the rows of all tables, without the lines below their heads.
func tableRows(text string) [][]string {
	var rows [][]string
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|--") {
			continue
		}
		var cells []string
		for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		rows = append(rows, cells)
	}
	return rows
}

// TestPapers checks that the files and the names in docs/papers.md exist.
func TestPapers(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("docs", "papers.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, line := range strings.Split(string(content), "\n") {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		link := docLink.FindStringSubmatch(line)
		if !strings.HasPrefix(line, "|") || link == nil {
			continue
		}
		rows++
		path := strings.TrimPrefix(link[1], "../")
		if want := "[" + path + "](../" + path + ")"; !strings.Contains(line, want) {
			t.Errorf("%s: the text of the link is another path", link[0])
		}
		known := declared(t, filepath.FromSlash(path))
		names := docName.FindAllStringSubmatch(cells[len(cells)-1], -1)
		if len(names) == 0 {
			t.Errorf("there is no name in the row of %s", path)
		}
		for _, name := range names {
			if !known[name[1]] {
				t.Errorf("%s declares no %s", path, name[1])
			}
		}
	}
	if rows < 50 {
		t.Errorf("%d rows in docs/papers.md", rows)
	}
}

// declared returns what a Go file declares, methods as Type.Method, and its string
// constants in quotes.
func declared(t *testing.T, path string) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Error(err)
		return known
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				receiver := d.Recv.List[0].Type
				if star, ok := receiver.(*ast.StarExpr); ok {
					receiver = star.X
				}
				if id, ok := receiver.(*ast.Ident); ok {
					name = id.Name + "." + name
				}
			}
			known[name] = true
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if s, ok := s.(*ast.TypeSpec); ok {
					known[s.Name.Name] = true
				}
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			known[literal.Value] = true
		}
		return true
	})
	return known
}

// notRun are the commands in documents that TestDocCommands does not run, and why. Those in
// docs/results are not run either: they train for minutes or hours, and package reproduce
// tests its targets.
var notRun = map[string]string{
	"./gander data get mnist":                                              "needs the network",
	"./gander sample RUN --class 7":                                        "needs a run of a recipe that reads classes; docs/guides/write-a-recipe.md runs it",
	"./gander sample RUN --class all":                                      "needs a run of a recipe that reads classes; docs/guides/write-a-recipe.md runs it",
	"./gander sample RUN --given x=photo.png --given mask=keep-left -n 16": "needs a run of inpainting; tested in cmd/gander/command",
	"./gander sample RUN --text \"red heart\"":                             "needs a run of stackgan; cmd/gander/command/testdata/script/texts.txtar has one",
	"./gander invert 1":                                                    "trains an encoder for a minute; cmd/gander/command/testdata/script/invert.txtar has one",
	"./gander play":                                                        "serves until it is interrupted; tested in cmd/gander/command",
	"./gander board":                                                       "serves until it is interrupted; tested in cmd/gander/command",
	"gander board":                                                         "the same",
	"gander board photos/runs --port 0":                                    "the same",
	"gander board --allow-training":                                        "the same",
	"gander board --host 0.0.0.0 --token SECRET --cert cert.pem --key key.pem": "the same; tested in package web",
	"./gander reproduce figure1":                                         "trains for a minute; tested in package reproduce",
	"gander bench plan --model dcgan32":                                  "times every step of a large model",
	"gander bench sample --model dcgan32":                                "times a large model",
	"gander bench step --model dcgan32 --threads 2 --apart --json":       "times a large model",
	"gander bench gemm --shape 1024x64x16384:TN":                         "times large products",
	"gander bench conv":                                                  "times large convolutions",
	"gander referee --losses losses.csv":                                 "needs a log; cmd/gander/command/testdata/script/referee.txtar has one",
	"gander referee --losses runs/Nov28 --loss hinge":                    "needs a log; package referee/logs tests event files",
	"gander referee --losses training.log":                               "needs a log; cmd/gander/command/testdata/script/referee.txtar has one",
	"./gander referee --losses log.txt":                                  "needs a log; cmd/gander/command/testdata/script/referee.txtar has one",
	"gander referee --losses losses.csv --samples samples --data photos": "needs a log and samples; cmd/gander/command/testdata/script/referee.txtar has them",
}

// runBefore are commands that a document takes for granted.
var runBefore = map[string][]string{
	"docs/guides/resume-elsewhere.md": {"gander train digits --data digits"},
}

// A docCommand is a command line in a document.
type docCommand struct {
	line string
	own  string // the program if the document makes it: "mine" of ./mine, "waves" of go run ./waves
	args []string
}

var commandLine = regexp.MustCompile(`^(?:gander|\./gander|go run \./cmd/gander|\./(mine)|go run \./(\w+))((?: [^(].*)?)$`)

// docCommands returns the commands of a document that are for running.
func docCommands(t *testing.T, doc string, listed map[string]bool) []docCommand {
	t.Helper()
	var commands []docCommand
	for _, b := range docBlocks(t, doc) {
		if b.lang != "" && b.lang != "sh" {
			continue
		}
		for _, line := range strings.Split(b.text, "\n") {
			line, _, _ = strings.Cut(line, " #")
			line = strings.TrimSpace(line)
			parts := commandLine.FindStringSubmatch(line)
			if parts == nil {
				continue
			}
			if notRun[line] != "" {
				listed[line] = true
				continue
			}
			if strings.HasPrefix(doc, "docs/results/") {
				continue
			}
			commands = append(commands, docCommand{line, parts[1] + parts[2], strings.Fields(parts[3])})
		}
	}
	return commands
}

// TestDocCommands runs the commands in README.md and docs, with small settings, but
// those of notRun. The commands of one document run in one folder, in their order.
func TestDocCommands(t *testing.T) {
	needGo(t)
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", filepath.Join(bin, executable("gander")), "./cmd/gander").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	listed := map[string]bool{}
	t.Run("documents", func(t *testing.T) {
		for _, doc := range documents(t) {
			commands := docCommands(t, doc, listed)
			if len(commands) == 0 {
				continue
			}
			t.Run(doc, func(t *testing.T) {
				t.Parallel()
				runDocument(t, doc, filepath.Join(bin, executable("gander")), commands)
			})
		}
	})
	for line := range notRun {
		if !listed[line] {
			t.Errorf("notRun has %q, which is in no document", line)
		}
	}
}

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// runDocument runs the commands of a document.
func runDocument(t *testing.T, doc, gander string, commands []docCommand) {
	dir := t.TempDir()
	writeExamples(t, dir)
	module := ""
	if slices.ContainsFunc(commands, func(c docCommand) bool { return c.own != "" }) {
		module = docModule(t, docFiles(t, doc))
		if out, err := docGo(module, "build", "-ldflags=-s -w", "-o", "bin/", "./..."); err != nil {
			t.Fatalf("go build: %v\n%s", err, out)
		}
	}
	var before []docCommand
	for _, line := range runBefore[doc] {
		before = append(before, docCommand{line: line, args: strings.Fields(line)[1:]})
	}
	for i, command := range slices.Concat(before, commands) {
		program := gander
		if command.own != "" {
			program = filepath.Join(module, "bin", executable(command.own))
		}
		args := small(command.args, i)
		c := exec.Command(program, args...)
		c.Dir = dir
		c.Env = append(os.Environ(), "GANDER_DATA="+filepath.Join(dir, "datasets"), "GANDER_CACHE="+filepath.Join(dir, "cache"))
		began := time.Now()
		out, err := c.CombinedOutput()
		t.Logf("%5.1f s  %s", time.Since(began).Seconds(), command.line)
		if err != nil {
			t.Errorf("%s\nrun as %s: %v\n%s", command.line, strings.Join(args, " "), err, out)
		}
	}
}

var sampleCount = regexp.MustCompile(`@\d+`)

// small returns the arguments of command number i with small settings.
func small(args []string, i int) []string {
	args = slices.Clone(args)
	for k := range args {
		args[k] = sampleCount.ReplaceAllString(args[k], "@32")
	}
	if len(args) == 0 {
		return args
	}
	has := func(flag string) bool { return slices.Contains(args, flag) }
	switch {
	case args[0] == "train":
		for _, flag := range []string{"--kimg", "--steps"} {
			if k := slices.Index(args, flag); k >= 0 {
				args = slices.Delete(args, k, k+2)
			}
		}
		if has("--resume") {
			return append(args, "--steps", strconv.Itoa(10+i))
		}
		named, size := len(args) > 1 && !strings.HasPrefix(args[1], "-"), "hidden=8"
		switch {
		case !named && !has("--data"):
			args = slices.Insert(args, 1, "digits") // as without --data mnist
		case has("images") || !named && !has("points.csv"):
			size = "width=4"
		}
		if points := has("mixture") || has("least"); !points && !has("--data") {
			args = append(args, "--data", "mnist") // the few images of writeExamples
		}
		return append(args, "--steps", "6", "--set", "tick_kimg=0.024", "--set", "grid=16", "--set", "batch=8", "--set", size)
	case args[0] == "invert":
		if k := slices.Index(args, "--kimg"); k >= 0 {
			args[k+1] = "1"
		}
		return args
	case args[0] == "sample":
		if k := slices.Index(args, "-n"); k >= 0 && len(args[k+1]) > 2 { // 100 or more
			args[k+1] = "100"
		}
		return args
	case args[0] == "impute":
		return append(args, "--rounds", "20")
	case args[0] == "measure" && !has("-n"):
		return append(args, "-n", "100")
	case has("-rounds"):
		return append(args, "-rounds", "2")
	case args[0] == "bench":
		return append(args, "--steps", "1", "--warmup", "1")
	}
	return args
}

// writeExamples writes what documents call photos, points.csv, gaps.csv and mnist.
func writeExamples(t *testing.T, dir string) {
	t.Helper()
	write := func(name string, encode func(f *os.File) error) {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(encode(f), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	stream := random.New(1, "examples of documents")
	bytes := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(stream.Uniform(0, 256))
		}
		return b
	}
	for i := range 40 {
		write(fmt.Sprintf("photos/%02d.png", i), func(f *os.File) error {
			w, h := 8+i%3, 8+i%2 // of different sizes: no command may depend on equal ones
			return png.Encode(f, &image.Gray{Pix: bytes(w * h), Stride: w, Rect: image.Rect(0, 0, w, h)})
		})
	}
	write("points.csv", func(f *os.File) error {
		points := make([]float32, 2*400)
		for i := range points {
			points[i] = float32(stream.Normal())
		}
		return format.EncodeCSV(f, 2, nil, points)
	})
	write("gaps.csv", func(f *os.File) error {
		_, err := f.WriteString("a,b\n" + strings.Repeat("1,2\n3,\n,5\n2,4\n", 10))
		return err
	})
	for prefix, n := range map[string]int{"train": 720, "t10k": 120} {
		write("datasets/mnist/"+prefix+"-images-idx3-ubyte", func(f *os.File) error {
			return format.EncodeIDX(f, []int{n, 28, 28}, bytes(n*28*28))
		})
		write("datasets/mnist/"+prefix+"-labels-idx1-ubyte", func(f *os.File) error {
			labels := make([]byte, n)
			for i := range labels {
				labels[i] = byte(i % 10)
			}
			return format.EncodeIDX(f, []int{n}, labels)
		})
	}
}
