package board_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"iter"
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
)

var shots = flag.String("shots", "", "folder for pictures of the page, to look at")

// A tab is a tab of a browser with the board.
type tab struct {
	*testing.T
	ctx context.Context
	url string

	mu       sync.Mutex
	problems []string // of the console: errors, and what the policy has blocked
}

// open opens a tab with the board of a site. It skips the test if there is no browser.
func (s *site) open(t *testing.T) *tab {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium")
	}
	server := httptest.NewServer(s)
	watch, end := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	watching.Go(func() { s.board.Watch(watch) })
	t.Cleanup(func() { end(); watching.Wait(); server.CloseClientConnections(); server.Close() })
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	p := &tab{T: t, ctx: ctx, url: server.URL}
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
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, problem := range p.problems {
			t.Errorf("the browser reports: %s", problem)
		}
	})
	p.size(1400, false)
	p.do(chromedp.Navigate(p.url + "/"))
	return p
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.Fatal(err)
	}
}

// js runs an expression and returns its value as text.
func (p *tab) js(expression string) string {
	p.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[any](expression, chromedp.EvalAwaitPromise))
	if err != nil && !errors.Is(err, chromedp.ErrJSUndefined) {
		p.Fatalf("%s: %v", expression, err)
	}
	return fmt.Sprint(value)
}

// waits waits until an expression is true. The test fails after half a minute.
func (p *tab) waits(expression string) {
	p.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if p.js("Boolean("+expression+")") == "true" {
			return
		}
	}
	p.Fatalf("never true: %s; the page shows\n%s", expression, p.js(`document.querySelector("main").innerText.slice(0, 800)`))
}

// wants fails the test unless an expression has a value.
func (p *tab) wants(expression, want string) {
	p.Helper()
	if got := p.js(expression); got != want {
		p.Errorf("%s is %q, want %q", expression, got, want)
	}
}

// goes opens another part of the page by its address and waits for an element.
func (p *tab) goes(hash, selector string) {
	p.Helper()
	p.js(fmt.Sprintf("location.hash = %q", hash))
	p.waits(fmt.Sprintf("document.querySelector(%q)", selector))
}

// set changes a control as a user does: the value and the events.
func (p *tab) set(selector, value string) {
	p.Helper()
	p.js(fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (e.type === "checkbox") e.checked = %q === "true"; else e.value = %q;
		e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})); })()`, selector, value, value))
}

func (p *tab) click(selector string) {
	p.Helper()
	p.do(chromedp.Click(selector))
}

// button clicks the first visible button or link with a text.
func (p *tab) button(text string) {
	p.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll("button, a")].find((e) => e.textContent.trim() === %q && e.checkVisibility())`, text)
	p.waits(find)
	p.js(find + ".click()")
}

// size sets the width of the window and the theme of the system.
func (p *tab) size(width int, dark bool) {
	p.Helper()
	theme := "light"
	if dark {
		theme = "dark"
	}
	p.do(chromedp.EmulateViewport(int64(width), 900))
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: theme}}})
	if err != nil {
		p.Fatal(err)
	}
}

// shot takes a picture of the page if the flag shots names a folder.
func (p *tab) shot(name string) {
	p.Helper()
	if *shots == "" {
		return
	}
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(*shots, name+".png"), picture, 0o666)
	}
	if err != nil {
		p.Fatal(err)
	}
}

// fits wants that a view has no horizontal bar at any width in any theme, and that each
// control and picture has a name for screen readers.
func (p *tab) fits(view string) {
	p.Helper()
	for _, width := range []int{360, 900, 1600} {
		for _, dark := range []bool{false, true} {
			p.size(width, dark)
			p.waits(fmt.Sprintf("innerWidth === %d", width))
			if got := p.js("document.documentElement.scrollWidth <= document.documentElement.clientWidth"); got != "true" {
				p.Errorf("%s at %d: the page is %s pixels wide: %s", view, width, p.js("document.documentElement.scrollWidth"),
					p.js(`[...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll")).slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join("\n")`))
			}
			p.shot(fmt.Sprintf("%s-%d-%s", view, width, map[bool]string{false: "light", true: "dark"}[dark]))
		}
	}
	p.size(1400, false)
	unnamed := p.js(`[...document.querySelectorAll("button, a, input, select, textarea, img, canvas, [role=img]")].filter((e) => e.checkVisibility() && !e.closest("[aria-hidden=true]") &&
		!(e.getAttribute("aria-label") || e.textContent.trim() || e.getAttribute("alt") !== null || e.closest("label")?.textContent.trim() || e.labels?.[0]?.textContent.trim())).map((e) => e.outerHTML.slice(0, 150)).join("\n")`)
	if unnamed != "" {
		p.Errorf("%s: without a name:\n%s", view, unnamed)
	}
	if ids := p.js(`(() => { const ids = [...document.querySelectorAll("[id]")].map((e) => e.id); return ids.filter((id, i) => ids.indexOf(id) !== i).join() })()`); ids != "" {
		p.Errorf("%s: two elements are called %s", view, ids)
	}
}

func join(lines ...string) string { return strings.Join(lines, "") }
