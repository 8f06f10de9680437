package playground

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/gander-ml/gander/playground/session"
)

func containsID(html []byte, id string) bool { return bytes.Contains(html, []byte(`id="`+id+`"`)) }

// ask makes a call of a session.
func ask(h http.Handler, name, call, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/call/"+call+"?session="+name, strings.NewReader(body)))
	return w
}

func nameOf(i int) string { return fmt.Sprintf("%032x", i) }

func TestHandler(t *testing.T) {
	h := Handler("")
	for path, want := range map[string]string{
		"/": "<!doctype html>", "/main.js": "import", "/web/style.css": "--page", "/lessons.json": `"id"`, "/engine.js": "server.js",
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("GET %s: status %d, want 200 and %q", path, w.Code, want)
		}
	}
	w := httptest.NewRecorder()
	Handler("../").ServeHTTP(w, httptest.NewRequest("GET", "/place.json", nil))
	if w.Body.String() != `{"runs":"../"}` {
		t.Errorf("the place is %s", w.Body)
	}
	for _, path := range []string{"/none.js", "/web/none.css", "/web/../../go.mod", "/..%2f..%2fgo.mod"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code == 200 {
			t.Errorf("GET %s: status %d", path, w.Code)
		}
	}
	if w := ask(h, nameOf(1), "open", `{"settings":["data=ring"]}`); w.Code != 200 || w.Header().Get("Content-Type") != "application/octet-stream" {
		t.Errorf("open: status %d, %s", w.Code, w.Body)
	}
	for _, c := range []struct{ name, call, body, want string }{
		{"me", "open", `{}`, "does not name a session"},
		{nameOf(1), "open", `{"settings":["data=blob"]}`, "data"},
		{nameOf(2), "frame", `{}`, "this playground is closed"},
		{nameOf(1), "points", `{"csv":"` + strings.Repeat("1,2\\n", 1<<18) + `"}`, "too large"},
	} {
		w := ask(h, c.name, c.call, c.body)
		var refused session.Refused
		if err := json.Unmarshal(w.Body.Bytes(), &refused); err != nil || w.Code < 400 || !strings.Contains(refused.Error, c.want) {
			t.Errorf("%s: status %d, %+v, want an error with %q", c.call, w.Code, refused, c.want)
		}
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/call/open?session="+nameOf(1), nil))
	if w.Code == 200 {
		t.Error("a call by GET is answered")
	}
}

// TestSessionsAreBounded opens more sessions than there is room for: the oldest is closed.
func TestSessionsAreBounded(t *testing.T) {
	s := newSessions(2)
	open := []byte(`{"settings":["batch=2","units_g=1","units_d=1"]}`)
	for i := range 3 {
		if _, err := s.call(nameOf(i), "open", open); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.byName) != 2 {
		t.Errorf("%d sessions, want 2", len(s.byName))
	}
	for i, want := range []bool{false, true, true} {
		if i == 0 {
			continue // asking would take the seat of another
		}
		if _, err := s.call(nameOf(i), "frame", []byte("{}")); (err == nil) != want {
			t.Errorf("session %d: error %v", i, err)
		}
	}
	if _, err := s.call(nameOf(0), "frame", []byte("{}")); err == nil {
		t.Error("the oldest session is still there")
	}
}

// TestSessionsAtTheSameTime uses few seats from many goroutines.
func TestSessionsAtTheSameTime(t *testing.T) {
	h := Handler("")
	var all sync.WaitGroup
	for i := range 24 {
		all.Go(func() {
			for _, call := range []string{"open", "advance", "next", "frame"} {
				w := ask(h, nameOf(i%20), call, map[string]string{"open": `{"settings":["batch=4","units_g=2","units_d=2"]}`, "advance": `{"mode":"both","rounds":2}`, "next": "{}", "frame": "{}"}[call])
				if w.Code != 200 && !strings.Contains(w.Body.String(), "closed") {
					t.Errorf("%s: %s", call, w.Body)
				}
			}
		})
	}
	all.Wait()
}

// TestFilesAreComplete checks that every file that another one names is there, and that
// nothing is fetched from elsewhere.
func TestFilesAreComplete(t *testing.T) {
	files, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]bool{"wasm_exec.js": true, "playground.wasm": true} // by cmd/playground
	named := regexp.MustCompile(`(?:from |import |src=|href=|fetch\()"([^"#]+)"`)
	for _, name := range Names(files) {
		text := string(files[name])
		for _, match := range named.FindAllStringSubmatch(text, -1) {
			target := strings.TrimPrefix(match[1], "./")
			if strings.HasPrefix(name, "web/") {
				target = "web/" + target
			}
			if files[target] == nil && !made[target] {
				t.Errorf("%s names %s, which is not there", name, match[1])
			}
		}
		if elsewhere := regexp.MustCompile(`https?://[^"' ]+`).FindString(text); elsewhere != "" && !strings.HasPrefix(elsewhere, "http://www.w3.org/") {
			t.Errorf("%s names %s", name, elsewhere)
		}
		if strings.HasSuffix(name, ".html") && regexp.MustCompile(`<script>|\son\w+="|style="`).MatchString(text) {
			t.Errorf("%s has a script or a style inside, which its policy forbids", name)
		}
	}
}
