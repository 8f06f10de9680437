package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"path/filepath"

	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/run"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

//go:embed page.js
var script string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// scriptHash is the hash of the only script that a browser may run on the page.
var scriptHash = func() string {
	sum := sha256.Sum256([]byte(script))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}()

// A Fact is a name and a value: one line of a list.
type Fact struct{ Name, Value string }

// Options is what a report shows in addition to the content of the run's folder.
type Options struct {
	Pictures    []Picture // of the generator: see [Draw]
	Environment []Fact    // of the process that writes the report
}

// File returns the path of the report in the folder of a run.
func File(f run.Folder) string { return filepath.Join(f.Path(), "report.html") }

// Write writes the report of a run to the file at path. If it fails, the file at path is
// unchanged. The run may be in training, and may have no ticks and samples yet. Equal
// folders and options give equal bytes. A file of the folder that cannot be read is an
// error. A picture that cannot be read is named on the page.
func Write(f run.Folder, path string, o Options) error {
	p, err := newPage(f, o)
	if err != nil {
		return fmt.Errorf("report of run %s: %w", f.Name(), err)
	}
	return atomicfile.Write(path, 0o666, func(w io.Writer) error { return pageTemplate.Execute(w, p) })
}
