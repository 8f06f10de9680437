package browsertest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// patience is how long a test waits for the page.
const patience = time.Minute

// A Tab is a tab of a browser. Its methods fail the test if the browser cannot do what they
// want. When the test ends, each error and warning of the console fails it, too.
type Tab struct {
	testing.TB
	URL string // of the server, without a slash at the end

	ctx     context.Context
	metrics bool          // the browser measures
	begun   time.Duration // of the main thread when it began to measure

	mu       sync.Mutex
	problems []string // of the console: errors, and what the policy of the page has blocked
	expected []string // parts of problems that the test provokes
}

// Open serves a handler and opens one of its addresses, such as "/" or "/#data=ring". It skips
// the test if there is no chromium, and in short mode.
func Open(t testing.TB, handler http.Handler, address string) *Tab {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium")
	}
	server := httptest.NewServer(handler)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	p := &Tab{TB: t, URL: server.URL, ctx: ctx}
	go p.listen(chromedp.Console(ctx))
	t.Cleanup(p.report)
	p.Size(1400, 1000, false)
	p.Do(chromedp.Navigate(p.URL + address))
	return p
}

// listen keeps the errors and warnings of the console.
func (p *Tab) listen(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
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
}

// report fails the test for each problem that it does not expect.
func (p *Tab) report() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, problem := range p.problems {
		if !slices.ContainsFunc(p.expected, func(part string) bool { return strings.Contains(problem, part) }) {
			p.Errorf("the browser reports: %s", problem)
		}
	}
}

// Expect allows problems of the console that contain one of the texts, also earlier ones.
func (p *Tab) Expect(texts ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected = append(p.expected, texts...)
}

// Do runs actions.
func (p *Tab) Do(actions ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.Fatal(err)
	}
}

// JS runs an expression, which may be a promise, and returns its value as text.
func (p *Tab) JS(expression string) string {
	p.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[any](expression, chromedp.EvalAwaitPromise))
	if err != nil && !errors.Is(err, chromedp.ErrJSUndefined) {
		p.Fatalf("%s: %v", expression, err)
	}
	return fmt.Sprint(value)
}

// Waits waits until an expression is true.
func (p *Tab) Waits(expression string) {
	p.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if p.JS("Boolean("+expression+")") == "true" {
			return
		}
	}
	p.Fatalf("never true: %s; the page shows\n%s", expression, p.JS(`document.querySelector("main").innerText.slice(0, 800)`))
}

// Wants fails the test unless an expression has a value.
func (p *Tab) Wants(expression, want string) {
	p.Helper()
	if got := p.JS(expression); got != want {
		p.Errorf("%s is %.300q, want %.300q", expression, got, want)
	}
}

// Goes opens another part of the page by the part of its address after "#", and waits for an
// element.
func (p *Tab) Goes(hash, selector string) {
	p.Helper()
	p.JS(fmt.Sprintf("location.hash = %q", hash))
	p.Waits(fmt.Sprintf("document.querySelector(%q)", selector))
}

// Set changes a control as a user does: the value and the events. A check box is checked by
// "true".
func (p *Tab) Set(selector, value string) {
	p.Helper()
	p.JS(fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (e.type === "checkbox") e.checked = %q === "true"; else e.value = %q;
		e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})); })()`, selector, value, value))
}

// Click clicks the first element of a selector with the mouse.
func (p *Tab) Click(selector string) {
	p.Helper()
	p.Do(chromedp.Click(selector))
}

// Button clicks the first visible button or link with a text.
func (p *Tab) Button(text string) {
	p.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll("button, a")].find((e) => e.textContent.trim() === %q && e.checkVisibility())`, text)
	p.Waits(find)
	p.JS(find + ".click()")
}

// Drag moves the mouse with its button pressed, between two places in CSS pixels.
func (p *Tab) Drag(x0, y0, x1, y1 float64) {
	p.Helper()
	p.Do(chromedp.DragAndDropXY(x0, y0, x1, y1, 8))
}

// Size sets the size of the window in CSS pixels, and the theme of the system.
func (p *Tab) Size(width, height int, dark bool) {
	p.Helper()
	theme := "light"
	if dark {
		theme = "dark"
	}
	p.Do(chromedp.EmulateViewport(int64(width), int64(height)))
	p.Media("prefers-color-scheme", theme)
}

// Media sets what the user prefers. It replaces an earlier preference.
func (p *Tab) Media(feature, value string) {
	p.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
	if err != nil {
		p.Fatal(err)
	}
}
