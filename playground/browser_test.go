package playground

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/gander-ml/gander/web"
)

var (
	shots = flag.String("shots", "", "folder for pictures of the page, to look at")
	site  = flag.String("site", "", "folder of the static site of cmd/playground; the tests open it instead of a server")
)

// A page is a tab of a browser with the playground.
type page struct {
	*testing.T
	ctx context.Context

	refused bool // the test makes mistakes, which the server refuses

	mu       sync.Mutex
	problems []string // of the console: errors, and what the policy has blocked
}

// openPage opens the playground at an address such as "#data=ring". It skips the test if
// there is no browser.
func openPage(t *testing.T, address string) *page {
	t.Helper()
	if *site != "" {
		return openPageOf(t, http.FileServer(http.Dir(*site)), address)
	}
	return openPageOf(t, web.Guard{}.Wrap(Handler("")), address)
}

// openPageOf opens a page of another server.
func openPageOf(t *testing.T, handler http.Handler, address string) *page {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium")
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox, chromedp.WindowSize(1400, 1000))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	p := &page{T: t, ctx: ctx}
	go func(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.Type == chromedp.ConsoleException || m.Type == "error" || m.Type == "warning" {
				p.mu.Lock()
				p.problems = append(p.problems, m.Text)
				p.mu.Unlock()
			}
		}
	}(chromedp.Console(ctx))
	p.do(chromedp.Navigate(server.URL + "/" + address))
	p.waits(`document.documentElement.dataset.ready === "true"`)
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, problem := range p.problems {
			if p.refused && strings.Contains(problem, "400 (Bad Request)") {
				continue
			}
			t.Errorf("the browser reports: %s", problem)
		}
	})
	return p
}

// do runs actions.
func (p *page) do(actions ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.Fatal(err)
	}
}

// js runs an expression, which may be a promise, and returns its value as text.
func (p *page) js(expression string) string {
	p.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[any](expression, chromedp.EvalAwaitPromise))
	if err != nil && !errors.Is(err, chromedp.ErrJSUndefined) {
		p.Fatalf("%s: %v", expression, err)
	}
	return fmt.Sprint(value)
}

// waits waits until an expression is true. The test fails after a minute.
func (p *page) waits(expression string) {
	p.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if p.js("Boolean("+expression+")") == "true" {
			return
		}
	}
	p.Fatalf("never true: %s; the page says %q", expression, p.js(`document.getElementById("fail").textContent`))
}

// wants fails the test unless an expression has a value.
func (p *page) wants(expression, want string) {
	p.Helper()
	if got := p.js(expression); got != want {
		p.Errorf("%s is %.300q, want %.300q", expression, got, want)
	}
}

// set changes a control as a user does: the value and the event.
func (p *page) set(id, value string) {
	p.Helper()
	p.js(fmt.Sprintf(`(() => { const e = document.getElementById(%q); if (e.type === "checkbox") e.checked = %q === "true"; else e.value = %q;
		e.dispatchEvent(new Event("change", {bubbles: true})); })()`, id, value, value))
}

func (p *page) click(selector string) {
	p.Helper()
	p.do(chromedp.Click(selector))
}

// size sets the size of the window in CSS pixels, and the theme.
func (p *page) size(width, height int, dark bool) {
	p.Helper()
	theme := "light"
	if dark {
		theme = "dark"
	}
	p.do(chromedp.EmulateViewport(int64(width), int64(height)))
	p.media("prefers-color-scheme", theme)
}

// media sets what the user prefers.
func (p *page) media(feature, value string) {
	p.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
	if err != nil {
		p.Fatal(err)
	}
}

// shot writes a picture of the window, or of the whole page, if the flag -shots is given.
func (p *page) shot(name string, whole bool) {
	p.Helper()
	if *shots == "" {
		return
	}
	take := chromedp.CaptureScreenshot()
	if whole {
		take = chromedp.FullScreenshot(100)
	}
	p.do(chromedp.Sleep(200 * time.Millisecond))
	png, err := chromedp.Run(p.ctx, take)
	if err != nil {
		p.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), png, 0o666); err != nil {
		p.Fatal(err)
	}
}

// csvFile returns a file of points on a circle.
func csvFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "points.csv")
	text := "x,y\n" + strings.Repeat("1,0\n0,1\n-1,0\n0,-1\n", 5)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// drawLine draws a line in the plane with the mouse.
func (p *page) drawLine() {
	p.Helper()
	box, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]float64](`[box.x, box.y, box.width]`))
	if err != nil {
		p.Fatal(err)
	}
	p.do(chromedp.DragAndDropXY(box[0]+box[2]*.3, box[1]+box[2]*.4, box[0]+box[2]*.7, box[1]+box[2]*.6, 8))
}
