package board_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/board"
	"github.com/gander-ml/gander/run"
)

// TestTags writes the tags of a run and reads them again.
func TestTags(t *testing.T) {
	dir := t.TempDir()
	path := fake(t, dir, "0001-a")
	s := newSite(t, dir)
	s.read("/api/tags", `{"id":"0001-a","tags":[" good  one ","b","b"]}`, 200, nil)
	if tags := s.rows()["0001-a"].Tags; !slices.Equal(tags, []string{"b", "good one"}) {
		t.Errorf("tags %q", tags)
	}
	text, err := os.ReadFile(filepath.Join(path, "board.json"))
	if err != nil || string(text) != `{"format":1,"tags":["b","good one"]}`+"\n" {
		t.Errorf("file %q, error %v", text, err)
	}
	s.refuses("/api/tags", `{"id":"0001-a","tags":[" "]}`, 400, "no letters")
	s.refuses("/api/tags", `{"id":"0001-a","tags":["`+strings.Repeat("x", 33)+`"]}`, 400, "more than 32")
	s.refuses("/api/tags", `{"id":"0001-a","tags":["a\u0000"]}`, 400, "control characters")
	s.refuses("/api/tags", `{"id":"0002-b","tags":[]}`, 404, "no such run")
	if tags := s.rows()["0001-a"].Tags; len(tags) != 2 {
		t.Errorf("tags %q after refused ones", tags)
	}
	s.read("/api/tags", `{"id":"0001-a","tags":[]}`, 200, nil)
	if tags := s.rows()["0001-a"].Tags; tags == nil || len(tags) != 0 {
		t.Errorf("tags %q", tags)
	}
	write(t, `{"format":2,"tags":[]}`, path, "board.json")
	if e := s.rows()["0001-a"].Errors; len(e) != 1 || !strings.Contains(e[0], "format 2 is newer") {
		t.Errorf("errors %q", e)
	}
	write(t, `{"format":1,"tags":["`+strings.Repeat("x", 40)+`"]}`, path, "board.json")
	if e := s.rows()["0001-a"].Errors; len(e) != 1 || !strings.HasPrefix(e[0], "0001-a/board.json: tag ") {
		t.Errorf("errors %q", e)
	}
}

// TestRenameAndDelete moves the folder of a run, to the trash and back.
func TestRenameAndDelete(t *testing.T) {
	dir := t.TempDir()
	fake(t, dir, "group/0001-a")
	fake(t, dir, "group/0002-b")
	s := newSite(t, dir)
	s.rows()
	var answer struct{ ID, Trash string }
	s.read("/api/rename", `{"id":"group/0001-a","name":"best of all"}`, 200, &answer)
	if answer.ID != "group/best of all" || s.rows()[answer.ID].Name != "best of all" {
		t.Errorf("answer %+v, rows %v", answer, s.rows())
	}
	for _, name := range []string{"", "..", "a/b", `a\b`, ".hidden", " a", "a.", "a:b", "a\n", strings.Repeat("x", 200)} {
		text, err := json.Marshal(map[string]string{"id": "group/0002-b", "name": name})
		if err != nil {
			t.Fatal(err)
		}
		s.refuses("/api/rename", string(text), 400, "the name of a run")
	}
	s.refuses("/api/rename", `{"id":"group/0002-b","name":"best of all"}`, 409, "group/best of all: file already exists")
	folder, err := run.OpenFolder(filepath.Join(dir, "group", "0002-b"))
	if err != nil {
		t.Fatal(err)
	}
	lock, err := folder.Lock()
	if err != nil {
		t.Fatal(err)
	}
	s.refuses("/api/delete", `{"id":"group/0002-b"}`, 409, "another process is writing this run")
	s.refuses("/api/rename", `{"id":"group/0002-b","name":"c"}`, 409, "another process is writing this run")
	lock.Unlock()

	s.read("/api/delete", `{"id":"group/0002-b"}`, 200, &answer)
	if rows := s.rows(); len(rows) != 1 {
		t.Errorf("rows %v", rows)
	}
	if _, err := os.Stat(filepath.Join(dir, answer.Trash, "config.toml")); err != nil {
		t.Error(err)
	}
	for _, from := range []string{"group/best of all", ".trash/../group", ".trash/absent", "../x"} {
		text, err := json.Marshal(map[string]string{"trash": from, "id": "group/0003-c"})
		if err != nil {
			t.Fatal(err)
		}
		if w := s.ask("/api/restore", string(text)); w.Code != 400 {
			t.Errorf("%s: status %d", from, w.Code)
		}
	}
	text, err := json.Marshal(map[string]string{"trash": answer.Trash, "id": "group/0002-b"})
	if err != nil {
		t.Fatal(err)
	}
	s.read("/api/restore", string(text), 200, nil)
	if rows := s.rows(); len(rows) != 2 || rows["group/0002-b"].State != "interrupted" {
		t.Errorf("rows %v", rows)
	}
}

// A listener reads events.
type listener struct {
	*testing.T
	lines *bufio.Scanner
}

// listen opens the stream of events of a server.
func listen(t *testing.T, server *httptest.Server) (*listener, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("status %d, %s", answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	return &listener{t, lines}, cancel
}

// next returns the next event with this name and its data.
func (l *listener) next(name string) string {
	l.Helper()
	found := false
	for l.lines.Scan() {
		text := l.lines.Text()
		if event, ok := strings.CutPrefix(text, "event: "); ok {
			found = event == name
		} else if data, ok := strings.CutPrefix(text, "data: "); ok && found {
			return data
		}
	}
	l.Fatalf("the stream ended before %q: %v", name, l.lines.Err())
	return ""
}

// TestEvents follows runs by server-sent events.
func TestEvents(t *testing.T) {
	dir := t.TempDir()
	path := fake(t, dir, "0001-a")
	s := newSite(t, dir)
	server := httptest.NewServer(s)
	defer server.Close()
	l, cancel := listen(t, server)
	if data := l.next("board"); !strings.Contains(data, `"training":false`) {
		t.Errorf("board %s", data)
	}
	if data := l.next("runs"); !strings.Contains(data, `"id":"0001-a"`) {
		t.Errorf("runs %s", data)
	}
	if data := l.next("ready"); data != "1" {
		t.Errorf("ready %s", data)
	}
	write(t, line(10, 1, "0.5"), path, "journal.jsonl")
	s.board.Scan()
	if data := l.next("runs"); !strings.Contains(data, `"step":10`) {
		t.Errorf("runs %s", data)
	}
	s.board.Scan() // nothing has changed, so that the next event is that of the deletion
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	s.board.Scan()
	if data := l.next("gone"); data != `["0001-a"]` {
		t.Errorf("gone %s", data)
	}
	cancel()
	l.lines.Scan()
	for s.board.Pages() > 0 { // the server notices the end of the connection
		if t.Context().Err() != nil {
			t.Fatal("the page stays")
		}
	}
}

// TestSlowPages wants that a page that never reads holds only the set of changed runs, and
// that there is a limit of pages.
func TestSlowPages(t *testing.T) {
	dir := t.TempDir()
	s := newSite(t, dir)
	server := httptest.NewServer(s)
	defer server.Close()
	var cancels []context.CancelFunc
	for range board.MaxPages {
		l, cancel := listen(t, server)
		l.next("ready")
		cancels = append(cancels, cancel)
	}
	r, err := http.Get(server.URL + "/api/events")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("one page too many: status %d", r.StatusCode)
	}
	for _, cancel := range cancels {
		cancel()
	}
}
