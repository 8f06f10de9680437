package board_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"

	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/board"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/web"
)

// A site is a board behind its guard, as a browser sees it.
type site struct {
	*testing.T
	dir   string
	board *board.Board
	http.Handler
}

func newSite(t *testing.T, dir string, train ...string) *site {
	t.Helper()
	b, err := board.New(board.Options{Dir: dir, First: "gander train --out 'my runs'", Threads: 1, Train: train})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return &site{t, dir, b, web.Guard{}.Wrap(b.Handler())}
}

// get asks for an address. An empty body means GET, another POST of JSON.
func (s *site) ask(address, body string) *httptest.ResponseRecorder {
	s.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	r := httptest.NewRequest(method, "http://localhost"+address, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// read asks for an address, wants a status, and decodes the JSON of the answer.
func (s *site) read(address, body string, status int, into any) {
	s.Helper()
	w := s.ask(address, body)
	if w.Code != status {
		s.Fatalf("%s: status %d, want %d: %s", address, w.Code, status, w.Body)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		s.Fatalf("%s: %v in %s", address, err, w.Body)
	}
}

// refuses wants an error with these words.
func (s *site) refuses(address, body string, status int, words string) {
	s.Helper()
	var answer struct{ Error, Hint string }
	s.read(address, body, status, &answer)
	if !strings.Contains(answer.Error+" (hint: "+answer.Hint+")", words) {
		s.Errorf("%s: error %q, hint %q, want %q", address, answer.Error, answer.Hint, words)
	}
}

// A row is what the tests read of a row of the table.
type row struct {
	ID, Name, State, Recipe, Data, Folder string
	Step                                  int64
	Kimg                                  float64
	Left                                  *float64
	PID                                   int
	Best                                  *struct {
		Figure          string
		Value, Baseline float64
		Step            int64
		Chosen          bool
	}
	Spark  map[string][]*float64
	Thumb  string
	Tags   []string
	Errors []string
}

func (s *site) rows() map[string]row {
	s.Helper()
	s.board.Scan()
	var answer struct{ Runs []row }
	s.read("/api/runs", "", 200, &answer)
	rows := map[string]row{}
	for _, r := range answer.Runs {
		rows[r.ID] = r
	}
	return rows
}

// write writes a file and the folders above it.
func write(t testing.TB, text string, elements ...string) string {
	t.Helper()
	path := filepath.Join(elements...)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// fake makes the folder of a run of the recipe digits without training it.
func fake(t testing.TB, dir, name string, settings ...string) string {
	t.Helper()
	r, err := recipe.Find("digits")
	if err != nil {
		t.Fatal(err)
	}
	c := run.NewConfig(r)
	for _, s := range append([]string{"kimg=10"}, settings...) {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	text, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	write(t, string(text), path, "config.toml")
	return path
}

// line is a line of a journal.
func line(step int, kimg float64, d string) string {
	return fmt.Sprintf(`{"step":%d,"kimg":%g,"seconds":%g,"samples_per_s":100,"losses":{"D":%s,"G":1},"statistics":{"D(x)":0.8,"D(G(z))":0.2,"accuracy":1},"gradient_norms":{"D":0.5}}`+"\n",
		step, kimg, kimg*10, d)
}

// png returns a PNG file of a grey picture.
func png(t testing.TB, width, height int) string {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, width, height))
	m.SetGray(1, 1, color.Gray{Y: 200})
	var b bytes.Buffer
	if err := picture.EncodePNG(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// trained trains a run of a few rounds and returns its folder.
func trained(t testing.TB, dir, recipeName string, settings ...string) run.Folder {
	t.Helper()
	r, err := recipe.Find(recipeName)
	if err != nil {
		t.Fatal(err)
	}
	c := run.NewConfig(r)
	for _, s := range append([]string{"batch=4", "grid=20", "steps=4", "tick_kimg=.008", "keep=9"}, settings...) {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	device := engine.NewDevice(1)
	defer device.Close()
	s, err := run.Start(device, c, dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Train(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return s.Folder
}

// TestPage serves the page with every file that it names, and no others.
func TestPage(t *testing.T) {
	s := newSite(t, t.TempDir())
	page := s.ask("/", "")
	if page.Code != 200 || !strings.Contains(page.Body.String(), "board/main.js") {
		t.Fatalf("status %d: %s", page.Code, page.Body)
	}
	for address, want := range map[string]int{
		"/board/main.js": 200, "/board/board.css": 200, "/board/icon.svg": 200, "/web/style.css": 200, "/web/dom.js": 200,
		"/board/../board.go": 404, "/board/%2e%2e/doc.go": 404, "/absent": 404, "/api/absent": 404, "/play/": 404,
	} {
		w := s.ask(address, "")
		if w.Code != want && !(want == 404 && w.Code == http.StatusTemporaryRedirect) {
			t.Errorf("%s: status %d, want %d", address, w.Code, want)
		}
	}
	if w := s.ask("/board/main.js", ""); !strings.Contains(w.Header().Get("Content-Type"), "javascript") {
		t.Errorf("modules are %s", w.Header().Get("Content-Type"))
	}
}

// TestFilesOfPage wants that the page fetches nothing from elsewhere and has no script or
// style in its text.
func TestFilesOfPage(t *testing.T) {
	names, err := filepath.Glob("files/*")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files, error %v", len(names), err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"https:", "innerHTML", "insertAdjacentHTML", "document.write", "eval(", "onclick=\"", "style=\""} {
			if strings.Contains(string(text), word) {
				t.Errorf("%s contains %s", name, word)
			}
		}
	}
}

// TestStates reads runs of every state.
func TestStates(t *testing.T) {
	dir := t.TempDir()
	some := line(10, 1, "0.5") + line(20, 2, "0.25")
	write(t, some, fake(t, dir, "0001-interrupted"), "journal.jsonl")
	write(t, some+line(100, 10, "0.5"), fake(t, dir, "0002-finished"), "journal.jsonl")
	write(t, some, fake(t, dir, "0003-steps", "steps=20"), "journal.jsonl")
	crashed := fake(t, dir, "group/0004-crashed")
	write(t, some, crashed, "journal.jsonl")
	write(t, `{"pid":123456,"host":"elsewhere","since":"2026-01-31T09:30:00Z"}`, crashed, "lock")
	diverged := fake(t, dir, "0005-diverged")
	write(t, some, diverged, "journal.jsonl")
	write(t, "", diverged, "checkpoints", "diverged-step-00000025.safetensors")
	passed := fake(t, dir, "0006-passed") // it diverged once, was continued and has passed that step
	write(t, some+line(30, 3, "1"), passed, "journal.jsonl")
	write(t, "", passed, "checkpoints", "diverged-step-00000025.safetensors")
	write(t, "format = 99\nrecipe = \"digits\"\n", dir, "0007-future", "config.toml")
	training := fake(t, dir, "0008-training")
	write(t, some, training, "journal.jsonl")
	folder, err := run.OpenFolder(training)
	if err != nil {
		t.Fatal(err)
	}
	lock, err := folder.Lock()
	if err != nil {
		t.Fatal(err)
	}
	fake(t, dir, "0009-new")
	fake(t, dir, ".hidden/0010-hidden")
	fake(t, dir, "a/b/c/d/e/0011-deep")
	write(t, "", dir, "not a run", "notes.txt")

	s := newSite(t, dir)
	rows := s.rows()
	for id, want := range map[string]string{
		"0001-interrupted": "interrupted", "0002-finished": "finished", "0003-steps": "finished", "group/0004-crashed": "crashed",
		"0005-diverged": "diverged", "0006-passed": "interrupted", "0007-future": "unreadable", "0008-training": "training", "0009-new": "interrupted",
	} {
		if rows[id].State != want {
			t.Errorf("%s is %q, want %q (%v)", id, rows[id].State, want, rows[id].Errors)
		}
	}
	if len(rows) != 9 {
		t.Errorf("%d runs, want 9", len(rows))
	}
	r := rows["0008-training"]
	if r.PID != os.Getpid() || r.Left == nil || *r.Left != 80 || r.Step != 20 || r.Kimg != 2 || len(r.Spark["D"]) != 2 || r.Recipe != "digits" {
		t.Errorf("row %+v", r)
	}
	if e := strings.Join(rows["0007-future"].Errors, ""); !strings.Contains(e, "format 99 is newer") || !strings.Contains(e, "update gander") {
		t.Errorf("errors %q", e)
	}
	if rows["group/0004-crashed"].Folder != "group" {
		t.Errorf("folder %q", rows["group/0004-crashed"].Folder)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	if r := s.rows()["0008-training"]; r.State != "interrupted" || r.PID != 0 {
		t.Errorf("after its end: %+v", r)
	}
}

// TestChanges follows a run that is written, resumed from before, damaged and deleted.
func TestChanges(t *testing.T) {
	dir := t.TempDir()
	s := newSite(t, dir)
	if rows := s.rows(); len(rows) != 0 {
		t.Fatalf("%d runs of an empty folder", len(rows))
	}
	path := fake(t, dir, "0001-a")
	journal := write(t, line(10, 1, "0.5"), path, "journal.jsonl")
	if r := s.rows()["0001-a"]; r.Step != 10 || r.Thumb != "" {
		t.Errorf("row %+v", r)
	}
	write(t, line(10, 1, "0.5")+line(20, 2, `"NaN"`)+`{"step":30,`, path, "journal.jsonl")
	write(t, png(t, 30, 30), path, "samples", "step-00000020.png")
	r := s.rows()["0001-a"]
	if r.Step != 20 || !strings.HasPrefix(r.Thumb, "step-00000020") || len(r.Spark["D"]) != 2 || r.Spark["D"][1] != nil || r.Errors != nil {
		t.Errorf("row %+v", r)
	}
	if w := s.ask("/api/thumb?id=0001-a&v="+r.Thumb, ""); w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("thumb: status %d, %s", w.Code, w.Header())
	}
	replaced := write(t, line(10, 1, "0.5"), dir, "replacement") // as a resume does
	if err := os.Rename(replaced, journal); err != nil {
		t.Fatal(err)
	}
	if r := s.rows()["0001-a"]; r.Step != 10 || len(r.Spark["D"]) != 1 {
		t.Errorf("row %+v", r)
	}
	write(t, line(10, 1, "0.5")+"damaged\n"+line(40, 4, "1"), path, "journal.jsonl")
	write(t, "half a picture", path, "samples", "step-00000020.png")
	if r := s.rows()["0001-a"]; r.Step != 40 || len(r.Errors) != 1 || !strings.Contains(r.Errors[0], "line 2 of the journal: it is not a JSON object") {
		t.Errorf("row %+v", r)
	}
	s.refuses("/api/thumb?id=0001-a", "", 500, "the picture is not whole")
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	if rows := s.rows(); len(rows) != 0 {
		t.Errorf("%d runs after the deletion", len(rows))
	}
	s.refuses("/api/run?id=0001-a", "", 404, "there is no such run")
}

// TestBest finds the figure of train.best, and else the newest.
func TestBest(t *testing.T) {
	dir := t.TempDir()
	measured := func(step int, v string) string {
		return fmt.Sprintf(`{"step":%d,"kimg":1,"losses":{},"measures":[{"measure":"prdc","values":[{"name":"precision","value":%s,"baseline":0.9,"better":"higher"}]}]}`+"\n", step, v)
	}
	journal := measured(1, "0.2") + measured(2, "0.6") + measured(3, `"NaN"`) + measured(4, "0.4")
	write(t, journal, fake(t, dir, "0001-best", "train.measure=prdc", "train.best=prdc:precision"), "journal.jsonl")
	write(t, journal, fake(t, dir, "0002-newest", "train.measure=prdc"), "journal.jsonl")
	write(t, journal, fake(t, dir, "0003-patient", "train.measure=prdc", "train.best=prdc", "train.patience=2"), "journal.jsonl")
	rows := newSite(t, dir).rows()
	if b := rows["0001-best"].Best; b == nil || b.Value != .6 || b.Step != 2 || !b.Chosen || b.Baseline != .9 {
		t.Errorf("best %+v", b)
	}
	if b := rows["0002-newest"].Best; b == nil || b.Value != .4 || b.Step != 4 || b.Chosen || b.Figure != "prdc: precision" {
		t.Errorf("newest %+v", b)
	}
	if r := rows["0003-patient"]; r.State != "finished" {
		t.Errorf("a run whose patience has ended is %q", r.State)
	}
}

// TestSingle shows the board of the folder of one run.
func TestSingle(t *testing.T) {
	dir := t.TempDir()
	path := fake(t, dir, "0001-a")
	s := newSite(t, path)
	if r := s.rows()["."]; r.Name != "0001-a" || r.State != "interrupted" {
		t.Errorf("rows %+v", s.rows())
	}
	s.refuses("/api/delete", `{"id":"."}`, 500, "a single run")
}

// TestMissingFolder makes the folder, and refuses a file.
func TestMissingFolder(t *testing.T) {
	dir := t.TempDir()
	s := newSite(t, filepath.Join(dir, "runs"))
	if rows := s.rows(); len(rows) != 0 {
		t.Errorf("%d runs", len(rows))
	}
	file := write(t, "", dir, "file")
	if _, err := board.New(board.Options{Dir: file}); err == nil {
		t.Error("a file is the folder of a board")
	}
}

// probed is a line of a journal with probes of samples that cover a part of the data.
func probed(step int) string {
	return strings.Replace(line(step, 1, "0.5"), `{"step"`, `{"covered":"8","probes":{"coverage":0.25,"near":0.9,"drift":0.5},"step"`, 1)
}

// collapsing is lines of a journal with enough probes for the verdict collapse.
func collapsing() (lines string) {
	for step := range 8 {
		lines += probed(step + 1)
	}
	return lines
}

// found is a line of a journal with a finding.
func found(step int, failure string, certainty float64) string {
	return strings.Replace(probed(step), `{"covered"`, fmt.Sprintf(`{"findings":[{"failure":%q,"since":%d,"certainty":%g,"why":"Samples are alike.","figures":[{"name":"coverage","value":0.25,"limit":"below 0.5","probe":"coverage"},{"name":"share of samples near the data","value":0.9,"probe":"near"}],"remedies":[{"what":"use packing","settings":["model.pack=2"],"command":"gander train --set pack=2"}]}],"covered"`,
		failure, step-5, certainty), 1)
}

// TestHealed shows a failure against which a run has applied a remedy as healed, and the remedy in
// the history. Its line in the journal has no step.
func TestHealed(t *testing.T) {
	dir := t.TempDir()
	write(t, line(10, 1, "1")+`{"findings":[{"failure":"stuck","since":1,"certainty":0.95,"why":"It stands.","applied":"set Adam"}]}`+"\n"+line(20, 2, "1"), fake(t, dir, "0001-a"), "journal.jsonl")
	s := newSite(t, dir)
	s.rows()
	var list struct {
		Runs []struct {
			Ticks int
			Word  struct {
				Failure, Healed string
				Over            bool
			}
		}
	}
	s.read("/api/runs", "", 200, &list)
	if w := list.Runs[0].Word; w.Failure != "stuck" || w.Healed != "set Adam" || !w.Over {
		t.Errorf("word %+v", w)
	}
	var history struct {
		Ticks    int
		Findings []struct {
			Failure, Applied string
			At               int
		}
	}
	s.read("/api/history?id=0001-a", "", 200, &history)
	if f := history.Findings; history.Ticks != 2 || len(f) != 1 || f[0].Applied != "set Adam" || f[0].At != 1 {
		t.Errorf("%d ticks, findings %+v", history.Ticks, f)
	}
}

// TestReferee shows the newest word of the referee, and all in the history. The run has ended, and
// its few probes do not show the failure any more.
func TestReferee(t *testing.T) {
	dir := t.TempDir()
	write(t, found(10, "d-wins", .95)+line(20, 2, "1")+found(30, "collapse", .8), fake(t, dir, "0001-a"), "journal.jsonl")
	s := newSite(t, dir)
	s.rows()
	var list struct {
		Runs []struct {
			Word struct {
				Failure, Title, Confidence, Why string
				Step                            int
				Over                            bool
			}
		}
	}
	s.read("/api/runs", "", 200, &list)
	if w := list.Runs[0].Word; w.Failure != "collapse" || w.Title != "mode collapse" || w.Confidence != "likely" || w.Step != 25 || w.Why != "Samples are alike." || !w.Over {
		t.Errorf("word %+v", w)
	}
	var history struct {
		Charts []struct {
			Title, Help string
			Evidence    bool
		}
		Findings []struct {
			Failure, Title, Confidence string
			At                         int
			Remedies                   []struct{ Command string }
		}
	}
	s.read("/api/history?id=0001-a", "", 200, &history)
	if f := history.Findings; len(f) != 2 || f[0].Failure != "d-wins" || f[0].Confidence != "sure" || f[1].Title != "mode collapse" || f[1].At != 30 || f[1].Remedies[0].Command != "gander train --set pack=2" {
		t.Errorf("findings %+v", f)
	}
	evidence := map[string]bool{}
	for _, c := range history.Charts {
		evidence[c.Title] = c.Evidence
		if (c.Title == "drift" || c.Title == "coverage") && c.Help == "" {
			t.Errorf("%s has no description", c.Title)
		}
	}
	if drift, ok := evidence["drift"]; !ok || drift || !evidence["coverage"] || !evidence["near"] || evidence["Losses"] {
		t.Errorf("evidence %v", evidence)
	}
}
