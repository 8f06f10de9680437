package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/report"
	"github.com/gander-ml/gander/run"
)

// newRun returns the folder of a run that has no ticks and no samples yet.
func newRun(t *testing.T, name string, change func(*run.Config)) run.Folder {
	t.Helper()
	r, err := recipe.Find("digits")
	if err != nil {
		t.Fatal(err)
	}
	config := run.NewConfig(r)
	change(config)
	text, err := config.Encode()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.MkdirAll(filepath.Join(path, "samples"), 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(path, "config.toml"), text)
	f, err := run.Open("", path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func nothing(*run.Config) {}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

// addTicks writes a journal.
func addTicks(t *testing.T, f run.Folder, records ...run.Record) {
	t.Helper()
	var text bytes.Buffer
	for _, r := range records {
		line, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(append(line, '\n'))
	}
	write(t, f.JournalFile(), text.Bytes())
}

// tick returns a typical record.
func tick(step int64) run.Record {
	x := float64(step)
	return run.Record{
		Step: step, Kimg: x / 10, Seconds: x, SamplesPerS: 1000 + x,
		Losses:        run.Figures{"D": 1 + 1/x, "G": 1 - .1/x},
		Statistics:    run.Figures{"D(x)": .7, "D(G(z))": .3, "entropy": 2.5},
		GradientNorms: run.Figures{"D": 1 / x, "G": 1e-4 / x},
	}
}

// addSample writes a picture of samples that has extra bytes.
func addSample(t *testing.T, f run.Folder, name string, more int) {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 6, 4))
	m.SetGray(1, 1, color.Gray{200})
	var file bytes.Buffer
	if err := png.Encode(&file, m); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(f.SampleFolder(), name), append(file.Bytes(), make([]byte, more)...))
}

// pageOf writes the report, checks it with checkPage, and returns it.
func pageOf(t *testing.T, f run.Folder, o report.Options) string {
	t.Helper()
	if err := report.Write(f, report.File(f), o); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(report.File(f))
	if err != nil {
		t.Fatal(err)
	}
	checkPage(t, page)
	return string(page)
}

// empties is the elements without an end tag.
var empties = []string{"meta", "img", "input"}

// checkPage checks that every element has its end tag, and that there is one script and
// nothing that would fetch or run anything else.
func checkPage(t *testing.T, page []byte) {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(page))
	decoder.Strict, decoder.Entity = false, xml.HTMLEntity
	var open []string
	scripts := 0
	for {
		token, err := decoder.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v", err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			name := e.Name.Local
			if name == "script" {
				scripts++
			}
			if slices.Contains([]string{"link", "iframe", "object", "embed", "base", "form", "a"}, name) {
				t.Errorf("the page has an element %s", name)
			}
			for _, a := range e.Attr {
				checkAttribute(t, name, a)
			}
			if !slices.Contains(empties, name) {
				open = append(open, name)
			}
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1] != e.Name.Local {
				t.Fatalf("the page ends %s within %v", e.Name.Local, open)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 || scripts != 1 {
		t.Errorf("the page leaves %v open and has %d scripts", open, scripts)
	}
	if bytes.Contains(page, []byte("ZgotmplZ")) {
		t.Error("the template refused a value")
	}
}

func checkAttribute(t *testing.T, element string, a xml.Attr) {
	t.Helper()
	switch name := strings.ToLower(a.Name.Local); {
	case name == "src" && strings.HasPrefix(a.Value, "data:image/png;base64,"):
	case name == "src", name == "href", name == "srcset", name == "action", strings.HasPrefix(name, "on"):
		t.Errorf("%s has %s=%.60q", element, name, a.Value)
	case name == "style" && strings.Contains(a.Value, "url("):
		t.Errorf("%s has %s=%.60q", element, name, a.Value)
	}
}

// has checks that all texts are on the page.
func has(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("the page has no %q", text)
		}
	}
}

// hasNot checks that no text is on the page.
func hasNot(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(page, text) {
			t.Errorf("the page has %q", text)
		}
	}
}

func TestRun(t *testing.T) {
	f := newRun(t, "0001-digits-digits", func(c *run.Config) { c.Train.Kimg = 2 })
	addTicks(t, f, tick(10), tick(20))
	for _, name := range []string{"init.png", "step-00000010.png", "step-00000020.png", "reals.png", "notes.png"} {
		addSample(t, f, name, 0)
	}
	o := report.Options{
		Pictures: []report.Picture{
			{Title: "Neighbours.", Caption: "Beside.", Image: image.NewGray(image.Rect(0, 0, 3, 3))},
			{Title: "Interpolation.", Caption: "Not shown: no data"},
		},
		Environment: []report.Fact{{Name: "processor", Value: "abacus"}},
	}
	page := pageOf(t, f, o)
	has(t, page, "<h1>0001-digits-digits</h1>", "2 of 2 kimg", "20s", "1020 per second",
		"Losses", "Output of D for real", "Norms of the players", "Speed", "entropy", "equally likely", "There are 2 ticks",
		`data-label="step 0, 0 kimg" hidden`, `data-label="step 10, 1 kimg" hidden`, `data-label="step 20, 2 kimg">`,
		"<output>step 20, 2 kimg</output>", `max="2"`, "Real examples",
		"Neighbours.", "Beside.", "Not shown: no data", "train.kimg", "abacus")
	hasNot(t, page, "Measures", "notes.png", "at equal distances", "not finite")
	if n := strings.Count(page, "<img "); n != 5 {
		t.Errorf("%d pictures, want 5", n)
	}
	if again := pageOf(t, f, o); again != page {
		t.Error("the page differs when it is written again")
	}
}

func TestRunThatHasNotBegun(t *testing.T) {
	page := pageOf(t, newRun(t, "0001-digits-digits", nothing), report.Options{})
	has(t, page, "There are no samples yet", "no tick in the journal yet", "train.seed")
	hasNot(t, page, "<svg", "<img", "Environment", "More pictures")
}

func TestOneTick(t *testing.T) {
	f := newRun(t, "0001-digits-digits", nothing)
	addTicks(t, f, tick(10))
	addSample(t, f, "step-00000010.png", 0)
	page := pageOf(t, f, report.Options{})
	has(t, page, "Losses", "step 10, 1 kimg")
	hasNot(t, page, "<input") // nothing to slide
}

func TestNotFinite(t *testing.T) {
	f := newRun(t, "0001-digits-digits", nothing)
	broken := tick(20)
	broken.Losses = run.Figures{"D": math.NaN(), "G": math.Inf(1)}
	broken.GradientNorms = run.Figures{"D": math.NaN(), "G": 0}
	addTicks(t, f, tick(10), broken, tick(30))
	has(t, pageOf(t, f, report.Options{}), "2 of 6 figures are not finite numbers", "1 of 6 figures are not finite")
}

// TestTolerantJournal reads lines with missing and with unknown fields.
func TestTolerantJournal(t *testing.T) {
	f := newRun(t, "0001-digits-digits", nothing)
	write(t, f.JournalFile(), []byte(`{"note":"not a tick"}
{"step":5,"kimg":1,"later":{"than":"us"}}
{"step":6,"kimg":2,"losses":{"D":1},"measures":[{"measure":"prdc","values":[{"name":"recall","value":0.5}]},null,{}]}
{"step":7,"kim`))
	has(t, pageOf(t, f, report.Options{}), "There are 2 ticks", "Losses", "recall", "<td>0.5</td>")
}

func TestMeasures(t *testing.T) {
	f := newRun(t, "0001-digits-digits", func(c *run.Config) { c.Train.Best = "prdc:recall" })
	number := func(v float64) *measure.Number { n := measure.Number(v); return &n }
	var records []run.Record
	for step := int64(10); step <= 50; step += 10 {
		r := tick(step)
		prdc := &measure.Result{Measure: "prdc", Protocol: "k = 5", Space: "pixels", Reference: "digits test", N: 2000, M: 1999}
		for _, name := range []string{"precision", "recall"} {
			prdc.Values = append(prdc.Values, measure.Value{
				Name: name, Value: measure.Number(float64(step) / 60), StdErr: number(.02), StdErrOf: "sd of 20 draws", Baseline: number(.913), Better: measure.Higher})
		}
		parzen := &measure.Result{Measure: "parzen", N: int(step), Warnings: []string{"few samples"}, Values: []measure.Value{
			{Name: "log-likelihood", Value: measure.Number(math.NaN()), Unit: "nats"}}}
		classes := &measure.Result{Measure: "classes", Groups: []measure.Group{
			{Name: "class", Of: make([]string, 30), Samples: make([]measure.Number, 30), Real: make([]measure.Number, 2)}}}
		r.Measures = []*measure.Result{prdc, parzen, classes}
		records = append(records, r)
	}
	addTicks(t, f, records...)
	page := pageOf(t, f, report.Options{})
	has(t, page, "prdc in pixels, 2000 samples against 1999 real examples of digits test", "k = 5",
		"<td>0.8333</td><td>0.02 (sd of 20 draws)</td><td>0.913</td>", "higher", "Dotted: the baseline",
		"NaN nats", "few samples", "parzen, 50 samples", "The first 20 of 30", "best by prdc:recall", "0.8333 at step 50")
	if n := strings.Count(page, "<h3>parzen, "); n != 5 {
		t.Errorf("results of other numbers of samples have %d headlines, want 5", n)
	}
}

const hostile = `</script></style></svg><script>alert("1")</script><img src=https://example.com/x onerror=alert(1)>'"&`

// TestHostileNames uses markup for all names of a run.
func TestHostileNames(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such file names")
	}
	f := newRun(t, `0001-<script>alert(1)<img src=x onerror="alert(2)">`, func(c *run.Config) {
		c.Data.Name, c.Data.Examples, c.Train.Best = hostile, 3, hostile
	})
	figures := run.Figures{hostile: 1, "D(" + hostile: .5}
	r := tick(10)
	r.Losses, r.Statistics, r.GradientNorms = figures, figures, figures
	later := r
	later.Step, later.Kimg = 20, 2
	result := &measure.Result{Measure: hostile, Protocol: hostile, Space: hostile, Reference: hostile, Warnings: []string{hostile},
		Values: []measure.Value{{Name: hostile, Unit: hostile, Better: hostile, StdErrOf: hostile}},
		Groups: []measure.Group{{Name: hostile, Of: []string{hostile}}}}
	r.Measures, later.Measures = []*measure.Result{result}, []*measure.Result{result}
	addTicks(t, f, r, later)
	addSample(t, f, "step-00000010.png", 0)
	write(t, filepath.Join(f.SampleFolder(), "step-00000020.png"), []byte("<script>"))
	page := pageOf(t, f, report.Options{
		Pictures:    []report.Picture{{Title: hostile, Caption: hostile, Image: image.NewGray(image.Rect(0, 0, 2, 2))}},
		Environment: []report.Fact{{Name: hostile, Value: hostile}},
	})
	has(t, page, "Not shown: ", "not a PNG file")
	hasNot(t, page, hostile, "<script>alert")
}

// TestThinning checks the limits on the number and the bytes of the pictures.
func TestThinning(t *testing.T) {
	f := newRun(t, "0001-digits-digits", nothing)
	addSample(t, f, "init.png", 0)
	for step := 1; step <= 105; step++ {
		addSample(t, f, fmt.Sprintf("step-%08d.png", step), 0)
	}
	page := pageOf(t, f, report.Options{})
	has(t, page, "60 of 106 pictures are shown", `data-label="step 0, 0 kimg"`, `data-label="step 105">`)
	if n := strings.Count(page, "<img "); n != 60 {
		t.Errorf("%d pictures, want 60", n)
	}
	for step := 1; step <= 105; step += 4 {
		addSample(t, f, fmt.Sprintf("step-%08d.png", step), 1<<20)
	}
	addSample(t, f, "reals.png", 5<<20)
	page = pageOf(t, f, report.Options{})
	has(t, page, `data-label="step 0, 0 kimg"`, `data-label="step 105">`, "too many for a page")
	if len(page) > 12<<20 {
		t.Errorf("a page of %d bytes", len(page))
	}
}

// TestErrors checks that errors are clear and leave the old report unchanged.
func TestErrors(t *testing.T) {
	f := newRun(t, "0001-digits-digits", nothing)
	before := pageOf(t, f, report.Options{})
	write(t, f.JournalFile(), []byte("{\"step\":1}\n{\"step\":2,\"losses\":{\"D\":\"one\"}}\n"))
	wantError(t, report.Write(f, report.File(f), report.Options{}), `run 0001-digits-digits`, "journal.jsonl line 2", `"D" is one`)
	falls := tick(20)
	falls.Kimg = -1
	addTicks(t, f, tick(10), falls)
	wantError(t, report.Write(f, report.File(f), report.Options{}), "fall from 1 to -1")
	write(t, f.JournalFile(), nil)
	wantError(t, report.Write(f, filepath.Join(f.Path(), "none", "r.html"), report.Options{}), "none", "(hint: ")
	write(t, f.ConfigFile(), []byte("format = 1\nrecipe = \"none\"\n"))
	wantError(t, report.Write(f, report.File(f), report.Options{}), "config.toml", "none")
	after, err := os.ReadFile(report.File(f))
	if entries, _ := os.ReadDir(f.Path()); err != nil || string(after) != before || len(entries) != 4 {
		t.Errorf("the report was changed, or something is left: %v %v", err, entries)
	}
}

func wantError(t *testing.T, err error, says ...string) {
	t.Helper()
	if err == nil {
		err = errors.New("none")
	}
	for _, s := range says {
		if !strings.Contains(hint.Text(err), s) {
			t.Errorf("error %q does not say %q", err, s)
		}
	}
}
