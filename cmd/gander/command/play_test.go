package command

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

// TestPlay opens the page of the playground, asks for a frame, and ends the server.
func TestPlay(t *testing.T) {
	t.Parallel()
	p := launch(t, t.TempDir(), "play", "--port", "0")
	address := strings.TrimSpace(p.line())
	get := func(r *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, error %v", r.Request.URL, r.Status, err)
		}
		return string(body)
	}
	if page := get(http.Get(address)); !strings.Contains(page, "<title>Playground") {
		t.Errorf("the page is %.100q", page)
	}
	call := address + "call/open?session=0123456789abcdef"
	if frame := get(http.Post(call, "application/json", strings.NewReader(`{"settings":["data=ring"]}`))); !strings.Contains(frame, `"rounds":0`) {
		t.Errorf("the frame is %.100q", frame)
	}
	foreign, err := http.NewRequest("POST", call, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	foreign.Header.Set("Origin", "http://example.com")
	r, err := http.DefaultClient.Do(foreign)
	if err != nil {
		t.Fatal(err)
	}
	if r.Body.Close(); r.StatusCode != http.StatusForbidden {
		t.Errorf("a page of another origin gets %s", r.Status)
	}
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if status := p.end(); status != 0 {
		t.Errorf("exit status %d after an interrupt; gander says\n%s", status, p.stderr.String())
	}
}
