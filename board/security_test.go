package board_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const secret = "the content of a file outside the folder"

// walled returns a board of a run, next to secret files, with symbolic links to them.
func walled(t *testing.T) *site {
	t.Helper()
	parent := t.TempDir()
	outside := write(t, secret, parent, "secret.txt")
	write(t, secret, parent, "secrets", "journal.jsonl")
	write(t, secret, parent, "secrets", "step-00000001.png")
	write(t, secret, parent, "secrets", "step-00000001.safetensors")
	dir := filepath.Join(parent, "runs")
	path := fake(t, dir, "0001-a")
	write(t, line(1, 1, "1"), path, "journal.jsonl")
	write(t, png(t, 20, 20), path, "samples", "step-00000001.png")
	if runtime.GOOS == "windows" { // links need a privilege
		return newSite(t, dir)
	}
	link := func(to string, elements ...string) {
		t.Helper()
		at := filepath.Join(elements...)
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, at); err != nil {
			t.Fatal(err)
		}
	}
	link(filepath.Join(parent, "secrets"), dir, "0002-link")
	hostile := fake(t, dir, "0003-links")
	link(filepath.Join(parent, "secrets", "journal.jsonl"), hostile, "journal.jsonl")
	link(outside, hostile, "report.html")
	link(outside, hostile, "board.json")
	link(filepath.Join(parent, "secrets"), hostile, "samples")
	link(filepath.Join(parent, "secrets"), hostile, "checkpoints")
	relative := fake(t, dir, "0004-relative")
	link("../../secrets", relative, "samples")
	link("../../secret.txt", relative, "report.html")
	link(outside, dir, "0005-config", "config.toml")
	return newSite(t, dir)
}

// addresses are all that the server answers, with %s for an id.
var addresses = []string{
	"/api/runs", "/api/run?id=%s", "/api/history?id=%s", "/api/log?id=%s", "/api/journal?id=%s", "/api/thumb?id=%s",
	"/api/picture?id=%s&name=step-00000001", "/api/picture?id=%s&name=..%%2f..%%2fsecret", "/api/picture?id=%s&name=step-00000001&output=..",
	"/api/picture?id=%s&name=step-00000001&output=..%%2f..%%2f..%%2fsecrets", "/api/picture?id=%s&name=%%2e%%2e/%%2e%%2e/secret.txt",
	"/api/file?id=%s&name=report.html", "/api/file?id=%s&name=..%%2f..%%2fsecret.txt", "/api/file?id=%s&name=board.json", "/api/file?id=%s&name=lock",
	"/api/file?id=%s&name=step-00000001.safetensors", "/api/system?id=%s", "/api/inputs?id=%s", "/api/samples?id=%s&n=4&format=npy", "/api/nearest?id=%s&picture=..%%2fsecret&index=0",
}

// TestPathsStayBelow asks for files outside the folder in every way.
func TestPathsStayBelow(t *testing.T) {
	s := walled(t)
	rows := s.rows()
	if len(rows) < 1 || rows["0002-link"].ID != "" || rows["0005-config"].ID != "" {
		t.Errorf("rows %v, want no link", rows)
	}
	ids := []string{"0001-a", "0002-link", "0003-links", "0004-relative", "0005-config", "..", "../secrets", "/etc", ".", "", "0001-a/../../secrets", "0001-a\x00", strings.Repeat("../", 20) + "etc/passwd", "%2e%2e"}
	for _, id := range ids {
		for _, address := range addresses {
			if strings.Contains(address, "%s") {
				address = fmt.Sprintf(address, url.QueryEscape(id))
			}
			w := s.ask(address, "")
			if strings.Contains(w.Body.String(), secret) {
				t.Errorf("%s shows a file outside the folder", address)
			}
			if strings.Contains(address, "/api/run?") && id != "0001-a" && !strings.HasPrefix(id, "0003") && !strings.HasPrefix(id, "0004") && w.Code != 404 {
				t.Errorf("%s: status %d", address, w.Code)
			}
		}
	}
	for _, path := range []string{"/../secret.txt", "/%2e%2e/secret.txt", "/board/../../secret.txt", "/web/%2e%2e%2f%2e%2e%2fsecret.txt", "/0001-a/config.toml"} {
		r := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
		r.URL = &url.URL{Path: path}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code == 200 {
			t.Errorf("%s: status 200", path)
		}
	}
	if w := s.ask("/api/picture?id=0001-a&name=step-00000001", ""); w.Code != 200 || w.Header().Get("Content-Type") != "image/png" {
		t.Errorf("the picture of the run: status %d", w.Code)
	}
}

// TestHostileNames wants names of runs as data and nothing else: in JSON, and in headers
// without line breaks. The page sets them as text; see TestFilesOfPage.
func TestHostileNames(t *testing.T) {
	dir := t.TempDir()
	names := []string{`<script>alert(1)<`, `"><img src=x onerror=alert(1)>`, `a'b"c&d`, "new\nline", "data:text&colon;html", "\u202eright to left", "é日本", "{{.}}"}
	for _, name := range names {
		path := fake(t, dir, name)
		write(t, strings.ReplaceAll(line(1, 1, "1"), "accuracy", `</script><script>alert(2)</script>`), path, "journal.jsonl")
		write(t, png(t, 8, 8), path, "samples", "step-00000001.png")
		write(t, `{"format":1,"tags":["<b>bold</b>"]}`, path, "board.json")
	}
	s := newSite(t, dir)
	rows := s.rows()
	for _, name := range names {
		if rows[name].Name != name {
			t.Errorf("run %q is not listed", name)
		}
		q := url.QueryEscape(name)
		for _, address := range []string{"/api/runs", "/api/run?id=" + q, "/api/history?id=" + q} {
			w := s.ask(address, "")
			if w.Code != 200 || w.Header().Get("Content-Type") != "application/json" || strings.Contains(w.Body.String(), "<script") || strings.Contains(w.Body.String(), "<img") {
				t.Errorf("%s: status %d, %s", address, w.Code, w.Header().Get("Content-Type"))
			}
		}
		for _, address := range []string{"/api/journal?id=" + q, "/api/file?name=config.toml&id=" + q, "/api/picture?download=1&name=step-00000001&id=" + q} {
			w := s.ask(address, "")
			if d := w.Header().Get("Content-Disposition"); w.Code != 200 || !strings.HasPrefix(d, "attachment; filename*=UTF-8''") || strings.ContainsAny(d, "<>\n\"") {
				t.Errorf("%s: status %d, disposition %q", address, w.Code, d)
			}
		}
	}
}

// TestForeignPages refuses what other pages can send: requests of another origin, forms,
// and names that point to this machine.
func TestForeignPages(t *testing.T) {
	dir := t.TempDir()
	fake(t, dir, "0001-a")
	s := newSite(t, dir)
	s.rows()
	for _, c := range []struct {
		host, origin, kind string
		want               int
	}{
		{"localhost", "http://localhost", "application/json", 200},
		{"localhost", "", "application/json; charset=utf-8", 200},
		{"localhost", "http://evil.example", "application/json", 403},
		{"localhost", "http://localhost:81", "application/json", 403},
		{"evil.example", "http://evil.example", "application/json", 421},
		{"localhost", "", "text/plain", 400},
		{"localhost", "", "application/x-www-form-urlencoded", 400},
		{"localhost", "", "", 400},
	} {
		r := httptest.NewRequest(http.MethodPost, "http://localhost/api/tags", strings.NewReader(`{"id":"0001-a","tags":["x"]}`))
		r.Host = c.host
		r.Header.Set("Content-Type", c.kind)
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%+v: status %d", c, w.Code)
		}
	}
	for _, address := range []string{"/api/tags", "/api/delete", "/api/rename", "/api/train", "/api/stop", "/api/resume", "/api/make", "/api/restore"} {
		if w := s.ask(address, ""); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("GET %s: status %d", address, w.Code)
		}
	}
}

// TestBodies are bounded and strict.
func TestBodies(t *testing.T) {
	dir := t.TempDir()
	fake(t, dir, "0001-a")
	s := newSite(t, dir)
	for _, body := range []string{"{", "[]", `{"id":1}`, `{"unknown":1}`, `{"id":"0001-a","tags":"x"}`, `{"id":"0001-a","tags":["x"]} garbage`, `{"id":"0001-a","tags":["x"]}{}`, `"` + strings.Repeat("x", 2<<20) + `"`} {
		if w := s.ask("/api/tags", body); w.Code != 400 {
			t.Errorf("%.40s: status %d", body, w.Code)
		}
	}
}

// FuzzHandler sends any request: the server never fails in itself, and never shows a file
// from outside its folder.
func FuzzHandler(f *testing.F) {
	for _, address := range addresses {
		f.Add(strings.ReplaceAll(address, "%s", "0001-a"), "")
	}
	f.Add("/api/tags", `{"id":"0001-a","tags":["a","b"]}`)
	f.Add("/api/rename", `{"id":"0001-a","name":"../x"}`)
	f.Add("/api/make", `{"id":"0001-a","rows":[{"index":0,"latents":{"z":[1,2]}}]}`)
	f.Add("/api/history?id=0001-a&x=step&from=-1e999&to=nan&points=8", "")
	f.Add("/api/log?id=0001-a&end=-5", "")
	var s *site
	f.Fuzz(func(t *testing.T, address, body string) {
		if s == nil {
			s = walled(t)
			s.T.Cleanup(func() { s = nil })
			s.rows()
		}
		parsed, err := url.Parse(address)
		if err != nil || !strings.HasPrefix(parsed.Path, "/") || parsed.Path == "/api/events" {
			return
		}
		method := http.MethodGet
		if body != "" {
			method = http.MethodPost
		}
		r := httptest.NewRequest(method, "http://localhost/", strings.NewReader(body))
		r.URL = parsed
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if strings.Contains(w.Body.String(), secret) {
			t.Errorf("%s %s shows a file outside the folder", method, address)
		}
	})
}
